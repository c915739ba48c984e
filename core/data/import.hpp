#pragma once

#include "core/data/collection.hpp"
#include "core/jobs/progress.hpp"

#include <filesystem>
#include <string>

namespace cameo {

/// What an import left out or changed, for the person who asked for it.
struct ImportReport {
    std::string name;
    std::int64_t documents = 0;
    std::int64_t queries = 0;
    std::int64_t judgments = 0;
    std::vector<std::string> remarks; ///< "3 judgments name documents that the collection does not have", …
};

/// Imports PATH as a collection of that name (empty: the folder's own name), replacing one of the same name
/// only when the import is whole. PATH is
///  - a BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv;
///  - a folder with MS MARCO's files: collection.tsv (or corpus.tsv), *queries*.tsv, *qrels*;
///  - a folder with TREC's: documents as above or in TREC's <DOC> form, topics*, *qrels*.
/// Compressed files (.gz, .zst) are read as they are where zlib and zstd are there.
/// @throws Error naming file and line: not JSON, a missing field, a duplicate id, no documents, invalid
/// UTF-8.
ImportReport import_collection(const std::filesystem::path& path, std::string name, Progress& progress);

/// How many packages of the Debian collection to take. Taking more later keeps ordinals and adds at the end.
struct DebianOptions {
    std::int64_t documents = 3000; ///< 0: all
    /// The collection `debian-training` instead: all that `debian` has, in its order, and after it packages that other
    /// packages need, to learn from. `documents` says nothing then.
    bool training = false;
};

/// The package index of this machine as a collection named `debian`: document = long description, query =
/// synopsis. Fetches the English descriptions by apt into a private folder, changing nothing on the system.
/// @throws Error(Environment) when apt is missing or unreachable; Error(Unsupported) where there is no Debian
/// index.
ImportReport import_debian(const DebianOptions& options, Progress& progress);

} // namespace cameo
