#pragma once

#include <cstdint>
#include <string_view>

namespace cameo {

inline constexpr std::uint64_t kFnvBasis = 0xcbf29ce484222325;

/// FNV-1a, 64 bits (Fowler, Noll, Vo): the same on every machine and in every run, unlike std::hash. `hash`
/// continues an earlier one. No defence against chosen input.
constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t hash = kFnvBasis) {
    for (const char byte : bytes) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001b3;
    }
    return hash;
}

} // namespace cameo
