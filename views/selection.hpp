#pragma once

#include <string>

namespace cameo {

/// The one selection that every view follows within a frame (design.md section 5).
struct Selection {
    std::string document;    ///< primary document id; empty: none
    std::string reference;   ///< a second document, whose score is subtracted from the primary one's; empty: none
    int expert = -1;         ///< index into Trace::experts; -1: all of them
    int query_token = -1;    ///< index into ExpertLedger::tokens of the local expert; -1: none
    int document_token = -1; ///< row of the local expert's document tokens, of `document`; -1: none
    int term = -1;           ///< of the lexical expert's vocabulary; -1: none
    std::string hovered_document; ///< under the mouse in any view, this frame and the next
    bool operator==(const Selection&) const = default;
};

} // namespace cameo
