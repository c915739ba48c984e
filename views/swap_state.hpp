#pragma once

#include "core/eval/measures.hpp"
#include "views/phase.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// A query of the guard set whose best right document has moved.
struct GuardedQuery {
    std::string text, category;
    std::int32_t before = 0, after = 0; ///< its rank under each one's own fusion; 0: not in the list
};

/// Two models over the same judged queries, each under its own fusion.
struct GuardComparison {
    std::string split;
    std::size_t queries = 0, better = 0, worse = 0; ///< by the rank
    Measures before, after;                         ///< means
    std::vector<GuardedQuery> moved;                ///< those that lost most first, behind them those that gained
};

/// A checkpoint that is, or is to be, the model in use.
struct ModelSwap {
    Phase phase = Phase::Empty; ///< Empty: none was. Loading: it is made ready, and what was in use answers. Ready: it is in use
    std::string error;
    std::string label;          ///< "came-1 at step 250"
    std::filesystem::path training;
    std::int64_t step = -1;     ///< -1: the training's result
    std::string before;         ///< the model that was in use before, and one press brings back
    Phase guard_phase = Phase::Empty; ///< of `guard`
    std::string guard_error;
    std::shared_ptr<const GuardComparison> guard;
};

} // namespace cameo
