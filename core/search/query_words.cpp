#include "core/search/query_words.hpp"

#include <algorithm>

namespace cameo {

namespace {

bool is_space(char character) { return character == ' ' || (character >= '\t' && character <= '\r'); }

} // namespace

std::vector<QueryWord> query_words(std::string_view text) {
    std::vector<QueryWord> words;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = static_cast<std::size_t>(std::find_if(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(), is_space) - text.begin());
        if (end > at) words.push_back({std::string(text.substr(at, end - at))});
        at = end + 1;
    }
    return words;
}

std::vector<QueryWord> query_words(std::string_view original, std::string_view changed) {
    std::vector<QueryWord> words = query_words(original);
    const std::vector<QueryWord> now = query_words(changed);
    // From the end, so that of equal words the first ones are those that went: which of them it was cannot be told.
    std::size_t left = now.size();
    for (auto word = words.rbegin(); word != words.rend(); ++word) {
        const bool fits = left > 0 && now[left - 1].text == word->text;
        const bool masked = left > 0 && now[left - 1].text == kMaskedWord;
        if (fits || masked) --left;
        word->state = fits ? WordState::Kept : masked ? WordState::Masked : WordState::Dropped;
    }
    return left == 0 ? words : now;
}

std::string text_of(const std::vector<QueryWord>& words) {
    std::string text;
    for (const QueryWord& word : words) {
        if (word.state == WordState::Dropped) continue;
        if (!text.empty()) text.append(1, ' ');
        text.append(word.state == WordState::Masked ? std::string(kMaskedWord) : word.text);
    }
    return text;
}

} // namespace cameo
