#pragma once

#include "core/index/forward_store.hpp"
#include "core/index/index.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// Nearest pooled vectors by inner product, s = <q, d>, through FAISS: a flat scan as long as the vectors fit
/// into kFlatBytes, which a processor reads in some 6 ms, beyond that HNSW (Malkov and Yashunin, arXiv
/// 1603.09320). Whatever FAISS nominates is scored again with our own product, the same that score() uses,
/// and ordered by that. The flat scan is exact: as long as a document beyond those nominated could still
/// belong to the k best within rounding, more are nominated. Immutable; thread-safe.
class GlobalStructure {
public:
    enum class Choice {
        BySize,
        Flat, ///< at any size: for an index that is still being built
        Hnsw, ///< at any size: for tests and benchmarks
    };

    /// @throws Cancelled within a second; Error(Environment) when FAISS fails.
    static std::unique_ptr<const GlobalStructure> build(std::shared_ptr<const ForwardStore> store,
                                                        std::size_t expert_idx, Choice choice,
                                                        Progress& progress);
    /// @throws Error naming the file when it is damaged, of another version or does not fit the store;
    /// Cancelled.
    static std::unique_ptr<const GlobalStructure> load(const std::filesystem::path& file,
                                                       std::shared_ptr<const ForwardStore> store,
                                                       std::size_t expert_idx, Progress& progress);
    /// A flat structure writes a file without vectors: it is filled from the forward store.
    void save(const std::filesystem::path& file) const;
    ~GlobalStructure();

    /// At most k documents, best first.
    std::vector<ScoredDocument> search(std::span<const float> query, std::size_t k) const;
    /// @pre scores.size() == documents.size()
    void score(std::span<const float> query, std::span<const DocumentOrdinal> documents,
               std::span<float> scores) const;

    bool exact() const;
    std::string name() const;    ///< "flat", "HNSW32"
    std::uint64_t bytes() const; ///< that it adds on the disk

    static constexpr std::uint64_t kFlatBytes = 64ull << 20;

private:
    struct Faiss;
    GlobalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx);
    void fill_flat(Progress& progress);
    void fill_hnsw(Progress& progress);
    void add_vectors(Progress& progress);
    std::vector<ScoredDocument> nominate(std::span<const float> query, std::size_t count, float& worst) const;

    std::shared_ptr<const ForwardStore> m_store;
    std::size_t m_expert_idx = 0;
    std::size_t m_width = 0;
    float m_longest = 0; ///< norm of the longest vector
    std::unique_ptr<Faiss> m_faiss;
};

} // namespace cameo
