#pragma once

#include "core/data/debian_corpus.hpp"
#include "core/data/import.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace cameo {

/// Stores the first `options.documents` entries (0: all) as the collection in `file`, or grows what is there:
/// what it has stays, and entries whose package, source and synopsis are not there yet follow, in their
/// order. What is damaged is made anew, with a remark.
/// @throws Error(InvalidInput) when `file` is a collection of another origin.
ImportReport store_debian(const std::vector<DebianEntry>& entries, const DebianOptions& options,
                          const std::filesystem::path& file,
                          const std::map<std::string, std::string>& provenance, Progress& progress);

} // namespace cameo
