#pragma once

#include <cstdint>

namespace cameo {

/// SB-MoE (arXiv 2412.11864): one mixture-of-experts block behind an encoder's pooling, shared by queries and
/// documents. With x [H] the pooled vector, E_i(x) = up_i(relu(down_i(x))) and
/// logits = gate_2(relu(gate_1(s x))), the block's output is
///   Reference   y = L2norm(sum_i w_i E_i(x)) + x, w the masked softmax, as the authors' code has it. Under TOP-1 the
///               norm cancels w, so the gate gets no gradient from y; and s = 1.
///   Corrected   y = x + sum_{i in top k} w_i L2norm(E_i(x)), w renormalised over the k chosen for k >= 2 and left as
///               it is for k = 1 (renormalised it would be 1, and the gate without gradient again).
enum class MoeForm { Reference, Corrected };

struct MoeSpec {
    MoeForm form = MoeForm::Corrected;
    std::int64_t experts = 6;  ///< N
    std::int64_t chosen = 1;   ///< k: how many experts serve an input; 1 is the paper's TOP-1, N its ALL
    double gate_scale = 1;     ///< s: on vectors of unit length logits cannot leave 0 unless this is large (sqrt(H))
    bool normalise = false;    ///< y / |y| afterwards
    bool operator==(const MoeSpec&) const = default;
};

/// torch.nn.functional.normalize's eps in the authors' code.
inline constexpr double kMoeEpsilon = 1e-6;

} // namespace cameo
