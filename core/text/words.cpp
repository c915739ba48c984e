#include "core/text/words.hpp"

#include "core/text/utf8.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>

namespace cameo {

namespace {

constexpr char32_t kCapitalSigma = 0x3A3, kFinalSigma = 0x3C2, kCapitalDottedI = 0x130;

utf8proc_category_t category(char32_t value) {
    return utf8proc_category(static_cast<utf8proc_int32_t>(value));
}

/// ASCII: what the character becomes as part of a word, 0 when it is none.
constexpr auto kAsciiWord = [] {
    std::array<char, 128> table{};
    for (char c = '0'; c <= '9'; ++c)
        table[static_cast<std::size_t>(c)] = c;
    for (char c = 'a'; c <= 'z'; ++c)
        table[static_cast<std::size_t>(c)] = table[static_cast<std::size_t>(c - 32)] = c;
    table['_'] = '_';
    return table;
}();

bool is_word_character(char32_t value) {
    const auto kind = category(value);
    return (kind >= UTF8PROC_CATEGORY_LU && kind <= UTF8PROC_CATEGORY_LO) ||
           (kind >= UTF8PROC_CATEGORY_ND && kind <= UTF8PROC_CATEGORY_NO);
}

bool is_cased(char32_t value) {
    const auto kind = category(value);
    return kind == UTF8PROC_CATEGORY_LU || kind == UTF8PROC_CATEGORY_LL || kind == UTF8PROC_CATEGORY_LT;
}

/// What stands between letters without ending a word (Unicode's Case_Ignorable).
bool is_case_ignorable(char32_t value) {
    static constexpr char32_t kPunctuation[] = {0x27,   0x2E,   0x3A,   0xB7,   0x387,  0x55F,
                                                0x5F4,  0x2018, 0x2019, 0x2024, 0x2027, 0xFE13,
                                                0xFE52, 0xFE55, 0xFF07, 0xFF0E, 0xFF1A};
    const auto kind = category(value);
    return kind == UTF8PROC_CATEGORY_MN || kind == UTF8PROC_CATEGORY_ME || kind == UTF8PROC_CATEGORY_CF ||
           kind == UTF8PROC_CATEGORY_LM || kind == UTF8PROC_CATEGORY_SK ||
           std::binary_search(std::begin(kPunctuation), std::end(kPunctuation), value);
}

/// Whether the capital sigma at [at, at + 2) ends its word: a letter before it and none after it.
bool is_final_sigma(std::string_view text, std::size_t at) {
    bool letter = false;
    for (auto end = at; end > 0;) {
        auto begin = end - 1;
        while (begin > 0 && end - begin < 4 && (text[begin] & 0xC0) == 0x80)
            --begin;
        if (code_point_at(text, begin).size != end - begin) begin = end - 1;
        const auto value = code_point_at(text, begin).value;
        letter = is_cased(value);
        if (!is_case_ignorable(value)) break;
        letter = false;
        end = begin;
    }
    if (!letter) return false;
    for (at += 2; at < text.size();) {
        const auto next = code_point_at(text, at);
        if (!is_case_ignorable(next.value)) return !is_cased(next.value);
        at += next.size;
    }
    return true;
}

} // namespace

bool WordReader::next() {
    while (m_at < m_text.size())
        if (read_run() && m_characters >= 2) return true;
    return false;
}

// Reads to the end of the next run of word characters. False when there is none.
bool WordReader::read_run() {
    m_word.clear();
    m_characters = 0;
    m_begin = m_at;
    for (; m_at < m_text.size();) {
        const auto byte = static_cast<unsigned char>(m_text[m_at]);
        if (byte < 0x80) {
            const char lower = kAsciiWord[byte];
            if (lower) {
                m_word.push_back(lower);
                ++m_characters;
                m_end = ++m_at;
                continue;
            }
            if (m_characters > 0) return true;
            m_begin = ++m_at;
            continue;
        }
        const auto next = code_point_at(m_text, m_at);
        if (!next.valid || !is_word_character(next.value)) {
            if (m_characters > 0) return true;
            m_begin = m_at += next.size;
            continue;
        }
        ++m_characters;
        m_end = m_at + next.size;
        if (next.value == kCapitalDottedI) {
            // Its lower case is i with a combining dot, and the dot ends the word.
            m_word.push_back('i');
            m_at = m_end;
            return true;
        }
        if (next.value == kCapitalSigma && is_final_sigma(m_text, m_at))
            append_utf8(kFinalSigma, m_word);
        else
            append_utf8(static_cast<char32_t>(utf8proc_tolower(static_cast<utf8proc_int32_t>(next.value))),
                        m_word);
        m_at = m_end;
    }
    return m_characters > 0;
}

bool is_stop_word(std::string_view word) {
    static constexpr std::array<std::string_view, 33> kWords = {
        "a",   "an",    "and",  "are",   "as",    "at",   "be",   "but", "by",  "for",  "if",
        "in",  "into",  "is",   "it",    "no",    "not",  "of",   "on",  "or",  "such", "that",
        "the", "their", "then", "there", "these", "they", "this", "to",  "was", "will", "with"};
    static_assert(std::is_sorted(kWords.begin(), kWords.end()));
    return word.size() <= 5 && std::binary_search(kWords.begin(), kWords.end(), word);
}

} // namespace cameo
