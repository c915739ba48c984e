#pragma once

#include "core/text/tokenizer.hpp"

#include <string>
#include <string_view>

namespace cameo {

/// Goes through the words of a text as Python's re.findall(r"(?u)\b\w\w+\b", text.lower()) finds them: lower
/// case first, then maximal runs of two or more letters, digits and underscores. Invalid UTF-8 separates
/// words. Not thread-safe; the text must outlive it.
class WordReader {
public:
    explicit WordReader(std::string_view text) : m_text(text) {}

    /// False when there are no more; else word() and span() tell.
    bool next();

    std::string_view word() const { return m_word; } ///< lower case, until the next call
    TextSpan span() const { return {static_cast<std::uint32_t>(m_begin), static_cast<std::uint32_t>(m_end)}; }

private:
    bool read_run();

    std::string_view m_text;
    std::string m_word;
    std::size_t m_at = 0, m_begin = 0, m_end = 0;
    std::size_t m_characters = 0; ///< of m_word
};

/// The English stop words that bm25s leaves out by default (Lucene's list of 33).
bool is_stop_word(std::string_view word);

} // namespace cameo
