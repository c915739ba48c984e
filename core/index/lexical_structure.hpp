#pragma once

#include "core/data/ordinal_set.hpp"
#include "core/index/forward_store.hpp"
#include "core/index/index.hpp"
#include "core/index/seismic_lists.hpp"
#include "core/index/top_k.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace cameo {

/// Exact sparse search, s = sum_v w_v(q) w_v(d), over an inverted index with weights in 8 bits.
///
/// The documents are cut into windows of 16,384, inverted window by window in one pass over the forward store. Of a term in
/// a window, each weight is kept as an impact: the least multiple of a 255th of the largest weight that is not below it. So
/// sums of impacts are never below the scores. A search adds them up for all documents of a window in the first-level
/// cache, and scores those exactly, from the forward store, that may be among the best by their sums. What is not added up
/// is decided by window and term, with block-max MaxScore (Turtle and Flood 1995; Ding and Suel 2011): a window whose
/// maxima cannot reach the k-th best score is left out; terms whose maxima together cannot lift a document over it are not
/// walked once the documents that the other terms leave in the race are few.
///
/// Where it was asked for, it has the lists of Seismic beside these, and searches by them: approximately, and faster where
/// there are many documents.
///
/// Scores are sums in fp32 by ascending term; search and score agree bit for bit. All weights are above 0. Immutable;
/// thread-safe.
class LexicalStructure {
public:
    enum class Form { Exact, Seismic };

    /// @pre the store's expert is lexical.  @throws Cancelled; Error naming the shard when a term is outside
    /// of the vocabulary or a weight is not above 0.
    static std::unique_ptr<const LexicalStructure> build(std::shared_ptr<const ForwardStore> store,
                                                         std::size_t expert_idx, Progress& progress, Form form = Form::Exact);
    /// @throws Error naming the file when it is damaged or of another version or does not fit the store.
    static std::unique_ptr<const LexicalStructure> load(const std::filesystem::path& file,
                                                        std::shared_ptr<const ForwardStore> store,
                                                        std::size_t expert_idx);
    void save(const std::filesystem::path& file) const;

    /// Adds what may be among the best: documents with a score above 0. Query terms outside of the vocabulary match
    /// nothing.  @param hidden documents not to be found; may be null   @param effort of an approximate search
    void search(const SparseVector& query, TopK& best, const OrdinalSet* hidden, const LexicalEffort& effort = {}) const;
    /// At most k, best first.
    std::vector<ScoredDocument> search(const SparseVector& query, std::size_t k, const OrdinalSet* hidden = nullptr) const;
    /// From the forward store. @pre scores.size() == documents.size()
    void score(const SparseVector& query, std::span<const DocumentOrdinal> documents,
               std::span<float> scores) const;

    Form form() const { return m_seismic ? Form::Seismic : Form::Exact; }
    std::int64_t documents() const { return m_documents; }
    std::int64_t postings() const { return m_postings; }
    /// Of one term; 0 outside of the vocabulary.
    std::int64_t postings(std::int32_t term) const;
    std::uint64_t bytes() const; ///< that it adds on the disk

    static constexpr std::size_t kWindow = 16384;
    static constexpr std::size_t kPostingBytes = sizeof(std::uint16_t) + sizeof(std::uint8_t); ///< on the disk, at most

private:
    /// Where a term's postings of a window begin, in bytes from the window's first; they end where the next term's begin.
    struct Entry {
        std::uint32_t begin = 0;
        float max = 0; ///< largest weight among them, the impact 255
    };
    /// A term's postings of a window: a list of documents (2 bytes each, ascending) and then of their impacts (1 byte each)
    /// and a byte that makes their number even; or, where many documents have the term, a block: an impact for each document
    /// of the window, 0 for none. Which of them it is tells the number of bytes.
    struct Postings {
        std::span<const std::uint16_t> documents; ///< empty: a block
        std::span<const std::uint8_t> impacts;
    };
    class WindowInverter;
    class WindowSearch;

    LexicalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx);
    void view_own_memory();
    bool is_sound(std::size_t window) const;
    void count_postings();
    std::size_t windows() const { return (static_cast<std::size_t>(m_documents) + kWindow - 1) / kWindow; }
    std::size_t documents_of(std::size_t window) const { return std::min(kWindow, static_cast<std::size_t>(m_documents) - window * kWindow); }
    std::span<const Entry> window_entries(std::size_t window) const {
        return m_entries.subspan(window * (m_vocabulary + 1), m_vocabulary + 1);
    }
    /// @pre the window's entries are sound
    Postings postings_in(std::size_t window, std::size_t term) const;

    std::shared_ptr<const ForwardStore> m_store;
    std::size_t m_expert_idx = 0;
    std::size_t m_vocabulary = 0;
    std::int64_t m_documents = 0;

    // The structure is what these spans show: of the vectors below when built, of the file when loaded.
    std::span<const std::uint64_t> m_window_begins; ///< [windows + 1] into the bytes
    std::span<const Entry> m_entries;               ///< [windows, vocabulary + 1]
    std::span<const std::uint8_t> m_bytes;          ///< the postings
    std::vector<std::uint32_t> m_postings_of;       ///< [vocabulary]
    std::int64_t m_postings = 0;
    std::unique_ptr<const SeismicLists> m_seismic; ///< null: searches are exact

    std::shared_ptr<const SectionFile> m_file;
    std::vector<std::uint64_t> m_own_window_begins;
    std::vector<Entry> m_own_entries;
    std::vector<std::uint8_t> m_own_bytes;
};

} // namespace cameo
