#pragma once

#include "core/index/bm25.hpp"
#include "core/index/bm25_postings.hpp"
#include "core/text/stemmer.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace cameo {

/// A Bm25Postings that owns what it shows.
struct Bm25Data {
    std::int64_t documents = 0;
    std::string vocabulary;
    std::vector<std::uint64_t> term_begins, posting_begins, block_begins;
    std::vector<std::uint32_t> posting_documents;
    std::vector<Impact> impacts;
    std::vector<Bm25Block> blocks;

    Bm25Postings view() const;
};

/// Takes documents once, in order, and makes postings of them. Words are stemmed once each, not once an
/// occurrence. Not thread-safe.
class Bm25Builder {
public:
    /// @throws Error(InvalidInput) when k1 < 0 or b is outside of [0, 1].
    explicit Bm25Builder(const Bm25Options& options);

    void add(std::string_view text);
    /// A place without document: it counts in no statistic.
    void skip();

    /// Leaves the builder empty.
    Bm25Data finish(Progress& progress);

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    using Map = std::unordered_map<std::string, std::uint32_t, Hash, std::equal_to<>>;

    std::uint32_t term_of(std::string_view word);

    Bm25Options m_options;
    Stemmer m_stemmer;
    Map m_words;                                  ///< lower-case word -> term, or kStopWord
    Map m_terms;                                  ///< stem -> term, numbered as they come
    std::vector<std::uint32_t> m_document_counts; ///< by term
    std::vector<std::uint32_t> m_occurrences;     ///< by term, in the current document; 0 between documents
    std::vector<std::uint32_t> m_present;         ///< terms of the current document

    // Forward: for each document its terms and how often each is there (65,535 stands for more: the score has
    // long stopped rising there).
    std::vector<std::uint32_t> m_forward_terms;
    std::vector<std::uint16_t> m_forward_counts;
    std::vector<std::uint64_t> m_forward_begins{0};
    std::vector<std::uint32_t> m_lengths; ///< by document, in terms
    std::size_t m_skipped = 0;
};

} // namespace cameo
