#pragma once

#include "core/search/ledger.hpp"
#include "views/palette.hpp"
#include "views/widgets/token_text.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// What one ink span says when the mouse is over it.
struct EvidenceNote {
    std::size_t expert_idx = 0;
    std::int32_t term_idx = -1;      ///< into ExpertLedger::terms
    std::int32_t token_idx = -1;     ///< into ExpertLedger::tokens
    std::int32_t document_token = -1; ///< row of the document
};

struct DocumentEvidence {
    std::vector<InkSpan> inks; ///< InkSpan::tag is an index into notes
    std::vector<EvidenceNote> notes;
};

struct EvidenceChoice {
    int solo = -1;                  ///< one expert only; -1: all that are not muted
    std::uint32_t muted = 0;        ///< bit e: expert e's ink is off
    int query_token = -1;           ///< follow this token of the local expert: every document token by its similarity
    int document_token = -1;        ///< outlined: a row of the local expert's document tokens
    int term = -1;                  ///< outlined wherever the text has it: a term of the lexical expert's vocabulary
};

/// The text's ink under a ledger: terms that count are underlined in the lexical hue, each query token's best match is
/// filled in the local hue, stronger with a higher similarity. A global expert has no exact share for any word.
DocumentEvidence gather_evidence(const Ledger& ledger, std::span<const ExpertStyle> styles, const EvidenceChoice& choice);

} // namespace cameo
