#pragma once

#include "core/base/folder_lock.hpp"
#include "core/index/index.hpp"

namespace cameo {

/// build_index() for whoever holds the folder already.
/// @param alone the folder's lock   @pre check_build() and make_index_folder()
IndexReport build_whole(const Model& model, const Collection& collection, const std::filesystem::path& folder, const FolderLock& alone,
                        const IndexOptions& options, Progress& progress);

} // namespace cameo
