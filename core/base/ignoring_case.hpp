#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace cameo {

/// Where a part stands in a text, ASCII letters of either case; npos: nowhere. An empty part stands at the front.
inline std::size_t find_ignoring_case(std::string_view text, std::string_view part) {
    const auto lower = [](char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; };
    const auto found = std::search(text.begin(), text.end(), part.begin(), part.end(), [&](char one, char other) { return lower(one) == lower(other); });
    return found == text.end() && !part.empty() ? std::string_view::npos : static_cast<std::size_t>(found - text.begin());
}

inline bool contains_ignoring_case(std::string_view text, std::string_view part) { return find_ignoring_case(text, part) != std::string_view::npos; }

} // namespace cameo
