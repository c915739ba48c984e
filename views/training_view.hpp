#pragma once

#include "views/recipe_fields.hpp"
#include "views/training_charts.hpp"
#include "views/view.hpp"
#include "views/widgets/curve_plot.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace cameo {

/// A training as it goes: where it stands, what can be asked of it, and its numbers over the steps. Trainings that are drawn
/// over it are compared by the numbers of the whole.
class TrainingView final : public View {
public:
    TrainingView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool has_table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void draw_head(const Snapshot& now, const ShownTraining& training, const TrainingLine* line, Commands& out);
    void draw_steering(const ShownTraining& training, const TrainingLine& line, Commands& out);
    void draw_swap(const Snapshot& now, Commands& out);
    void draw_commands(const ShownTraining& training);
    void draw_live_settings(const ShownTraining& training, Commands& out);
    void draw_choices(const Snapshot& now);
    void draw_charts(const Snapshot& now, Commands& out);
    void draw_chart(const Snapshot& now, const TrainingChart& chart, ImVec2 size, Commands& out);
    std::vector<PlotLine> lines_of(const Snapshot& now, const TrainingChart& chart) const;
    void follow(const Snapshot& now);

    std::filesystem::path m_folder; ///< of the one that is looked at
    int m_measure = 0;
    std::string m_category;          ///< of dev queries; empty: all
    std::vector<std::string> m_categories;
    bool m_documents = false;       ///< the gate's documents, not its queries
    double m_half_life = 10;        ///< of smoothing, in steps
    bool m_moved = false;           ///< queries that a swap has moved are listed
    bool m_settings = false;        ///< what may be changed is shown
    RecipeFields m_fields;
    StepRange m_range;
    std::map<std::string, std::unique_ptr<CurvePlot>> m_plots; ///< by chart
    std::pair<std::uint64_t, std::size_t> m_charted{}; ///< of the record that m_charts was made of: generation, curves
    std::vector<TrainingChart> m_charts;
    std::tuple<std::int64_t, std::ptrdiff_t, std::int64_t> m_marked{-1, 0, 0}; ///< what m_markers was made of: event, pending commands, their step
    std::vector<PlotMarker> m_markers;
    std::tuple<std::int64_t, std::int64_t, std::int64_t> m_weighed{-1, 0, 0}; ///< what m_cost was made of: event, time of the list, bytes
    std::string m_cost; ///< what it takes, beside what was said beforehand; empty: nothing was
};

} // namespace cameo
