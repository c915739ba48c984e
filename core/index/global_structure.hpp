#pragma once

#include "core/data/ordinal_set.hpp"
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

/// Nearest pooled vectors by inner product, s = <q, d>, through FAISS: a flat scan as long as the vectors fit into
/// kFlatBytes, which a processor reads in some 6 ms; beyond that a graph (HNSW: Malkov and Yashunin, arXiv 1603.09320)
/// over the vectors of the forward store, which are not copied; or whatever a factory string of FAISS names. Whatever
/// FAISS nominates is scored again with our own product, the same that score() uses, and ordered by that. The flat scan
/// is exact: as long as a document beyond those nominated could still belong to the k best within rounding, more are
/// nominated. Immutable; thread-safe.
class GlobalStructure {
public:
    /// What a factory string of "" stands for: Flat or HNSW32 by size. "Flat" and "HNSW32" are those at any size.
    static std::string structure_for(std::int64_t documents, std::int32_t width, const std::string& wanted);
    /// @param documents that a structure is made of, at most
    /// @throws Error(InvalidInput) with FAISS's words when it does not know the string or cannot use it for this width; and when
    /// it asks for more inverted lists than there are documents.
    static void check_factory(const std::string& wanted, std::int32_t width, std::int64_t documents);

    /// @param wanted a factory string, or "" by size; of fewer documents than it needs to train a flat scan is made
    /// @pre FAISS knows the string (check_factory)
    /// @throws Cancelled within a second; Error(Environment) when FAISS fails.
    static std::unique_ptr<const GlobalStructure> build(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx,
                                                        const std::string& wanted, Progress& progress);
    /// @throws Error naming the file when it is damaged, of another version or does not fit the store; Cancelled.
    static std::unique_ptr<const GlobalStructure> load(const std::filesystem::path& file, std::shared_ptr<const ForwardStore> store,
                                                       std::size_t expert_idx, Progress& progress);
    /// What lies in the forward store is not written again.
    void save(const std::filesystem::path& file) const;
    ~GlobalStructure();

    /// At most k documents, best first.  @param hidden documents not to be found; may be null
    std::vector<ScoredDocument> search(std::span<const float> query, std::size_t k, const OrdinalSet* hidden = nullptr) const;
    /// @pre scores.size() == documents.size()
    void score(std::span<const float> query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const;

    bool exact() const;
    const std::string& name() const { return m_name; } ///< "flat", "HNSW32", or the factory string
    std::uint64_t bytes() const; ///< that it adds on the disk

    static constexpr std::uint64_t kFlatBytes = 64ull << 20;

private:
    struct Faiss;
    GlobalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx);
    void fill_flat(Progress& progress);
    void fill_graph(Progress& progress);
    void fill_by_factory(const std::string& wanted, Progress& progress);
    void add_vectors(Progress& progress);
    void find_rows();
    std::vector<ScoredDocument> nominate(std::span<const float> query, std::size_t count, const OrdinalSet* hidden, float& worst) const;

    std::shared_ptr<const ForwardStore> m_store;
    std::size_t m_expert_idx = 0;
    std::size_t m_width = 0;
    std::string m_name;
    float m_longest = 0;               ///< norm of the longest vector
    std::vector<const float*> m_rows;  ///< [documents] in the forward store, for a graph
    std::unique_ptr<Faiss> m_faiss;
};

} // namespace cameo
