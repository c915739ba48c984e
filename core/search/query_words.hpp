#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// What somebody has done to a word of a query. Masked: the model reads its [MASK] token in the word's place, so that the others
/// keep their places. Dropped: it is not there.
enum class WordState { Kept, Masked, Dropped };

struct QueryWord {
    std::string text;
    WordState state = WordState::Kept;
    bool operator==(const QueryWord&) const = default;
};

inline constexpr std::string_view kMaskedWord = "[MASK]";

/// The stretches between spaces, all kept.
std::vector<QueryWord> query_words(std::string_view text);

/// What a changed query has made of the words of the original one, as far as its text tells: which of two neighbours was masked
/// and which left out, it does not. Where it is no change of it by masks and drops alone (somebody has typed other words), it is
/// its own original: all of its words are kept.
std::vector<QueryWord> query_words(std::string_view original, std::string_view changed);

/// The query that the words stand for.
std::string text_of(const std::vector<QueryWord>& words);

} // namespace cameo
