#pragma once

#include "core/data/collection.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// What a change did to a collection.
struct CollectionChange {
    std::int64_t added = 0;     ///< documents with an id of their own
    std::int64_t replaced = 0;  ///< of an id that was there, with another title, text or field
    std::int64_t unchanged = 0; ///< there as they are already
    std::int64_t removed = 0;
    std::vector<std::string> unknown; ///< ids to remove that no document has
    std::int64_t documents = 0; ///< afterwards
};

// Both write the collection anew beside itself and then take its place: whoever reads it goes on with the state that he
// opened. Indexes follow with `cameo index`, which encodes what is new and nothing else; what was removed is found no
// more from the moment the collection is opened again.

/// Adds the documents of a file (BEIR's corpus.jsonl, MS MARCO's TSV or TREC's, by its name and beginning, compressed or
/// not) or of a folder as import_collection() reads them. Those with an id that is there take its document's place.
/// @throws Error naming file and line, having changed nothing; NotFound when there is no such collection; Environment while
/// another process changes it; Cancelled.
CollectionChange add_documents(const std::string& collection, const std::filesystem::path& path, Progress& progress);

/// @throws Error(InvalidInput) when no document would be left.
CollectionChange remove_documents(const std::string& collection, std::span<const std::string> ids, Progress& progress);

} // namespace cameo
