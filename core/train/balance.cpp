#include "core/train/balance.hpp"

#include "core/base/error.hpp"
#include "core/model/aten/moe_tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/erf.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/one_hot.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/where.h>
#include <cmath>

namespace cameo {

namespace {

at::Tensor cv2(const at::Tensor& x) {
    const auto mean = x.mean();
    return (x - mean).square().mean() / mean.square().clamp_min(1e-10);
}

} // namespace

at::Tensor importance_cv2(const at::Tensor& weights) { return cv2(weights.sum({0})); }

at::Tensor load_cv2(const MoePass& pass, std::int64_t chosen) {
    check(pass.deviation.defined() && chosen < pass.logits.size(1), "load_cv2: no noise, or every expert is chosen");
    // The k-th largest of the others is the k-th of all for one that is not among the k, and the (k+1)-th else.
    const auto best = std::get<0>(at::topk(pass.noisy, chosen + 1, 1));
    const auto kth = best.narrow(1, chosen - 1, 1), next = best.narrow(1, chosen, 1);
    const auto others = at::where(pass.noisy > next, next, kth);
    const auto z = (pass.logits - others) / pass.deviation;
    return cv2((0.5 * (1 + at::erf(z / std::sqrt(2.0)))).sum({0}));
}

at::Tensor switch_balance(const at::Tensor& probabilities) {
    const auto experts = probabilities.size(1);
    const auto share = at::one_hot(probabilities.argmax(1), experts).to(probabilities.scalar_type()).mean({0});
    return double(experts) * (share * probabilities.mean({0})).sum();
}

at::Tensor z_loss(const at::Tensor& logits) { return at::logsumexp(logits, {1}).square().mean(); }

at::Tensor disagreement(const at::Tensor& query, const at::Tensor& document) {
    return -(query * document).sum({1}).clamp_min(1e-12).log().mean();
}

void update_bias(const at::Tensor& chosen, double rate, at::Tensor& bias) {
    const at::NoGradGuard no_gradients;
    const auto load = chosen.sum({0});
    bias.add_((load.mean() - load).sign(), rate);
}

} // namespace cameo
