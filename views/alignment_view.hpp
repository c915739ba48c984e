#pragma once

#include "core/search/ledger.hpp"
#include "views/palette.hpp"
#include "views/view.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace cameo {

/// Token × token similarities of a local expert: every query token against every token of the selected document, as a heat
/// map or as arcs between the two texts, with the sum of the rows' maxima stepped through.
class AlignmentView final : public View {
public:
    AlignmentView();

    std::optional<ViewTable> table(const Snapshot& now) const override;
    bool follows_selection() const override { return true; }

protected:
    void draw_contents(const Snapshot& now, Commands& out) override;

private:
    /// One frame's view of the alignment; nothing in it outlives the frame.
    struct Frame {
        const Snapshot& now;
        const ExpertLedger& part;
        ExpertStyle style;
        Commands& out;
        std::size_t columns() const { return part.document_tokens.size(); }
        float at(std::size_t row, std::size_t column) const { return part.similarities[row * columns() + column]; }
    };
    struct Grid;

    void follow(const std::shared_ptr<const Ledger>& ledger, int expert_idx);
    void draw_head(const Frame& frame);
    void draw_sum(const Frame& frame);
    void draw_minimap(const Frame& frame);
    void draw_matrix(const Frame& frame);
    void draw_cells(const Frame& frame, Grid& grid);
    void draw_axes(const Frame& frame, const Grid& grid) const;
    void draw_arcs(const Frame& frame) const;
    void handle_keys(const Frame& frame);
    void play(const Frame& frame);
    void select(const Frame& frame, std::int32_t token, std::int32_t column) const;
    bool is_stepped_back(const Frame& frame, std::size_t row) const;

    std::shared_ptr<const Ledger> m_ledger; ///< what the members below were made of
    int m_expert_idx = -1;
    std::vector<float> m_best_of_column; ///< [S] largest similarity of any query token that is not special
    float m_highest = 0;
    int m_steps = -1;        ///< rows that have been added up; -1: all of them, nobody steps
    double m_step_at = -1;   ///< when the next step is due while it plays; -1: it does not
    enum class Drawing { Both, Matrix, Arcs };
    Drawing m_drawing = Drawing::Both;
    bool m_dim_special = true, m_by_row = false;
    float m_threshold = 0;
    float m_cell = 26;       ///< width of a column in design pixels
    float m_scroll_to = -1;  ///< column that is brought to the left with the next frame; -1: stays
    float m_first_column = 0, m_columns_shown = 1; ///< of the frame before, for the minimap
};

/// The first of `width` columns in a row that hold the most of the rows' maxima, by their similarity.
std::size_t best_window(const ExpertLedger& part, std::size_t width);
/// Whether a token of a vocabulary is a mark rather than a piece of the text: "[CLS]", "[MASK]", "[unused0]".
bool is_special_token(std::string_view token);

} // namespace cameo
