#pragma once

#include "core/model/assembly/manifest.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// What a folder of somebody else's is, by its own files: the expert to make of it and the files it needs.
struct ForeignModel {
    ExpertSpec expert;                             ///< `weights` is left empty
    std::vector<std::filesystem::path> files;      ///< relative to the folder
};

/// Hugging Face masked-LM (lexical), ColBERT (local), other encoder (global); sentence-transformers' and PyLate's
/// modules.json chains of Transformer, Pooling or SpladePooling, Dense and Normalize.
/// @throws Error naming the file and what it has that we do not: another architecture, an unknown module, …
ForeignModel read_foreign_model(const std::filesystem::path& folder);

} // namespace cameo
