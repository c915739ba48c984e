#pragma once

#include <ATen/core/Tensor.h>
#include <cstdint>

// Private to core: shows ATen.

namespace cameo {

struct MoePass;

/// What keeps a gate from sending everything to one expert. Each term is a scalar that a loss adds with a weight of
/// its own; all are differentiable through the gate. With p [B, N] the probabilities of a batch of B inputs:

/// CV^2 of sum_b w_b, the variance over the squared mean of how much weight each expert got (Shazeer et al. 2017,
/// arXiv 1701.06538, eq. 6 and 7). 0 when all got the same.   @param weights [B, N]
at::Tensor importance_cv2(const at::Tensor& weights);

/// CV^2 of sum_b P(b, i), with P(b, i) = Phi((logits - k-th largest noisy logit of the others) / deviation) the
/// probability that expert i is chosen under fresh noise (the same, eq. 8 to 11). @pre the pass was noisy, k < N
at::Tensor load_cv2(const MoePass& pass, std::int64_t chosen);

/// N sum_i f_i P_i, f_i the share of inputs whose first choice is i (no gradient), P_i the mean probability (Switch
/// Transformer, arXiv 2101.03961, eq. 4 without alpha). 1 at balance.   @param probabilities [B, N]
at::Tensor switch_balance(const at::Tensor& probabilities);

/// Mean of logsumexp(logits)^2 (ST-MoE, arXiv 2202.08906, eq. 5).   @param logits [B, N]
at::Tensor z_loss(const at::Tensor& logits);

/// Mean of -ln sum_i p_i(query) p_i(document) over the pairs of a batch: 0 when each query and its own document are
/// sure to go to the same expert. Ours: balanced gates route the two apart (docs/experiments.md).
/// @param query, document [B, N] probabilities
at::Tensor disagreement(const at::Tensor& query, const at::Tensor& document);

/// Loss-free balancing (arXiv 2408.15664): the bias that picks the experts rises by `rate` for those that got fewer
/// inputs than the mean and falls for those that got more. @param chosen [B, N] of this batch   @param bias [N]
void update_bias(const at::Tensor& chosen, double rate, at::Tensor& bias);

} // namespace cameo
