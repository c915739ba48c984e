#pragma once

#include <string>

namespace cameo {

/// The one selection that every view follows within a frame (design.md section 5).
struct Selection {
    std::string document;   ///< primary document id; empty: none
    int expert = -1;        ///< index into Trace::experts; -1: all of them
    int query_token = -1;   ///< index into ExpertLedger::tokens of the local expert; -1: none
    std::string hovered_document; ///< under the mouse in any view, this frame and the next
    bool operator==(const Selection&) const = default;
};

} // namespace cameo
