#pragma once

#include <chrono>
#include <cstdint>

namespace cameo {

/// Milliseconds since 1970, UTC: what files say when something happened.
inline std::int64_t now_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

} // namespace cameo
