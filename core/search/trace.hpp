#pragma once

#include "core/model/representation.hpp"
#include "core/search/fusion.hpp"
#include "core/search/ledger.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// What an SB-MoE model's gate makes of a text, for its N experts; empty for other models. No noise: it is for training.
struct Gate {
    std::vector<float> logits;  ///< [N]
    std::vector<float> weights; ///< [N] what the experts' vectors are multiplied by; 0: not chosen
    bool operator==(const Gate&) const = default;
};

/// A document of the union, with what every expert makes of it.
struct UnionDocument {
    std::int64_t ordinal = 0;
    std::string id;
    std::string title;
    std::string snippet;            ///< the first words of the text, whole characters, at most 160 bytes, one line
    std::vector<float> raw;         ///< [E] exact score under each expert
    std::vector<std::int32_t> rank; ///< [E] rank among the union under each expert, from 1
    std::uint32_t brought_by = 0;   ///< bit e: expert e had it among its own candidates
    Gate gate;                      ///< of a model with a gate
};

/// A query term whose weight somebody has set, in place of the lexical expert's own; 0: it was taken away.
struct TermEdit {
    std::int32_t term = 0;
    float weight = 0;
    std::string word; ///< of the vocabulary
    bool operator==(const TermEdit&) const = default;
};

struct ExpertTrace {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    Representation query;
    std::vector<std::string> query_terms;  ///< Lexical: the words of query.sparse.terms; Local: of query.tokens.tokens
    std::vector<std::int32_t> hits;        ///< its own candidates, best first, as positions in Trace::documents
    double candidates_ms = 0;
};

struct FusedHit {
    std::int32_t document = 0;  ///< position in Trace::documents
    double score = 0;
    std::vector<double> used;   ///< [E] what each expert adds; they add up to score with `residual`
    double residual = 0;        ///< score minus the sum of `used`
};

struct Timings {
    double encode_ms = 0, rescore_ms = 0, fuse_ms = 0, explain_ms = 0, total_ms = 0;
};

/// The full, immutable record of one query run. Views, sessions, the command line and exports read traces and nothing
/// else. Ordered for people: score descending, then document id ascending.
struct Trace {
    std::string id;          ///< 128 random bits in hex, made when the query ran
    std::int64_t created_ms = 0; ///< milliseconds since 1970, UTC
    std::string query;
    std::string query_id;    ///< of the collection's query when it is one of its own, else empty
    std::string model, model_version, collection, collection_version;
    std::int64_t indexed_documents = 0, expected_documents = 0;
    std::int32_t depth = 100; ///< candidates asked of each expert
    std::string device;
    std::string precision;
    std::int32_t threads = 1;
    std::vector<std::string> tokens; ///< of the query, special ones included
    bool query_truncated = false;
    std::string parent;               ///< id of the trace that this one tries a change of; empty: none
    std::vector<TermEdit> term_edits; ///< by term ascending; what `experts` already has

    Gate gate; ///< of the query; its N experts are Trace::experts behind the gate's own
    std::vector<ExpertTrace> experts;
    std::vector<UnionDocument> documents; ///< the union; a fusion is a pure function of it
    std::vector<double> query_weights;    ///< [E] what the model's learned fusion predicts for this query, which Adaptive
                                          ///< multiplies z-scores with; empty: the model had none
    FusionSpec fusion;
    std::vector<FusedHit> fused;          ///< the whole union, best first
    std::vector<Ledger> ledgers;          ///< of the best fused documents, in their order
    std::map<std::string, int> grades;    ///< judged documents of this query, if it is one of the collection's
    Timings timings;
};

/// The same trace under another fusion: no model, index or collection is needed. Ledgers keep their experts' parts and
/// get new fusion parts; they stay those of the documents that were best when the query ran, in their new order.
/// @throws Error(InvalidInput) when the weights are not one an expert, or the fusion is Adaptive and the trace has no
/// query_weights.
Trace with_fusion(Trace trace, const FusionSpec& spec);

/// How the trace's fusion makes its parts: [E].
std::vector<FusionLine> fusion_lines(const Trace& trace);

/// [D, E] what mixes of the trace's experts are made of, under a method and its k (unweighted_parts() in fusion.hpp).
std::vector<double> unweighted_parts(const Trace& trace, const FusionSpec& spec);

/// The rank in Trace::fused (from 1) of each of Trace::documents.
std::vector<std::int32_t> fused_ranks(const Trace& trace);

/// Stable binary form with a version and a checksum, for sessions. trace_from_bytes throws Error on damage or a newer
/// version; what it returns is consistent: every position, shape and span is in range.
std::string to_bytes(const Trace& trace);
Trace trace_from_bytes(std::string_view bytes);

/// The JSON of `cameo query --json` (design.md section 4), with k fused hits and k hits an expert.
std::string to_json(const Trace& trace, std::size_t k);

} // namespace cameo
