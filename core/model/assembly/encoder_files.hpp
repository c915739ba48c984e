#pragma once

#include "core/model/assembly/manifest.hpp"
#include "core/text/tokenizer.hpp"

#include <filesystem>
#include <memory>

namespace cameo {

/// What an expert's encoder is read from.
struct EncoderFiles {
    std::filesystem::path folder; ///< with config.json and the tokenizer
    BertConfig config;
    std::shared_ptr<const WeightsFile> weights; ///< with the encoder
    /// What the manifest's `changes` has instead of some of its tensors, and beside them; null: nothing, or it is the
    /// file with the encoder itself, as a state dict of SB-MoE's authors is.
    std::shared_ptr<const WeightsFile> changes;
    std::shared_ptr<const Tokenizer> tokenizer;
};

/// @throws Error naming the file that is missing or wrong, or a tokenizer with more tokens than the encoder.
EncoderFiles open_encoder_files(const std::filesystem::path& model_folder, const Manifest& manifest, const ExpertSpec& spec);

/// @throws Error when the expert is to read more tokens than its encoder has positions.
void check_lengths(const ExpertSpec& spec, const BertConfig& config);

} // namespace cameo
