#pragma once

#include "core/jobs/progress.hpp"
#include "core/model/encoder/bert_weights.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace cameo {

struct FitOptions {
    std::int64_t tokens = 128;    ///< texts are cut to
    std::int64_t local_width = 128;
    double active_terms = 96;
};

struct FittedHeads {
    std::vector<float> projection; ///< [width, H] principal directions of the unit token vectors, not centred
    std::vector<float> term_bias;  ///< [V] one number for all terms
};

/// Heads that serve an encoder's last layer as it is, fitted to texts.
/// @param folder where the tokenizer lies   @throws Error(InvalidInput) without texts; Cancelled.
FittedHeads fit_heads(const BertWeights& weights, const std::filesystem::path& folder, const FitOptions& options,
                      std::span<const std::string> texts, Progress& progress);

} // namespace cameo
