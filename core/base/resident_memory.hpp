#pragma once

#include <cstdint>

namespace cameo {

/// Bytes of this process that are in memory now; 0 where that is not told.
std::int64_t resident_memory();
/// The most that it ever were.
std::int64_t peak_memory();

} // namespace cameo
