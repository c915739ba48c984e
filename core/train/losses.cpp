#include "core/train/losses.hpp"

#include "core/base/error.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <algorithm>
#include <limits>

namespace cameo {

at::Tensor candidate_losses(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts) {
    check(scores.dim() == 2 && positive.dim() == 1 && positive.size(0) == scores.size(0),
          "candidate_loss: one positive a query");
    const auto column = positive.unsqueeze(1);
    auto seen = scores;
    if (counts.defined()) {
        check(counts.sizes() == scores.sizes(), "candidate_loss: a mask of another shape");
        const auto out = counts.logical_not().scatter(1, column, false);
        seen = scores.masked_fill(out, -std::numeric_limits<float>::infinity());
    }
    return at::logsumexp(seen, {1}) - at::gather(scores, 1, column).squeeze(1);
}

at::Tensor candidate_loss(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts,
                          const at::Tensor& weights) {
    const auto losses = candidate_losses(scores, positive, counts);
    return weights.defined() ? (losses * weights.detach()).mean() : losses.mean();
}

at::Tensor flops(const at::Tensor& impacts) { return impacts.mean({0}).square().sum(); }

double quadratic_ramp(std::int64_t step, std::int64_t ramp) {
    if (ramp <= 0)
        return 1;
    const double share = double(std::clamp<std::int64_t>(step, 0, ramp)) / double(ramp);
    return share * share;
}

at::Tensor margin_mse(const at::Tensor& positive, const at::Tensor& negative, const at::Tensor& teacher_positive,
                      const at::Tensor& teacher_negative) {
    return ((positive - negative) - (teacher_positive - teacher_negative).detach()).square().mean();
}

at::Tensor distillation_kl(const at::Tensor& scores, const at::Tensor& teacher, double temperature) {
    check(temperature > 0, "distillation_kl: a temperature of 0 or less");
    const auto student = at::log_softmax(scores / temperature, 1);
    const auto target = at::log_softmax(teacher.detach() / temperature, 1);
    return (target.exp() * (target - student)).sum({1}).mean();
}

} // namespace cameo
