#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace cameo {

/// The 64-bit hash of the published XXH64 specification (doc/xxhash_spec.md of xxHash, version 0.2.0): finds
/// damage in files at memory speed. Not a defence against somebody who changes file and checksum together.
/// Thread-safe.
std::uint64_t checksum64(std::span<const std::byte> bytes, std::uint64_t seed = 0);
/// 16 lower-case hex digits.
std::string to_hex(std::uint64_t checksum);

} // namespace cameo
