#pragma once

#include "core/index/stored_index.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace cameo {

/// The codecs in an index's folder. An expert whose tokens are coded needs its own; of others a codec only finds candidates.
class CodecFiles {
public:
    /// @throws Error naming a file that is damaged, or that coded tokens need and is missing.
    CodecFiles(const std::filesystem::path& folder, std::span<const StoredExpert> experts);
    explicit CodecFiles(std::size_t experts) : m_codecs(experts), m_coding(experts) {}

    const TokenCodecs& all() const { return m_codecs; }       ///< [E]
    const TokenCodecs& of_store() const { return m_coding; }  ///< [E], those that tokens are coded with
    void set(std::size_t expert_idx, std::shared_ptr<const TokenCodec> codec, bool coding);

private:
    TokenCodecs m_codecs, m_coding;
};

/// An index of finished segments and of the shards behind them, whose structures are made on the spot.
/// @pre there is a document  @throws Cancelled.
std::shared_ptr<const Index> with_draft(const IndexManifest& manifest, std::vector<Segment> segments,
                                        std::vector<std::shared_ptr<const Shard>> rest, CodecFiles codecs, Progress& progress);

} // namespace cameo
