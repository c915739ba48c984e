#pragma once

#include "core/model/encoder/heads.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace cameo {

struct SbmoeOptions {
    std::string name; ///< of the model to make
    std::filesystem::path folder; ///< where it is put; empty: under its name in Folders::models()
    std::string from; ///< a Hugging Face folder of the BERT family, or "cache:NAME"
    MoeForm form = MoeForm::Corrected;
    std::int64_t experts = 6;
    std::int64_t inner = 0; ///< width between an expert's two layers; 0: H/2. With one expert: a dense block
    std::int64_t chosen = 1; ///< of them, for each text; 0: all
    Pooling pooling = Pooling::Mean;
    /// Unit length before and after the block. Not said: yes in the corrected form, no in the reference form.
    std::optional<bool> normalise_input, normalise_output;
    /// Not said: sqrt(H) in the corrected form where the input has unit length (moe_spec.hpp), else 1.
    std::optional<double> gate_scale;
    std::int64_t query_tokens = 32, document_tokens = 128;
    std::uint64_t seed = 1; ///< decides the block's first weights; the same seed gives the same bytes
};

/// Makes an SB-MoE model out of an encoder, ready to be trained. The block begins as torch.nn.Linear does, uniform in
/// ±1/sqrt(inputs), weights and biases alike.
/// @return its name. @throws Error naming what is wrong with checkpoint, name or numbers.
std::string create_sbmoe(const SbmoeOptions& options);

} // namespace cameo
