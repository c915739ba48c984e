#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace cameo {

/// A 64-bit hash of bytes fed in parts, for telling versions apart (not against an adversary): reads at memory speed.
class Fingerprint {
public:
    /// The same bytes in other parts give another fingerprint.
    void add(std::span<const std::byte> bytes);
    void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
    std::string hex() const; ///< 16 digits

private:
    std::uint64_t m_state = 0x9e3779b97f4a7c15u;
};

struct WeightsFile;
/// Every tensor's name, type, shape and bytes.
void add(Fingerprint& fingerprint, const WeightsFile& file);

} // namespace cameo
