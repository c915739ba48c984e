#pragma once

#include <charconv>
#include <optional>
#include <string_view>
#include <vector>

namespace cameo {

/// The parts between single tabs, empty ones included.
inline std::vector<std::string_view> split_tabs(std::string_view line) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto tab = line.find('\t');
        parts.push_back(line.substr(0, tab));
        if (tab == std::string_view::npos) return parts;
        line.remove_prefix(tab + 1);
    }
}

/// The parts between runs of spaces and tabs, none of them empty.
inline std::vector<std::string_view> split_spaces(std::string_view line) {
    std::vector<std::string_view> parts;
    for (;;) {
        const auto begin = line.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return parts;
        line.remove_prefix(begin);
        const auto end = line.find_first_of(" \t");
        parts.push_back(line.substr(0, end));
        if (end == std::string_view::npos) return parts;
        line.remove_prefix(end);
    }
}

inline std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\f\v";
    const auto begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// The whole of `text` as a number; empty when it is not one.
template <typename Number>
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

} // namespace cameo
