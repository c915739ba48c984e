#include "core/train/losses.hpp"

#include "core/base/error.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gather.h>
#include <ATen/ops/log_softmax.h>
#include <ATen/ops/logsumexp.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <limits>

namespace cameo {

namespace {

/// The scores without those of documents that do not count for a query.
at::Tensor counting(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts) {
    check(scores.dim() == 2 && positive.dim() == 1 && positive.size(0) == scores.size(0),
          "candidate_loss: one positive a query");
    if (!counts.defined())
        return scores;
    check(counts.sizes() == scores.sizes(), "candidate_loss: a mask of another shape");
    const auto out = counts.logical_not().scatter(1, positive.unsqueeze(1), false);
    return scores.masked_fill(out, -std::numeric_limits<float>::infinity());
}

} // namespace

at::Tensor candidate_losses(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts) {
    return at::logsumexp(counting(scores, positive, counts), {1}) - at::gather(scores, 1, positive.unsqueeze(1)).squeeze(1);
}

at::Tensor ranked_first(const at::Tensor& scores, const at::Tensor& positive, const at::Tensor& counts) {
    return (counting(scores, positive, counts).argmax(1) == positive).to(at::kFloat).mean();
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

at::Tensor margin_mse(const at::Tensor& scores, const at::Tensor& teacher, const at::Tensor& positive) {
    check(scores.sizes() == teacher.sizes(), "margin_mse: a teacher of other documents");
    const auto column = positive.unsqueeze(1);
    const auto difference = teacher.detach() - scores; // margins differ by what these do
    const auto error = at::gather(difference, 1, column) - difference;
    const auto pairs = error.detach().isnan().logical_not().scatter(1, column, false);
    const auto squares = at::where(pairs, error, at::zeros({}, error.options())).square();
    return squares.sum() / pairs.sum().clamp_min(1);
}

at::Tensor distillation_kl(const at::Tensor& scores, const at::Tensor& teacher) {
    check(scores.sizes() == teacher.sizes(), "distillation_kl: a teacher of other documents");
    constexpr double kOut = -std::numeric_limits<float>::infinity();
    const auto unknown = teacher.isnan();
    const auto queries = unknown.logical_not().sum({1}) >= 2;
    const auto student = at::log_softmax(scores.masked_fill(unknown, kOut), 1);
    const auto target = at::log_softmax(teacher.detach().masked_fill(unknown, kOut), 1);
    const auto weights = target.exp().masked_fill(unknown, 0); // else a query without any would give a gradient of NaN
    const auto terms = (weights * (target - student)).masked_fill(unknown, 0).sum({1});
    return at::where(queries, terms, at::zeros({}, terms.options())).sum() / queries.sum().clamp_min(1);
}

} // namespace cameo
