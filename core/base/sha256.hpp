#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cameo {

/// SHA-256 (FIPS 180-4), for fingerprints of what is on the disk and for splits that must come out the same
/// everywhere.
class Sha256 {
public:
    using Digest = std::array<std::uint8_t, 32>;

    void update(std::string_view bytes);
    /// Finishes; the object must not be used afterwards.
    Digest digest();

private:
    void block(const std::uint8_t* bytes);

    std::array<std::uint32_t, 8> m_state{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::uint8_t, 64> m_pending{};
    std::size_t m_pending_size = 0;
    std::uint64_t m_total = 0;
};

Sha256::Digest sha256(std::string_view bytes);
/// Lower-case hex digits.
std::string to_hex(const Sha256::Digest& digest);

} // namespace cameo
