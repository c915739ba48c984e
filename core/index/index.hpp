#pragma once

#include "core/data/collection.hpp"
#include "core/data/ordinal_set.hpp"
#include "core/index/lexical_effort.hpp"
#include "core/index/local_effort.hpp"
#include "core/jobs/progress.hpp"
#include "core/model/model.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

struct ScoredDocument {
    DocumentOrdinal document = 0;
    float score = 0;
    bool operator==(const ScoredDocument&) const = default;
};

/// Best first: score descending, then ordinal ascending. Ordinals stand for ids inside the index; whatever a person
/// sees is ordered again by id (design.md section 3).
inline bool better(const ScoredDocument& a, const ScoredDocument& b) {
    return a.score != b.score ? a.score > b.score : a.document < b.document;
}

struct ExpertIndexInfo {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    std::string structure;     ///< "inverted, block-max MaxScore", "Seismic", "flat", "HNSW32", "1,024 centroids, 2 bits", …
    double bytes_per_document = 0;
    bool exact_candidates = false;
    std::int64_t truncated_documents = 0; ///< documents longer than the expert reads
    /// How many times as much of the token vectors that were coded last is lost as of those that the codec was made of; 0: unknown.
    double drift = 0;
    double entries_per_document = 0; ///< Lexical: terms with a weight; Local: token vectors; Global: 1
};

struct IndexInfo {
    std::string model, model_version, collection, collection_version;
    std::int64_t documents = 0;  ///< searchable now
    std::int64_t expected = 0;   ///< of the collection when the build began; more than `documents`: partial
    std::vector<ExpertIndexInfo> experts;
};

/// What a search for candidates leaves out, and how much an approximate one looks at.
struct CandidateOptions {
    const OrdinalSet* hidden = nullptr; ///< documents not to be found, such as those that were removed
    LocalEffort local;
    LexicalEffort lexical;
};

/// What one expert's first stage finds for a query.
struct ExpertCandidates {
    std::vector<ScoredDocument> hits; ///< best first, scored exactly by the expert
    double milliseconds = 0;
    bool brought = true; ///< false: the expert has no first stage, these are the best of what the others brought
};
struct Candidates {
    std::vector<ExpertCandidates> experts; ///< [E]
    std::int64_t unanswered = 0; ///< documents of the index that could not be looked at just now: some of a server's
};

/// Where an approximate search loses a document, and what would keep it.
struct SearchLoss {
    std::string stage;   ///< "probing", "centroids", "codes", "lists", "blocks"
    std::string setting; ///< "probes", "refined", "rescored", "lexical-cut", "heap-factor": the option without its dashes
    double is = 0;       ///< what it is set to
    double needed = 0;   ///< with which it is kept, everything else as it is; 0: none does
    bool operator==(const SearchLoss&) const = default;
};

/// What one model's experts need to search one collection: for each expert the stored representations of all documents
/// (the forward store, exact, memory-mapped) and a structure that finds candidates. Opened over a prefix of the
/// documents while a build still runs. Immutable; thread-safe.
class Index {
public:
    /// Reads every byte, to see that it is what was written, unless that was done of late and the file is as it was then
    /// (SectionFile::verify_once).
    /// @throws Error: missing, a checksum that does not match (naming the file), another version; Cancelled.
    static std::shared_ptr<const Index> open(const std::filesystem::path& folder, Progress& progress);
    static std::shared_ptr<const Index> open(const std::filesystem::path& folder);

    virtual ~Index() = default;
    virtual const IndexInfo& info() const = 0;

    /// The expert's own first stage: at most k documents, best first, scored exactly by the expert.
    virtual std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query, std::size_t k,
                                                   const CandidateOptions& options = {}) const = 0;
    /// The candidates of all experts, k of each: by candidates(), one expert after the other, unless an index can ask for
    /// all of them at once.   @param query [E] one representation an expert   @throws Cancelled
    virtual Candidates all_candidates(std::span<const Representation> query, std::size_t k, const CandidateOptions& options, Progress& progress) const {
        Candidates all;
        for (std::size_t expert_idx = 0; expert_idx < query.size(); ++expert_idx) {
            progress.check_cancelled();
            const auto start = std::chrono::steady_clock::now();
            auto& expert = all.experts.emplace_back();
            expert.hits = candidates(expert_idx, query[expert_idx], k, options);
            expert.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
        }
        return all;
    }
    /// Where candidates() loses a document before its score is known; nothing: it does not.
    virtual std::optional<SearchLoss> loss(std::size_t /*expert_idx*/, const Representation& /*query*/, std::size_t /*k*/,
                                           const CandidateOptions& /*options*/, DocumentOrdinal /*document*/) const {
        return {};
    }
    /// The expert's exact score of each given document, in the order given. scores.size() == documents.size().
    virtual void score(std::size_t expert_idx, const Representation& query,
                       std::span<const DocumentOrdinal> documents, std::span<float> scores) const = 0;
    /// The clean logits of an SB-MoE gate (ExpertInfo::gate) for a document; empty where the expert has none.
    virtual std::vector<float> gate(std::size_t expert_idx, DocumentOrdinal ordinal) const {
        return document(expert_idx, ordinal).gate;
    }
    /// Documents that have the term, under a lexical expert; 0 for one outside of the vocabulary.
    virtual std::int64_t postings(std::size_t expert_idx, std::int32_t term) const = 0;
    /// What the forward store holds of a document under an expert, for the ledger.
    virtual Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const = 0;
};

/// What is ahead of a build, told before anything large is written.
struct IndexForecast {
    std::int64_t documents = 0; ///< that are to be encoded
    double seconds = 0;
    std::uint64_t bytes = 0; ///< that the index will grow by on the disk
    std::uint64_t free = 0;  ///< on that disk
};

/// One of several processes, on one machine or on several that share the folder, that encode a collection's documents.
struct IndexPart {
    std::int64_t number = 1, of = 1; ///< 1 <= number <= of
};

/// From here on a codec is worth making anew (ExpertIndexInfo::drift).
inline constexpr double kMuchDrift = 1.25;

struct IndexOptions {
    std::int64_t shard_documents = 0; ///< what a kill can lose at most; 0: by the size of the collection
    /// Documents whose structures are built together, at most; 0: as many as `memory` allows.
    std::int64_t segment_documents = 0;
    /// Bits for each value of a token vector: 0 keeps half precision, 1, 2 or 4 code it (TokenCodec). Nothing: as the index
    /// has it, and for a new one 0 up to kExactDocuments documents and 2 beyond.
    std::optional<std::int32_t> local_bits;
    /// So many tokens of a document share a vector (pool_tokens), 1 to kMostPooled; 1: each has its own. Nothing: as the index has
    /// it, and for a new one 1.
    std::optional<std::int32_t> token_pooling;
    /// Makes the codecs of token vectors anew, of all documents, and where that gives others encodes the documents again.
    bool new_codecs = false;
    /// FAISS's factory string for pooled vectors, "" by size. Nothing: as the index has it.
    std::optional<std::string> global_structure;
    /// "exact", or "seismic" for approximate sparse search (SeismicLists). Nothing: as the index has it, and for a new one
    /// exact.
    std::optional<std::string> lexical_structure;
    std::uint64_t memory = 0; ///< bytes that the build may take; 0: no limit
    std::function<void(const IndexForecast&)> on_forecast; ///< called once where thousands of documents are to be encoded; may be empty
    /// Called after the first shards and then now and again with an index over what is there so far; may be empty.
    std::function<void(std::shared_ptr<const Index>)> on_partial;
};

inline constexpr std::int64_t kExactDocuments = 50'000;
inline constexpr std::int32_t kMostPooled = 16;

struct IndexReport {
    std::int64_t documents = 0, tokens = 0;
    std::int64_t resumed_at = 0; ///< documents that an earlier, interrupted build had finished
    double seconds = 0;
    std::vector<ExpertIndexInfo> experts;
};

/// Encodes and stores what is missing, shard by shard, then builds the candidate structures; picks up after a kill at
/// the last whole shard, and after the collection grew at its end. Two builds into one folder exclude each other.
/// @throws Cancelled; Error(Environment) on a full disk, leaving the finished shards; Error when the folder belongs to
/// another model or collection version (it is rebuilt when `model` or `collection` changed, never mixed).
IndexReport build_index(const Model& model, const Collection& collection, const std::filesystem::path& folder,
                        const IndexOptions& options, Progress& progress);

/// Encodes a part's share of the documents, beside the processes that encode the others, and builds nothing: build_index() afterwards makes
/// one index of all parts, and encodes what a lost process has left out. Waits while a whole build is under way, and for the part that
/// makes the codecs.
/// @return of its documents alone, without experts  @throws as build_index(); Error(Environment) for a disk that is too small
IndexReport build_index_part(const Model& model, const Collection& collection, const std::filesystem::path& folder, IndexPart part,
                             const IndexOptions& options, Progress& progress);
/// build_index_part(), and then, in part 1, waits for the others and builds the index.
IndexReport build_index_together(const Model& model, const Collection& collection, const std::filesystem::path& folder, IndexPart part,
                                 const IndexOptions& options, Progress& progress);

/// Folders::indexes() / "<model>--<collection>".  @pre neither name is empty or has a '/'.
std::filesystem::path index_folder(std::string_view model, std::string_view collection);

} // namespace cameo
