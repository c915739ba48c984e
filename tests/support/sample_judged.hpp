#pragma once

#include "views/snapshot.hpp"

#include <cstddef>

namespace cameo {

/// Made-up scores of so many judged queries, always the same: the first expert is best at "lexical" queries, the last at
/// "semantic" ones. Everything that follows is computed by core from them.
JudgedScores sample_scores(std::size_t queries = 120, std::size_t experts = 3, bool learned = true);
/// All of it, measured: what the program fills in once somebody has asked.
Judged sample_judged(std::size_t queries = 120, std::size_t experts = 3, const FusionSpec& fusion = {.method = FusionMethod::ZScore});

} // namespace cameo
