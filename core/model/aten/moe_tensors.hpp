#pragma once

#include "core/model/aten/bert_tensors.hpp"
#include "core/model/moe/moe_spec.hpp"
#include "core/model/moe/moe_weights.hpp"

#include <vector>

// Private to core: shows ATen. Differentiable, like bert_tensors.hpp.

namespace cameo {

struct MoeTensors {
    struct Expert {
        LinearTensors down; ///< [H/2, H]
        LinearTensors up;   ///< [H, H/2]
    };
    LinearTensors gate_1; ///< [H/2, H]
    LinearTensors gate_2; ///< [N, H/2]
    LinearTensors noise;  ///< [N, H]; undefined: no noise is ever added
    std::vector<Expert> experts;
    at::Tensor bias; ///< [N] for MoeRouting; undefined: none
};

/// Copies to the device and type.
MoeTensors to_tensors(const MoeWeights& weights, const at::TensorOptions& options);

/// What one pass of B inputs through the block did. Everything but `output` is for those who look on.
struct MoePass {
    at::Tensor output;        ///< [B, H]
    at::Tensor logits;        ///< [B, N] clean
    at::Tensor deviation;     ///< [B, N] softplus(noise(s x)), undefined without noise
    at::Tensor noisy;         ///< [B, N] logits + deviation * normal; logits where there is no noise
    at::Tensor probabilities; ///< [B, N] softmax(noisy)
    at::Tensor chosen;        ///< [B, N] 1 for the experts that serve the input
    at::Tensor weights;       ///< [B, N] what each expert's vector is multiplied by
    at::Tensor outputs;       ///< [B, N, H] E_i(x)
};

/// How the experts are picked, beside the gate's own values.
struct MoeRouting {
    at::Tensor normal;        ///< [B, N] standard normal draws; undefined: no noise (not in training)
    at::Tensor bias;          ///< [N] added to the probabilities for picking only (arXiv 2408.15664); undefined: none
    std::int64_t forced = -1; ///< this expert serves every input with weight 1
};

/// @param x [B, H]   @throws InternalError when shapes and spec disagree.
MoePass moe_forward(const MoeTensors& moe, const MoeSpec& spec, const at::Tensor& x, const MoeRouting& routing = {});

} // namespace cameo
