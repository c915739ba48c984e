#pragma once

#include "core/model/encoder/bert_weights.hpp"

#include <string_view>
#include <vector>

namespace cameo {

/// The weights of an SB-MoE block (moe_spec.hpp), by the names of the authors' code.
struct MoeWeights {
    struct Expert {
        LinearWeights down; ///< specializer.i.query_embedding_changer_1 [H/2, H], or of another inner width
        LinearWeights up;   ///< specializer.i.query_embedding_changer_4 [H, H/2]
    };
    LinearWeights gate_1;               ///< cls_1 [H/2, H]
    LinearWeights gate_2;               ///< cls_3 [N, H/2]
    std::optional<LinearWeights> noise; ///< noise_linear [N, H]; only training needs it
    std::vector<Expert> experts;        ///< N
    std::optional<Parameter> bias;      ///< routing_bias [N], ours: added to the probabilities for choosing only
};

/// "specializer.I.", in front of
std::string moe_expert_name(std::int64_t expert);
inline constexpr const char *kMoeDown = "query_embedding_changer_1", *kMoeUp = "query_embedding_changer_4";

/// Whether a tensor of that name is the block's, and not the encoder's.
bool is_moe_tensor(std::string_view name);
/// How many experts the file has, by its names; 0: it has no SB-MoE block.
std::int64_t count_moe_experts(const TensorTable& tensors);

/// @param hidden H   @throws Error as TensorTable::take: missing tensors and wrong shapes by their names.
MoeWeights read_moe_weights(TensorTable& tensors, std::int64_t hidden);

} // namespace cameo
