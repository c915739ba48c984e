#include "core/base/sha256.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace cameo {

namespace {

// First 32 bits of the fractional parts of the cube roots of the first 64 primes.
constexpr std::uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

} // namespace

void Sha256::block(const std::uint8_t* bytes) {
    std::uint32_t w[64];
    for (int t = 0; t < 16; ++t)
        w[t] = std::uint32_t{bytes[4 * t]} << 24 | std::uint32_t{bytes[4 * t + 1]} << 16 |
               std::uint32_t{bytes[4 * t + 2]} << 8 | bytes[4 * t + 3];
    for (int t = 16; t < 64; ++t) {
        const auto s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ (w[t - 15] >> 3);
        const auto s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ (w[t - 2] >> 10);
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = m_state;
    for (int t = 0; t < 64; ++t) {
        const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto first = h + s1 + ((e & f) ^ (~e & g)) + kRound[t] + w[t];
        const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto second = s0 + ((a & b) ^ (a & c) ^ (b & c));
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + second;
    }
    const std::uint32_t round[8] = {a, b, c, d, e, f, g, h};
    for (int word = 0; word < 8; ++word)
        m_state[word] += round[word];
}

void Sha256::update(std::string_view bytes) {
    m_total += bytes.size();
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    std::size_t left = bytes.size();
    if (m_pending_size > 0) {
        const auto taken = std::min(left, m_pending.size() - m_pending_size);
        std::memcpy(m_pending.data() + m_pending_size, data, taken);
        m_pending_size += taken;
        data += taken;
        left -= taken;
        if (m_pending_size < m_pending.size()) return;
        block(m_pending.data());
        m_pending_size = 0;
    }
    for (; left >= 64; data += 64, left -= 64)
        block(data);
    if (left > 0) std::memcpy(m_pending.data(), data, left);
    m_pending_size = left;
}

Sha256::Digest Sha256::digest() {
    const std::uint64_t bits = m_total * 8;
    char padding[72] = {'\x80'};
    const std::size_t zeros = (m_pending_size < 56 ? 56 : 120) - m_pending_size;
    for (int byte = 0; byte < 8; ++byte)
        padding[zeros + byte] = static_cast<char>(bits >> (56 - 8 * byte));
    update({padding, zeros + 8});
    Digest result;
    for (std::size_t byte = 0; byte < result.size(); ++byte)
        result[byte] = static_cast<std::uint8_t>(m_state[byte / 4] >> (24 - 8 * (byte % 4)));
    return result;
}

Sha256::Digest sha256(std::string_view bytes) {
    Sha256 hash;
    hash.update(bytes);
    return hash.digest();
}

std::string to_hex(const Sha256::Digest& digest) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const auto byte : digest) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

} // namespace cameo
