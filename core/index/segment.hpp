#pragma once

#include "core/index/global_structure.hpp"
#include "core/index/index_folder.hpp"
#include "core/index/lexical_structure.hpp"
#include "core/index/local_structure.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace cameo {

using SearchStructure = std::variant<std::unique_ptr<const LexicalStructure>, std::unique_ptr<const LocalStructure>,
                                     std::unique_ptr<const GlobalStructure>>;

/// Documents with everything to search them: what an index is made of.
struct Segment {
    std::shared_ptr<const ForwardStore> store;
    std::vector<SearchStructure> structures; ///< [E]
    SegmentRange range() const { return {store->first(), store->documents()}; }
};

/// @param codecs [E] to find candidates of local experts by; null where all documents are scored
/// @param manifest which structures are wanted
/// @param write_into the index's folder, or null: nothing is written, and quick structures are chosen over good ones
/// @throws Cancelled; Error.
Segment build_segment(std::shared_ptr<const ForwardStore> store, const TokenCodecs& codecs, const IndexManifest& manifest,
                      const std::filesystem::path* write_into, Progress& progress);
/// @throws Error naming the file when one is missing, damaged, or made of something else; Cancelled.
Segment load_segment(const std::filesystem::path& folder, std::shared_ptr<const ForwardStore> store, const TokenCodecs& codecs,
                     Progress& progress);

/// A sample of a local expert's stored token vectors, evenly spaced: [N, width]. @pre not coded
std::vector<float> sample_token_rows(const ForwardStore& store, std::size_t expert_idx, std::size_t most);

} // namespace cameo
