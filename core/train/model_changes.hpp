#pragma once

#include "core/model/assembly/manifest.hpp"
#include "core/train/adamw.hpp"

#include <filesystem>
#include <memory>
#include <string>

// Private to core: shows ATen.

namespace cameo {

/// A model's folder as training reads it, and as it writes it again.
struct ModelSource {
    std::filesystem::path folder;
    Manifest manifest;
    std::filesystem::path weights_at; ///< the encoder's folder
    BertConfig config;                ///< of the whole encoder
    std::shared_ptr<TensorTable> tensors; ///< what training changed before, then the encoder's own
    std::string prefix;               ///< before the encoder's names
};

/// @throws Error as Model::load.
ModelSource open_model_source(const std::filesystem::path& folder);

/// Writes model.json and the changes, both whole or not at all, into an existing folder. Weights that lay relative to the
/// model's folder are named absolutely.
/// @param manifest the source's, with what training decided
void write_changed_model(const std::filesystem::path& folder, const std::string& name, const ModelSource& source,
                         Manifest manifest, const NamedTensors& changes);

/// Tensors in float32 as a safetensors file, whole or not at all.
void write_tensors(const std::filesystem::path& file, const NamedTensors& tensors);
/// What write_tensors wrote, in the file's order. @throws Error naming the file when it is damaged.
NamedTensors read_tensors(const std::filesystem::path& file);

} // namespace cameo
