#pragma once

#include "core/eval/judged_split.hpp"
#include "core/eval/systems.hpp"
#include "core/model/representation.hpp"
#include "core/search/fusion.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// A judged document of a query with a grade above 0.
struct RelevantDocument {
    std::int32_t position = -1; ///< in ScoredQuery::documents; -1: no expert brought it
    int grade = 1;
};

/// What every expert makes of the union of all experts' candidates for one query.
struct ScoredQuery {
    std::vector<DocumentOrdinal> documents; ///< [D] by id ascending: positions are a tie order
    std::vector<float> raw;                 ///< [D, E] row-major
    std::vector<std::uint32_t> brought_by;  ///< [D] bit e: in the list of expert e
    std::vector<RelevantDocument> relevant; ///< all that are judged so
    std::vector<double> query_weights;      ///< [E] of the model's learned fusion; empty: it has none
    Measures bm25;                          ///< zeros where BM25 was not asked
    std::int32_t bm25_first = 0;            ///< rank of its best relevant document; 0: none found
};

/// Everything that fusions and experts can be measured by, kept so that a change of weights needs no search. Immutable once
/// made; some 24 bytes a document of a union, which are 60 MB for 1,154 queries of depth 1,000 over 11,000 documents.
struct JudgedScores {
    std::string model, model_version, collection, collection_version;
    std::int64_t documents = 0; ///< of the index
    std::string split;
    std::int32_t depth = 0;
    std::vector<std::string> experts; ///< [E] names
    std::vector<ExpertKind> kinds;    ///< [E]
    JudgedSplit judged;
    std::vector<ScoredQuery> queries; ///< as judged.queries
    /// Ways to cut the queries apart: "category", "section" of what answers the query, "length"; of each query its part,
    /// empty where it has none.
    std::map<std::string, std::vector<std::string>> slices;
    std::optional<std::vector<double>> linear; ///< [E] learned weights of z-scores, the same for every query
    bool has_bm25 = false;
};

/// An expert's own candidates, best first, of equal scores in the order of the union: positions in it, at most `depth`.
std::vector<std::int32_t> own_candidates(const ScoredQuery& query, std::size_t experts, std::size_t expert_idx, std::size_t depth);
/// [D] what a fusion gives the union.
std::vector<double> fused_scores(const ScoredQuery& query, std::size_t experts, const FusionSpec& spec);

/// Of each query the places of its relevant documents among the first 1,000 of a list, in any order.
using FoundLists = std::vector<std::vector<FoundDocument>>;
/// [Q] of one expert's own list, and of a fusion. Thread-safe, a few hundredths of a second; fusions that count ranks up to a second
/// for a thousand queries. @throws Cancelled where there is a progress that says so.
FoundLists find_under_expert(const JudgedScores& scores, std::size_t expert_idx, Progress* progress = nullptr);
/// @throws as measure_fusion()
FoundLists find_under_fusion(const JudgedScores& scores, const FusionSpec& spec, Progress* progress = nullptr);

/// [Q] of the same: what evaluate() measures.
std::vector<Measures> measure_expert(const JudgedScores& scores, std::size_t expert_idx, Progress* progress = nullptr);
/// @throws Error(InvalidInput) for weights that are not one an expert, or an Adaptive fusion where nothing was learned.
std::vector<Measures> measure_fusion(const JudgedScores& scores, const FusionSpec& spec, Progress* progress = nullptr);
/// Of every query and for each measure the best of all its experts: what one could choose who knew the answers.
std::vector<Measures> measure_oracle(const std::vector<std::vector<Measures>>& experts);

/// The systems of evaluate() and its tests, from scores that are there; "oracle" comes after them, untested.
/// @param others measured on the same queries; they are compared with the rest and stand behind BM25, under names of their own
Evaluation evaluate_scores(const JudgedScores& scores, const std::vector<FusionSpec>& fusions, Progress& progress,
                           std::vector<SystemResult> others = {});
/// What evaluate() takes when nobody names any. @param linear learned weights of z-scores, where the model has a learned fusion
std::vector<FusionSpec> usual_fusions(const std::optional<std::vector<double>>& linear);

} // namespace cameo
