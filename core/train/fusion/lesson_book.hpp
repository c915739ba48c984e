#pragma once

#include "core/eval/evaluation.hpp"
#include "core/eval/judged_split.hpp"
#include "core/search/retrieval.hpp"
#include "core/train/fusion/gate_fit.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// What every judged query of a split teaches, retrieved once; and what a fusion of it would be worth.
class LessonBook {
public:
    /// @throws Error(NotFound) when the collection has no judgments in that split, naming those it has; Cancelled.
    LessonBook(const SearchEngine& engine, const std::string& split, std::int32_t depth, Progress& progress);

    const JudgedSplit& judged() const { return m_judged; }
    std::size_t experts() const { return m_experts; }
    std::size_t size() const { return m_pages.size(); }
    const FusionLesson& lesson(std::size_t query) const { return m_pages[query].lesson; }
    /// The same of raw scores, without features.
    const FusionLesson& raw_lesson(std::size_t query) const { return m_pages[query].raw; }

    /// One expert's own list.
    Measures expert(std::size_t query, std::size_t expert_idx) const { return m_pages[query].experts[expert_idx]; }
    /// The experts' raw scores, added up.
    Measures plain_sum(std::size_t query) const { return m_pages[query].sum; }
    /// Z-scores with these weights [E].
    Measures weighed(std::size_t query, std::span<const double> weights) const;
    /// Raw scores with these weights [E].
    Measures weighed_raw(std::size_t query, std::span<const double> weights) const;

private:
    struct Page {
        FusionLesson lesson, raw;
        std::vector<std::string> documents; ///< [D] ids
        std::vector<Measures> experts;      ///< [E]
        Measures sum;
    };
    Page read(std::size_t query, const Retrieval& found) const;

    JudgedSplit m_judged;
    std::size_t m_experts = 0;
    std::vector<Page> m_pages;
};

} // namespace cameo
