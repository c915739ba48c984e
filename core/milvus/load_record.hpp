#pragma once

#include "core/index/forward_store.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// What of an index a server has confirmed, and what it is made of: loaded.sections in the index's folder, which a load goes
/// on by after a kill, and which an open index knows its numbers from without asking the server for them.
struct LoadRecord {
    struct Batch {
        std::int64_t first = 0, documents = 0;
        std::uint64_t content = 0; ///< content_hash over its documents, in order
        bool operator==(const Batch&) const = default;
    };
    struct Tally {
        std::int64_t entries = 0, truncated = 0, bytes = 0;
        std::vector<std::int64_t> postings; ///< Lexical: [V] documents that have the term
        float longest = 0;                  ///< Global: norm of the longest vector
    };

    std::string collection;     ///< of the server: a record of another one is none
    std::int64_t begun = 0;     ///< documents from here on have never been sent
    std::vector<Batch> batches; ///< confirmed, by ordinal
    std::vector<Tally> tallies; ///< [E] over the batches

    explicit LoadRecord(std::string name = {}, std::span<const StoredExpert> experts = {});
    /// Counts a shard's documents, unless they are counted already: a batch that was lost is loaded a second time.
    void add(const Shard& shard);
    std::int64_t documents() const;
    /// Takes batches out that the server turned out not to have. Their documents stay counted.
    void forget(const Batch& batch);

    void write(const std::filesystem::path& folder) const;
    /// Nothing when there is none, it is damaged, or it is of another collection or of other experts.
    static std::optional<LoadRecord> read(const std::filesystem::path& folder, const std::string& collection, std::span<const StoredExpert> experts);
    static std::filesystem::path path(const std::filesystem::path& folder) { return folder / "loaded.sections"; }

private:
    std::vector<std::int64_t> m_counted; ///< first ordinals of the batches that are in the tallies, ascending
};

} // namespace cameo
