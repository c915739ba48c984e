#include "core/text/added_tokens.hpp"

#include "core/text/bert_classes.hpp"
#include "core/text/utf8.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstring>

namespace cameo {

namespace {

PieceTrie make_trie(const std::vector<AddedToken>& tokens) {
    std::vector<PieceTrie::Entry> entries;
    for (std::size_t k = 0; k < tokens.size(); ++k)
        entries.emplace_back(tokens[k].content, static_cast<std::int32_t>(k));
    return PieceTrie(std::move(entries));
}

/// A later token of the same content replaces the earlier one; one without content can be nowhere.
std::vector<AddedToken> distinct(std::vector<AddedToken> tokens) {
    std::vector<AddedToken> kept;
    for (auto& token : tokens) {
        std::erase_if(kept, [&](const AddedToken& other) { return other.content == token.content; });
        if (!token.content.empty()) kept.push_back(std::move(token));
    }
    return kept;
}

/// A word character of regular expressions: letters, marks, digits, connectors, joiners.
bool is_word(char32_t value) {
    if (value == 0x200C || value == 0x200D) return true;
    const auto category = utf8proc_category(static_cast<utf8proc_int32_t>(value));
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NL) ||
           category == UTF8PROC_CATEGORY_PC ||
           (category == UTF8PROC_CATEGORY_CN && bert_recent_letter(value));
}

std::size_t character_before(std::string_view text, std::size_t at) {
    auto begin = at - 1;
    while (begin > 0 && at - begin < 4 && (text[begin] & 0xC0) == 0x80)
        --begin;
    return code_point_at(text, begin).size == at - begin ? begin : at - 1;
}

bool whitespace(std::string_view text, std::size_t at) {
    return bert_classes()[code_point_at(text, at).value] & bert_class::kWhitespace;
}

} // namespace

AddedTokens::AddedTokens(std::vector<AddedToken> tokens)
    : m_tokens(distinct(std::move(tokens))), m_trie(make_trie(m_tokens)) {
    for (const auto& token : m_tokens)
        m_first_bytes.set(static_cast<unsigned char>(token.content[0]));
    if (m_first_bytes.count() == 1) m_only_first_byte = static_cast<unsigned char>(m_tokens[0].content[0]);
}

std::optional<AddedTokens::Found> AddedTokens::next(std::string_view text, std::size_t from) const {
    if (m_tokens.empty()) return {};
    for (auto at = from; at < text.size();) {
        if (m_only_first_byte >= 0) {
            const auto* found = std::memchr(text.data() + at, m_only_first_byte, text.size() - at);
            if (!found) return {};
            at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
        }
        const auto match = m_first_bytes[static_cast<unsigned char>(text[at])]
                               ? m_trie.longest(text.substr(at))
                               : PieceTrie::Match{};
        if (match.value < 0) {
            ++at;
            continue;
        }
        const auto& token = m_tokens[static_cast<std::size_t>(match.value)];
        Found found{at, at + match.size, token.id};
        at = found.end;
        if (token.single_word) {
            const bool before =
                found.begin > 0 && is_word(code_point_at(text, character_before(text, found.begin)).value);
            const bool after = found.end < text.size() && is_word(code_point_at(text, found.end).value);
            if (before || after) continue;
        }
        while (token.lstrip && found.begin > from) {
            const auto previous = character_before(text, found.begin);
            if (previous < from || !whitespace(text, previous)) break;
            found.begin = previous;
        }
        while (token.rstrip && found.end < text.size() && whitespace(text, found.end))
            found.end += code_point_at(text, found.end).size;
        return found;
    }
    return {};
}

} // namespace cameo
