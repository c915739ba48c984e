#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace cameo {

struct FuzzyMatch {
    int score = 0;                      ///< higher is better; comparable for one pattern only
    std::vector<std::size_t> positions; ///< bytes of the text that matched, ascending
};

/// Whether the pattern's characters stand in the text in this order, ASCII letters of either case, spaces ignored;
/// beginnings of words and runs count more, and of the ways to match the best is taken. Nothing: no match.
/// An empty pattern matches everything with score 0. O(pattern * text).
std::optional<FuzzyMatch> fuzzy_match(std::string_view pattern, std::string_view text);

} // namespace cameo
