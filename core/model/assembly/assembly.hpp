#pragma once

#include "core/model/assembly/manifest.hpp"
#include "core/model/model.hpp"

#include <memory>
#include <string>

namespace cameo {

/// Loads the separate models that the manifest names as experts. Experts that read the same input with the same
/// encoder share one pass.
std::shared_ptr<const Model> load_assembly(const std::filesystem::path& folder, const Manifest& manifest);

/// The encoder and pooling of an SB-MoE model without its block, as an assembly of one Global expert whose vectors have the
/// bits that the model's own have in front of the block.
std::shared_ptr<const Model> load_without_block(const std::filesystem::path& folder, const Manifest& without_block);

/// Where an expert's weights lie: "cache:NAME", absolute, or relative to the model's folder.
/// @throws Error(NotFound) saying how to get them when the folder is missing.
std::filesystem::path weights_folder(const std::filesystem::path& model_folder, const ExpertSpec& spec);

/// The same place in words that hold in any model's folder: "cache:NAME" as it is, anything else absolute.
std::string settled_weights(const std::filesystem::path& model_folder, const std::string& weights);

} // namespace cameo
