#pragma once

#include "core/model/representation.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace cameo {

/// One term of a lexical score: product = query_weight * document_weight.
struct TermPart {
    std::int32_t term = 0;
    std::string word;
    float query_weight = 0;    ///< 0: the query does not have it
    float document_weight = 0; ///< 0: the document does not have it
    double product = 0;
    bool in_query_text = false;
    std::vector<TextSpan> document_spans; ///< where the document's content has this piece; empty: an expansion term
};

/// One query token of a MaxSim score.
struct TokenPart {
    std::string query_token;
    TextSpan query_span;
    std::int32_t best = -1;   ///< row of the document token with the largest similarity, ties: the first
    double similarity = 0;
};

/// One expert's score of one document, opened to its leaves.
struct ExpertLedger {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    double raw = 0;      ///< the expert's score, as in the union
    double used = 0;     ///< what the fusion adds for it
    std::int32_t rank = 0;
    double residual = 0; ///< raw minus the sum of the leaves (float rounding, compression): always shown

    std::vector<TermPart> terms;   ///< Lexical: product descending, then unmatched query terms, then the document's heaviest
    std::vector<TokenPart> tokens; ///< Local: in query order
    std::vector<std::string> document_tokens; ///< Local: the S rows
    std::vector<TextSpan> document_spans;     ///< Local: [S], in Ledger::content
    std::vector<float> similarities;          ///< Local: [T, S] row-major
    /// Global: the cosine or dot product is one leaf; with its two norms before normalisation where the model has them.
};

/// The score of one document under one query, taken apart; self-contained, so that it can be read without model,
/// index or collection.
struct Ledger {
    std::int64_t ordinal = 0;
    std::string id;
    std::string title;
    std::string content; ///< the text that the experts read: Document::content()
    std::size_t title_bytes = 0; ///< content begins with the title, this long
    std::map<std::string, std::string> fields;
    double score = 0;    ///< fused
    std::int32_t rank = 0; ///< fused rank in the union; 0: the document was outside
    double residual = 0;
    std::string fusion;  ///< the formula in words, "z-score sum"
    std::vector<ExpertLedger> experts;
};

/// Plain text of a ledger for `cameo explain`, columns aligned, sums and residuals printed; and its JSON.
std::string to_text(const Ledger& ledger);
std::string to_json(const Ledger& ledger);

} // namespace cameo
