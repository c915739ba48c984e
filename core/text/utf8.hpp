#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace cameo {

constexpr char32_t kReplacement = 0xFFFD;

struct CodePoint {
    char32_t value = 0;
    std::uint32_t size = 0; ///< bytes it takes in the text
    bool valid = true;
};

/// The code point at `at`. A byte that begins no valid sequence (overlong and surrogate forms included) is
/// one invalid code point U+FFFD of one byte. @pre at < text.size()
inline CodePoint code_point_at(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[at + k]); };
    const auto follows = [&](std::size_t k) { return at + k < text.size() && (byte(k) & 0xC0) == 0x80; };
    const char32_t lead = byte(0);
    if (lead < 0x80) return {lead, 1};
    if (lead >= 0xC2 && lead < 0xE0 && follows(1)) return {(lead & 0x1F) << 6 | (byte(1) & 0x3FU), 2};
    if (lead >= 0xE0 && lead < 0xF0 && follows(1) && follows(2)) {
        const char32_t value = (lead & 0x0F) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
        if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
    }
    if (lead >= 0xF0 && lead < 0xF5 && follows(1) && follows(2) && follows(3)) {
        const char32_t value =
            (lead & 0x07) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 | (byte(3) & 0x3FU);
        if (value >= 0x10000 && value <= 0x10FFFF) return {value, 4};
    }
    return {kReplacement, 1, false};
}

/// Writes the UTF-8 form. @return its size, 1 to 4. @pre a scalar value; `out` has room for 4.
inline std::size_t encode_utf8(char32_t value, char* out) {
    const auto tail = [&](int shift) { return static_cast<char>(0x80 | ((value >> shift) & 0x3F)); };
    if (value < 0x80) {
        out[0] = static_cast<char>(value);
        return 1;
    }
    if (value < 0x800) {
        out[0] = static_cast<char>(0xC0 | value >> 6);
        out[1] = tail(0);
        return 2;
    }
    if (value < 0x10000) {
        out[0] = static_cast<char>(0xE0 | value >> 12);
        out[1] = tail(6);
        out[2] = tail(0);
        return 3;
    }
    out[0] = static_cast<char>(0xF0 | value >> 18);
    out[1] = tail(12);
    out[2] = tail(6);
    out[3] = tail(0);
    return 4;
}

inline void append_utf8(char32_t value, std::string& out) {
    char bytes[4];
    out.append(bytes, encode_utf8(value, bytes));
}

/// Bytes that begin one: of valid text, its code points.
inline std::int64_t characters(std::string_view text) {
    return std::count_if(text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

inline bool valid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const auto next = code_point_at(text, at);
        if (!next.valid) return false;
        at += next.size;
    }
    return true;
}

} // namespace cameo
