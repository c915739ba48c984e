#pragma once

#include "views/palette.hpp"
#include "views/rank_gallery.hpp"
#include "views/view.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// Experts, fusions and BM25 side by side over the judged queries, and two of them query by query.
class EvaluationView final : public View {
public:
    EvaluationView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    void follow(const Snapshot& now);
    void sort_systems();
    void draw_systems(const Snapshot& now, Commands& out);
    /// [kMeasureCount] the highest mean; more than any can be where so many systems have it that it marks none
    std::vector<double> best_means() const;
    void draw_test() const;
    void draw_head(Commands& out) const;
    void system_menu(std::size_t system, Commands& out);
    void draw_queries(const Snapshot& now, Commands& out);
    void draw_filters();
    void draw_table(const Snapshot& now, Commands& out);
    void draw_query(const Snapshot& now, std::size_t place, float width, Commands& out) const;
    void list_categories();
    void list_queries();

    std::shared_ptr<const Evaluation> m_evaluation; ///< what the members below were made of
    int m_measure = 0;
    std::vector<ExpertStyle> m_styles;  ///< of the experts, which come first
    std::vector<std::size_t> m_systems; ///< in the order shown
    int m_sorted_by = -1;               ///< a measure; -1: as they come
    std::size_t m_a = 0, m_b = 0;       ///< the two that are compared
    std::string m_category;             ///< of the queries listed; empty: all
    std::vector<std::size_t> m_queries; ///< those that differ, the largest gain of A first
    std::size_t m_same = 0;             ///< how many do not
    std::vector<std::string> m_categories;
    std::vector<ExpertStyle> m_category_styles;
    std::vector<std::size_t> m_category_of; ///< [Q]; beyond m_categories: none
    RankMoves m_moves;
    bool m_gallery = false; ///< rank changes instead of the table
};

} // namespace cameo
