#pragma once

#include <ATen/core/Tensor.h>

// Private to core: shows ATen. Letters as everywhere: Q queries, D documents, V vocabulary.

namespace cameo {

/// Softmax cross-entropy of each query's positive against the candidates that count:
///     mean_q w_q (logsumexp_{d counts} s_qd - s_q,positive)
/// @param scores [Q, D]   @param positive [Q] int64, a column each, which counts whatever `counts` says
/// @param counts [Q, D] bool: false takes a column out, such as another copy of the positive; undefined: all count
/// @param weights [Q] without gradient (competition.hpp); undefined: all 1
at::Tensor candidate_loss(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts = {},
                          const at::Tensor& weights = {});

/// The same before the mean and the weights: [Q].
at::Tensor candidate_losses(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts = {});

/// Share of the queries whose positive is above all that count.
at::Tensor ranked_first(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts = {});

/// FLOPS regulariser: sum_v (mean_b a_bv)^2 (Paria et al., arXiv 2004.05665, eq. 4).   @param impacts [B, V], >= 0
at::Tensor flops(const at::Tensor& impacts);

/// Its weight's quadratic ramp: (min(step, ramp) / ramp)^2, 1 without a ramp.
double quadratic_ramp(std::int64_t step, std::int64_t ramp);

/// Margin-MSE distillation (Hofstätter et al., arXiv 2010.02666, eq. 4): the mean of ((s+ - s-) - (t+ - t-))^2 over the
/// pairs of a query's positive with another document, both of which the teacher has scored; 0 without such a pair.
/// @param scores [Q, D]   @param teacher [Q, D], NaN where it has no score   @param positive [Q] int64, a column each
at::Tensor margin_mse(const at::Tensor& scores, const at::Tensor& teacher, const at::Tensor& positive);

/// KL(teacher || student) over each query's documents that the teacher has scored, mean over the queries with at least two
/// of them; 0 without such a query.   @param scores, teacher [Q, D] as above
at::Tensor distillation_kl(const at::Tensor& scores, const at::Tensor& teacher);

} // namespace cameo
