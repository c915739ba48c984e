#pragma once

#include "views/bench_columns.hpp"
#include "views/bench_rows.hpp"
#include "views/view.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cameo {

/// The fused list beside each expert's own: who found what, what the fusion made of it, and what it cost.
class QueryBenchView final : public View {
public:
    QueryBenchView();

    std::optional<ViewTable> table(const Snapshot& now) const override;

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    /// One frame's view of the lists; nothing in it outlives the frame.
    struct Frame {
        const Snapshot& now;
        const Trace& trace;
        Commands& out;
        BenchColumns columns;
        ImVec2 origin{};     ///< screen position of row 0's top left corner
        float row_height = 0;
        std::int32_t selected = -1; ///< positions in Trace::documents
        std::int32_t hovered = -1;
        std::int32_t newly_hovered = -1;
        /// Whether each expert's list stands here: else there are tabs to choose one.
        bool shows_all_experts() const { return !columns.folded && columns.count == static_cast<int>(trace.experts.size()); }
    };

    void follow(const std::shared_ptr<const Trace>& trace);
    void follow_pin(const Snapshot& now);
    void follow_selection(const Frame& frame);
    std::int32_t row_of(std::int32_t document, int expert_idx) const;
    void draw_strips(const Snapshot& now, Commands& out);
    void draw_empty(const Snapshot& now, Commands& out);
    void draw_not_indexed(const Snapshot& now, Commands& out);
    void draw_invitation(const Snapshot& now, Commands& out);
    void draw_tabs(const Snapshot& now, Commands& out);
    void draw_header(Frame& frame);
    void draw_lists(Frame& frame);
    void draw_footer(const Trace& trace, Commands& out);
    void draw_row(Frame& frame, int row);
    void draw_fused_cell(Frame& frame, int row, ImVec2 at);
    /// How many places a document has moved against what is pinned, under its rank.
    void draw_moved(const Frame& frame, const UnionDocument& found, int row, ImVec2 left_baseline) const;
    void draw_expert_cell(Frame& frame, int row, int expert_idx, ImVec2 at);
    void draw_links(Frame& frame, std::int32_t document, ImU32 color, float thickness);
    void draw_edge(Frame& frame);
    bool cell(Frame& frame, const char* list_name, std::int32_t document, ImVec2 at, float width);
    void row_menu(Frame& frame, std::int32_t document, const BenchList& list, int expert_idx);
    void handle_keys(Frame& frame);
    void choose_expert_by_keys(Frame& frame);
    float moved_by(std::int32_t document, float row_height) const;
    void select(const Snapshot& now, Commands& out, std::int32_t document, int expert_idx);
    /// Selects the document, or with Shift compares the selected one with it.
    void press(const Snapshot& now, Commands& out, std::int32_t document);
    void compare_with(const Snapshot& now, Commands& out, const std::string& id) const;

    std::shared_ptr<const Trace> m_trace; ///< the one m_rows was made from
    BenchRows m_rows;
    std::vector<std::int32_t> m_ranks_before; ///< fused ranks before the last change of the fusion, for the motion
    double m_moved_at = -1;
    std::shared_ptr<const Trace> m_pinned;                      ///< what m_pinned_ranks was made from; null: nothing is pinned
    std::unordered_map<std::string_view, int> m_pinned_ranks;   ///< fused, from 1
    int m_first_expert = 0;
    std::int32_t m_scroll_to = -1; ///< row to bring into sight with the next frame
    bool m_from_top = false;       ///< a new query: the list begins at its top before that
    std::string m_chosen;          ///< id that the bench itself asked to select and has not seen selected yet
    std::string m_followed;        ///< id that was selected in the frame before
    std::string m_hovered_before;
};

} // namespace cameo
