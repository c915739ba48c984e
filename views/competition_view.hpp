#pragma once

#include "core/train/competition/replay.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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
        std::vector<std::size_t> instances;
        std::vector<double> weights;                            ///< [E] at the temperature
        std::vector<std::pair<std::size_t, std::size_t>> parts; ///< categories (places in m_categories, behind all: none) and how many of each
        ImVec2 at{};
        float radius = 0;
        bool chosen = false;
    };

    void follow(const Snapshot& now);
    void gather_bubbles(const JudgedScores& scores);
    void replay_again();
    void draw_controls();
    void draw_query() const;
    void draw_instances(const Snapshot& now, float width, float height);
    void draw_wins() const;
    void find_own(const Snapshot& now);
    void draw_win_row(const std::string& name, const WinShare& share) const;
    void draw_legend() const;
    void draw_bubble(ImDrawList& list, const Bubble& bubble, bool own) const;
    void take_lasso(bool drawing, const Bubble* under);
    void explain_bubble(const Snapshot& now, const Bubble& bubble) const;
    void draw_temperatures(float width) const;
    void draw_chosen(const Snapshot& now, Commands& out);
    ImU32 category_color(std::size_t category, float alpha) const;

    std::shared_ptr<const std::vector<CompetitionInstance>> m_instances; ///< what the members below were made of
    std::vector<ExpertStyle> m_styles;
    std::vector<std::string> m_names;
    std::vector<std::string> m_categories;
    WinShares m_wins;
    std::size_t m_unfound = 0; ///< right documents that nobody brought
    std::shared_ptr<const Trace> m_trace;  ///< what m_own is of
    std::optional<std::size_t> m_own;      ///< the first instance of the query on screen; none where it is not a judged one
    CompetitionSpec m_spec{.temperature = 0.5};
    CompetitionReplay m_replay;
    std::vector<Bubble> m_bubbles; ///< the largest first
    std::vector<std::size_t> m_bubble_of; ///< [I]
    std::optional<RankGain> m_curve_of; ///< what the curve was made of
    std::vector<double> m_temperatures;             ///< of the curve
    std::vector<std::vector<double>> m_mean_weights; ///< [temperatures][E]
    std::vector<ImVec2> m_lasso;                    ///< while it is drawn
    std::vector<std::size_t> m_chosen;              ///< instances that were picked
};

/// "At τ = 0.5 the weights of 35 % …": what the competition does at this temperature, and who would starve.
std::string competition_answer(const CompetitionReplay& replay, const CompetitionSpec& spec, const std::vector<std::string>& experts);

} // namespace cameo
