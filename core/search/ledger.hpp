#pragma once

#include "core/model/representation.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
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
    std::int64_t postings = -1; ///< documents of the index that have it; -1: not known
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

    double dot = 0; ///< Global: the inner product, the only leaf
    double query_norm = 0, document_norm = 0; ///< Global: of the two stored vectors; both 1: `dot` is their cosine
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

/// What opens one expert's score of one document; all references outlive the call.
struct ExpertEvidence {
    std::string_view name;
    ExpertKind kind = ExpertKind::Global;
    const Tokenizer& tokenizer;
    const Representation& query;
    const Representation& document;
    std::span<const std::int32_t> query_ids; ///< token ids of the query's text under `tokenizer`
    const Encoding& content;                 ///< the document's content under `tokenizer`, as far as the expert reads
    float raw = 0;                           ///< the score that the leaves have to explain
    std::function<std::int64_t(std::int32_t term)> postings; ///< Lexical, for TermPart::postings; may be empty
};

/// Opens a score to its leaves, in double precision: Lexical w_v(q) w_v(d), Local max_j <q_i, d_j>, Global <q, d>.
/// `used` and `rank` are left for whoever fuses. Thread-safe. O(T S H) for Local.
ExpertLedger open_score(const ExpertEvidence& evidence);

/// Plain text of a ledger for `cameo explain`, columns aligned, sums and residuals printed.
std::string to_text(const Ledger& ledger);
/// {"doc","title","score","rank","fusion","residual","experts":[{"name","kind","raw","used","rank","residual",
///   lexical: "terms":[{"term","query_weight","document_weight","product","in_query","in_document",
///                      "postings"}],
///   local:   "tokens":[{"token","best","best_token","similarity"}], global: "dot","query_norm","document_norm"}]}
std::string to_json(const Ledger& ledger);

} // namespace cameo
