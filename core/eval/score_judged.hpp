#pragma once

#include "core/eval/evaluation.hpp"
#include "core/eval/judged_scores.hpp"
#include "core/index/bm25.hpp"
#include "core/search/engine.hpp"

#include <cstdint>
#include <string>

namespace cameo {

struct JudgedScoresOptions {
    std::string split = "test";
    std::int32_t depth = EvaluationOptions{}.depth; ///< what `cameo eval` uses, so that their numbers are the same
};

/// Runs every judged query of the split through the engine, several at a time, and BM25 where there is one.
/// @throws Error when the collection has no judgments in that split (naming those it has); Cancelled.
JudgedScores score_judged(const SearchEngine& engine, const Bm25* bm25, const JudgedScoresOptions& options, Progress& progress);

/// All of it but the scores: what they are of, and the judged queries. @throws as above.
JudgedScores unscored(const SearchEngine& engine, const JudgedScoresOptions& options);

} // namespace cameo
