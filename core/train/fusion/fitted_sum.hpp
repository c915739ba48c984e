#pragma once

#include "core/data/run_file.hpp"
#include "core/eval/measures.hpp"
#include "core/train/fusion/gate_fit.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// The experts' raw scores, added up with weights that suit them best: what a model could be worth once its fusion is
/// fitted. The plain sum of experts that learn at different rates falls behind them while each of them still gets better.
/// With as few parameters as experts, weights may be measured on the queries that they were fitted on.
class FittedSum {
public:
    explicit FittedSum(std::size_t experts);

    /// One query's scores of D documents. Those that no expert has among its best 100 are left out.
    /// @param ids [D]   @param raw [D, E] row-major; what is not finite counts as 0
    void add(std::span<const std::string> ids, std::span<const float> raw, const Grades& grades);
    /// [E] on the grid of weight_on_grid(); all 1 where no query has an answer among its documents.
    /// @param called before every evaluation of the loss: a cancel point
    std::vector<double> fit(const std::function<void()>& called) const;
    /// [queries, in the order in which they were added]
    std::vector<Measures> measures(std::span<const double> weights) const;

private:
    struct Page {
        FusionLesson lesson;
        std::vector<std::string> ids; ///< of the lesson's documents
        Grades grades;
    };
    std::size_t m_experts;
    std::vector<Page> m_pages;
};

} // namespace cameo
