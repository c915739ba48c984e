#pragma once

#include "core/index/draft_index.hpp"

#include <cstdint>
#include <filesystem>

namespace cameo {

/// The codecs of an index that is being built: those in its folder where they are of this model and of as many bits, else new ones,
/// which are written there. Names them in the manifest's experts. Coded tokens need theirs before the first of them is encoded:
/// it is made of the tokens that are there in half precision, if those of all documents are, or of a sample of the documents.
/// @param memory IndexOptions::memory
/// @throws Cancelled; Error(Environment)
CodecFiles make_codecs(const Model& model, const Collection& collection, const std::filesystem::path& folder, IndexManifest& manifest,
                       std::uint64_t memory, Progress& progress);

/// Makes those codecs that only find candidates, once a segment's tokens are too many to be scored one and all, and writes them.
/// @throws Cancelled; Error(Environment)
void make_centroids(const ForwardStore& store, const std::filesystem::path& folder, const IndexManifest& manifest, CodecFiles& codecs,
                    std::uint64_t memory, Progress& progress);

} // namespace cameo
