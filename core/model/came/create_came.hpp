#pragma once

#include "core/jobs/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cameo {

struct CameOptions {
    std::string name;   ///< of the model to make
    std::filesystem::path folder; ///< where it is put; empty: under its name in Folders::models()
    std::string from;   ///< a Hugging Face folder of the BERT family, or "cache:NAME"
    std::vector<std::string> experts{"lexical", "local", "global"}; ///< any of these, in the order of the model
    std::int64_t shared = 4, own = 2; ///< layers that all experts share, and of each expert's own
    std::int64_t local_width = 128;
    std::int64_t query_tokens = 32, document_tokens = 128;
    std::int64_t document_terms = 256; ///< the lexical expert keeps that many of a document's
    double active_terms = 96;          ///< a document has about that many before training
};

/// Makes a CAME model out of one checkpoint, ready to be trained: every expert begins with the checkpoint's last layers.
/// Lexical: the checkpoint's masked-LM head where it has one; else a transform that changes nothing over the word
/// embeddings, and one bias for all terms such that a text has about `active_terms` of them. Local: the checkpoint's
/// token vectors on their `local_width` principal directions. Global: their mean.
/// @param texts what bias and directions are fitted to; a few hundred documents do
/// @return its name. @throws Error naming what is wrong with checkpoint, name or numbers; Cancelled.
std::string create_came(const CameOptions& options, std::span<const std::string> texts, Progress& progress);

} // namespace cameo
