#pragma once

#include "core/search/ledger.hpp"
#include "views/draw.hpp"

#include <cstdint>
#include <vector>

namespace cameo {

/// Whether the part has a matrix to show, of the size that its tokens make.
bool holds_together(const ExpertLedger& part);

/// The document tokens worth a column: each query token's best match, then the next most similar ones, in the order of
/// the text, at most `at_most` of them.
std::vector<std::int32_t> alignment_columns(const ExpertLedger& part, std::size_t at_most);

struct AlignmentHover {
    std::int32_t query_token = -1;    ///< row under the mouse or the keyboard, its label included
    std::int32_t document_token = -1; ///< only over a cell
    std::int32_t clicked_token = -1;  ///< row that was pressed, with the mouse or a key
};

/// Query tokens × the best document tokens as a heat map of one hue, over the width that is left. Each row's maximum is
/// outlined; the scale stands beside the heading. `selected` is the row that other views follow, -1 for none.
AlignmentHover draw_alignment(const ExpertLedger& part, ExpertStyle style, int selected);

} // namespace cameo
