#pragma once

#include "core/train/competition/replay.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// CAME's competition over all judged queries, replayed from measured ranks: who wins what, what a temperature would make of
/// it, and who would starve.
class CompetitionView final : public View {
public:
    CompetitionView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    /// Instances of equal ranks stand at one place.
    struct Bubble {
        std::vector<double> weights; ///< [E]
        std::vector<std::size_t> instances;
        std::string category; ///< of all of them; empty: several
        ImVec2 at{};
        float radius = 0;
    };

    void follow(const Snapshot& now);
    void replay_again();
    void draw_controls();
    void draw_answer(const Snapshot& now) const;
    void draw_query(const Snapshot& now) const;
    void draw_instances(const Snapshot& now, float width, float height);
    void draw_wins(const Snapshot& now) const;
    void draw_temperatures(float width) const;
    void draw_chosen(const Snapshot& now, Commands& out);
    ImU32 category_color(const std::string& category, float alpha) const;

    std::shared_ptr<const std::vector<CompetitionInstance>> m_instances; ///< what the members below were made of
    std::vector<ExpertStyle> m_styles;
    std::vector<std::string> m_names;
    std::vector<std::string> m_categories;
    std::map<std::string, WinShare> m_wins;
    CompetitionSpec m_spec{.temperature = 0.5};
    CompetitionReplay m_replay;
    std::vector<Bubble> m_bubbles;
    std::vector<double> m_temperatures;             ///< of the curve
    std::vector<std::vector<double>> m_mean_weights; ///< [temperatures][E]
    std::vector<ImVec2> m_lasso;                    ///< while it is drawn
    std::vector<std::size_t> m_chosen;              ///< instances that were picked
};

/// "At τ = 0.5 the weights of 35 % …": what the competition does at this temperature, and who would starve.
std::string competition_answer(const CompetitionReplay& replay, const CompetitionSpec& spec, const std::vector<std::string>& experts);
/// Whether a point is inside of a closed line.
bool is_inside(ImVec2 point, const std::vector<ImVec2>& line);

} // namespace cameo
