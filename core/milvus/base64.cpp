#include "core/milvus/base64.hpp"

#include <array>
#include <cstdint>

namespace cameo {

namespace {

constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr auto kValues = [] {
    std::array<std::uint8_t, 256> values{};
    values.fill(0xff);
    for (std::size_t at = 0; at < kDigits.size(); ++at) values[static_cast<unsigned char>(kDigits[at])] = static_cast<std::uint8_t>(at);
    return values;
}();

} // namespace

std::string to_base64(std::span<const std::byte> bytes) {
    std::string text((bytes.size() + 2) / 3 * 4, '=');
    char* to = text.data();
    for (std::size_t at = 0; at < bytes.size(); at += 3, to += 4) {
        std::uint32_t word = static_cast<std::uint32_t>(bytes[at]) << 16;
        if (at + 1 < bytes.size()) word |= static_cast<std::uint32_t>(bytes[at + 1]) << 8;
        if (at + 2 < bytes.size()) word |= static_cast<std::uint32_t>(bytes[at + 2]);
        to[0] = kDigits[word >> 18];
        to[1] = kDigits[word >> 12 & 63];
        if (at + 1 < bytes.size()) to[2] = kDigits[word >> 6 & 63];
        if (at + 2 < bytes.size()) to[3] = kDigits[word & 63];
    }
    return text;
}

std::optional<std::vector<std::byte>> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return {};
    std::size_t padding = 0;
    while (padding < 2 && text.size() > padding && text[text.size() - 1 - padding] == '=') ++padding;
    std::vector<std::byte> bytes(text.size() / 4 * 3);
    std::uint8_t wrong = 0;
    for (std::size_t at = 0, to = 0; at < text.size(); at += 4, to += 3) {
        std::uint32_t word = 0;
        for (std::size_t digit = 0; digit < 4; ++digit) {
            const std::uint8_t value = at + digit >= text.size() - padding ? 0 : kValues[static_cast<unsigned char>(text[at + digit])];
            wrong |= value & 0xc0;
            word = word << 6 | (value & 63);
        }
        bytes[to] = static_cast<std::byte>(word >> 16);
        bytes[to + 1] = static_cast<std::byte>(word >> 8 & 255);
        bytes[to + 2] = static_cast<std::byte>(word & 255);
    }
    if (wrong) return {};
    bytes.resize(bytes.size() - padding);
    return bytes;
}

} // namespace cameo
