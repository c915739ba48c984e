#include "core/model/aten/moe_tensors.hpp"

#include "core/base/error.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/ones_like.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/softplus.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros_like.h>

namespace cameo {

namespace {

at::Tensor unit(const at::Tensor& x, double epsilon) {
    return x / (x * x).sum({-1}, true).sqrt().clamp_min(epsilon);
}

} // namespace

MoeTensors to_tensors(const MoeWeights& weights, const at::TensorOptions& options) {
    MoeTensors moe;
    moe.gate_1 = to_tensors(weights.gate_1, options);
    moe.gate_2 = to_tensors(weights.gate_2, options);
    if (weights.noise)
        moe.noise = to_tensors(*weights.noise, options);
    if (weights.bias)
        moe.bias = to_tensor(*weights.bias, options);
    for (const auto& expert : weights.experts)
        moe.experts.push_back({to_tensors(expert.down, options), to_tensors(expert.up, options)});
    return moe;
}

MoePass moe_forward(const MoeTensors& moe, const MoeSpec& spec, const at::Tensor& x, const MoeRouting& routing) {
    check(std::int64_t(moe.experts.size()) == spec.experts && spec.chosen >= 1 && spec.chosen <= spec.experts &&
              x.dim() == 2 && routing.forced < spec.experts,
          "moe_forward: tensors and spec disagree");
    MoePass pass;
    const auto gate_input = spec.gate_scale == 1 ? x : x * spec.gate_scale;
    pass.logits = apply(moe.gate_2, at::relu(apply(moe.gate_1, gate_input)));
    pass.noisy = pass.logits;
    if (routing.normal.defined() && moe.noise.weight.defined()) {
        pass.deviation = at::softplus(apply(moe.noise, gate_input));
        pass.noisy = pass.logits + routing.normal * pass.deviation;
    }
    pass.probabilities = at::softmax(pass.noisy, -1);

    if (routing.forced >= 0) {
        pass.chosen = at::zeros_like(pass.probabilities);
        pass.chosen.select(1, routing.forced).fill_(1);
        pass.weights = pass.chosen;
    } else if (spec.chosen == spec.experts) {
        pass.chosen = at::ones_like(pass.probabilities);
        pass.weights = pass.probabilities;
    } else {
        const auto picked = routing.bias.defined() ? pass.probabilities.detach() + routing.bias : pass.probabilities.detach();
        pass.chosen = at::zeros_like(picked).scatter_(1, std::get<1>(at::topk(picked, spec.chosen, 1)), 1);
        pass.weights = pass.probabilities * pass.chosen;
        if (spec.form == MoeForm::Corrected && spec.chosen >= 2)
            pass.weights = pass.weights / pass.weights.sum({-1}, true);
    }

    std::vector<at::Tensor> outputs;
    for (const auto& expert : moe.experts)
        outputs.push_back(apply(expert.up, at::relu(apply(expert.down, x))));
    pass.outputs = at::stack(outputs, 1);
    const auto weights = pass.weights.unsqueeze(-1);
    pass.output = spec.form == MoeForm::Reference
                      ? unit((pass.outputs * weights).sum({1}), kMoeEpsilon) + x
                      : x + (unit(pass.outputs, kMoeEpsilon) * weights).sum({1});
    if (spec.normalise)
        pass.output = unit(pass.output, 1e-12);
    return pass;
}

} // namespace cameo
