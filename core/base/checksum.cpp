#include "core/base/checksum.hpp"

#include <bit>
#include <cstring>

namespace cameo {

namespace {

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87ULL;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FULL;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9ULL;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63ULL;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5ULL;

template <class T>
T read_little(const std::byte* from) {
    static_assert(std::endian::native == std::endian::little, "the specification reads little-endian words");
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t input) {
    return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

std::uint64_t merge(std::uint64_t hash, std::uint64_t lane) {
    return (hash ^ round(0, lane)) * kPrime1 + kPrime4;
}

} // namespace

std::uint64_t checksum64(std::span<const std::byte> bytes, std::uint64_t seed) {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    std::uint64_t hash = seed + kPrime5;
    if (left >= 32) {
        std::uint64_t lane1 = seed + kPrime1 + kPrime2, lane2 = seed + kPrime2, lane3 = seed,
                      lane4 = seed - kPrime1;
        for (; left >= 32; left -= 32, at += 32) {
            lane1 = round(lane1, read_little<std::uint64_t>(at));
            lane2 = round(lane2, read_little<std::uint64_t>(at + 8));
            lane3 = round(lane3, read_little<std::uint64_t>(at + 16));
            lane4 = round(lane4, read_little<std::uint64_t>(at + 24));
        }
        hash = std::rotl(lane1, 1) + std::rotl(lane2, 7) + std::rotl(lane3, 12) + std::rotl(lane4, 18);
        for (const auto lane : {lane1, lane2, lane3, lane4})
            hash = merge(hash, lane);
    }
    hash += bytes.size();
    for (; left >= 8; left -= 8, at += 8)
        hash = std::rotl(hash ^ round(0, read_little<std::uint64_t>(at)), 27) * kPrime1 + kPrime4;
    if (left >= 4) {
        hash = std::rotl(hash ^ (read_little<std::uint32_t>(at) * kPrime1), 23) * kPrime2 + kPrime3;
        left -= 4;
        at += 4;
    }
    for (; left > 0; --left, ++at)
        hash = std::rotl(hash ^ (std::to_integer<std::uint64_t>(*at) * kPrime5), 11) * kPrime1;
    hash = (hash ^ (hash >> 33)) * kPrime2;
    hash = (hash ^ (hash >> 29)) * kPrime3;
    return hash ^ (hash >> 32);
}

std::string to_hex(std::uint64_t checksum) {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text(16, '0');
    for (std::size_t digit = 16; digit-- > 0; checksum >>= 4)
        text[digit] = kDigits[checksum & 15];
    return text;
}

} // namespace cameo
