#include "core/model/weights/fingerprint.hpp"

#include "core/model/weights/weights_file.hpp"

#include <cstring>

namespace cameo {

namespace {

__extension__ typedef unsigned __int128 Wide;

// Both halves of a product, folded: each input bit reaches each output bit.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    const Wide product = Wide(a) * b;
    return std::uint64_t(product) ^ std::uint64_t(product >> 64);
}
std::uint64_t word(const std::byte* at) {
    std::uint64_t value;
    std::memcpy(&value, at, 8);
    return value;
}
constexpr std::uint64_t kOdd[] = {0xa0761d6478bd642fu, 0xe7037ed1a0b428dbu, 0x8ebc6af09c88c6e3u, 0x589965cc75374cc3u};

} // namespace

void Fingerprint::add(std::span<const std::byte> bytes) {
    // Four independent lanes, so that the multiplications overlap.
    std::uint64_t lanes[4];
    for (int lane = 0; lane < 4; ++lane)
        lanes[lane] = m_state ^ kOdd[lane];
    std::size_t at = 0;
    for (; at + 32 <= bytes.size(); at += 32)
        for (std::size_t lane = 0; lane < 4; ++lane)
            lanes[lane] = fold(lanes[lane] ^ word(bytes.data() + at + 8 * lane), kOdd[lane]);
    std::byte rest[32] = {};
    if (at < bytes.size())
        std::memcpy(rest, bytes.data() + at, bytes.size() - at);
    for (std::size_t lane = 0; lane < 4; ++lane)
        lanes[lane] = fold(lanes[lane] ^ word(rest + 8 * lane), kOdd[lane]);
    m_state = fold(m_state ^ bytes.size(), kOdd[0]);
    for (const std::uint64_t lane : lanes)
        m_state = fold(m_state ^ lane, kOdd[1]);
}

std::string Fingerprint::hex() const {
    std::string text;
    for (int shift = 60; shift >= 0; shift -= 4)
        text += "0123456789abcdef"[m_state >> shift & 15];
    return text;
}

void add(Fingerprint& fingerprint, const WeightsFile& file) {
    for (const auto& tensor : file.tensors) {
        fingerprint.add(tensor.name);
        fingerprint.add(std::string(name(tensor.type)) + shape_text(tensor.shape));
        fingerprint.add(tensor.bytes);
    }
}

} // namespace cameo
