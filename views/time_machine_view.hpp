#pragma once

#include "core/diagnose/trend.hpp"
#include "core/train/record/probe_summary.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// The training that is looked at, as it was at any validation: gate, competition, specialisation and lists of the probe
/// queries, from what was recorded.
class TimeMachineView final : public View {
public:
    TimeMachineView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool has_table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void follow(const Snapshot& now);
    void draw_slider(Commands& out);
    void draw_doors(const Snapshot& now, Commands& out) const;
    void draw_routing() const;
    void draw_wins() const;
    void draw_instances(const Snapshot& now);
    void draw_categories() const;
    void draw_queries();
    void draw_query_row(std::size_t query);
    void draw_lists(Commands& out) const;
    const ProbeMoment& moment() const { return *m_moments[m_at]; }
    ImU32 system_color(std::size_t system, float alpha = 1) const;
    std::size_t fusion() const { return m_set->systems.size() - 1; }

    std::shared_ptr<const ProbeSet> m_set;
    std::vector<std::shared_ptr<const ProbeMoment>> m_moments;
    std::vector<ProbeSummary> m_summaries; ///< of each moment
    std::vector<ExpertStyle> m_styles;     ///< of systems that are experts
    std::size_t m_first = 0;               ///< of the systems, the first one that is an expert: a gate stands before its own
    Decline m_decline;                     ///< of the fusion's measure
    std::size_t m_at = 0;                  ///< the moment that is looked at
    std::optional<std::size_t> m_query;    ///< whose lists are shown
    std::string m_filter;
    std::vector<std::size_t> m_rows;       ///< queries, those that moved most first
    std::pair<std::size_t, std::string> m_rows_of{~std::size_t{0}, {}};
};

} // namespace cameo
