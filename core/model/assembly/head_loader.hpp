#pragma once

#include "core/model/assembly/manifest.hpp"
#include "core/model/weights/fingerprint.hpp"

#include <filesystem>

namespace cameo {

/// The weights of one expert's head: its projection from the encoder's own file, its Dense modules from their folders.
/// Fills the report for the files it opens and the fingerprint with what they say. @throws Error naming file and tensor.
HeadWeights load_head(const ExpertSpec& spec, const BertConfig& config, TensorTable& tensors,
                      const std::filesystem::path& weights_folder, LoadReport& report, Fingerprint& fingerprint);

} // namespace cameo
