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
    std::filesystem::path sbmoe_block;             ///< the state dict of SB-MoE's authors among them; empty: none
    MoeSpec moe;                                   ///< of that block
};

/// Hugging Face masked-LM (lexical), ColBERT (local), other encoder (global); sentence-transformers' and PyLate's
/// modules.json chains of Transformer, Pooling or SpladePooling, Dense and Normalize. A folder with an encoder's config and
/// tokenizer and one ….pt of SB-MoE's authors is such a model, TOP-1 or ALL as the file's name says.
/// @throws Error naming the file and what it has that we do not: another architecture, an unknown module, …
ForeignModel read_foreign_model(const std::filesystem::path& folder);

} // namespace cameo
