#pragma once

#include "core/data/run_file.hpp"
#include "core/eval/judged_scores.hpp"
#include "core/jobs/progress.hpp"

#include <string>

namespace cameo {

class Bm25;
class SearchEngine;

/// The ranked lists of one system of evaluate_scores(), its first 1,000 documents of every judged query, as
/// `cameo eval --save-runs` writes them. BM25 searches again; the others come from the scores.
/// @param system an expert's name, "fusion:…" or "bm25"   @param bm25 null: "bm25" is refused
/// @throws Error(NotFound) for a system that has no lists of its own, such as "oracle"; Cancelled. Thread-safe.
RunFile system_run(const JudgedScores& scores, const std::string& system, const SearchEngine& engine, const Bm25* bm25, Progress& progress);

} // namespace cameo
