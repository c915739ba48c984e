#pragma once

#include <cstdint>

namespace cameo {

/// As many as a person can ask each expert for: every candidate is scored by all experts and stays in the trace.
inline constexpr std::int32_t kMostCandidates = 10'000;

} // namespace cameo
