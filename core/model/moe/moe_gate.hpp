#pragma once

#include "core/model/moe/moe_spec.hpp"

#include <span>
#include <vector>

namespace cameo {

/// What the experts' vectors are multiplied by, from clean logits (moe_spec.hpp): softmax, the k largest (ties: the lower
/// number), renormalised in the corrected form for 2 <= k < N. The same as moe_forward's `weights` without noise.
/// @param logits [N]   @param bias [N] added to the probabilities for choosing only; empty: none   @return [N], 0 for experts that are not chosen
std::vector<float> moe_weights(const MoeSpec& spec, std::span<const float> logits, std::span<const float> bias = {});

/// softmax of the clean logits [N].
std::vector<float> moe_probabilities(std::span<const float> logits);

/// The block's output for one text (moe_spec.hpp), from what its experts make of it.
/// @param pooled [H] x   @param outputs [N, H] E_i(x)   @param weights [N]   @return [H]
std::vector<float> moe_output(const MoeSpec& spec, std::span<const float> pooled, std::span<const float> outputs,
                              std::span<const float> weights);

} // namespace cameo
