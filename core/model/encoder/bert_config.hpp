#pragma once

#include "core/model/cpu/kernels.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace cameo {

/// The shape of a BERT (Devlin et al., arXiv 1810.04805) or DistilBERT (Sanh et al., arXiv 1910.01108) encoder, as
/// its config.json says. TinyBERT, MiniLM, Contriever and ColBERT are BERT.
struct BertConfig {
    enum class Family { Bert, DistilBert };
    Family family = Family::Bert;
    std::int64_t vocabulary = 0, hidden = 0, layers = 0, heads = 0, intermediate = 0, positions = 0;
    std::int64_t token_types = 0; ///< 0 for DistilBERT, which has none
    float epsilon = 1e-12f;
    Activation activation = Activation::Gelu;
};

/// @throws Error(Unsupported) naming the architecture, activation or position embedding that we do not have;
/// Error(InvalidInput) naming file and field for anything else that is wrong.
BertConfig read_bert_config(const std::filesystem::path& config_json);

/// All of it in words, for fingerprints: two that differ give other numbers with the same weights.
std::string meaning(const BertConfig& config);

} // namespace cameo
