#pragma once

#include "core/eval/judged_split.hpp"
#include "core/search/retrieval.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace cameo {

/// Runs every query of the split through the engine, several at a time, and hands each one over with its position in
/// JudgedSplit::queries, from whichever thread has it. Advances by queries.
/// @throws Cancelled; what `take` throws.
void retrieve_each(const SearchEngine& engine, const JudgedSplit& judged, std::int32_t depth, std::string stage,
                   Progress& progress, const std::function<void(std::size_t query, const Retrieval& found)>& take);

} // namespace cameo
