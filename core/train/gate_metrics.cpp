#include "core/train/gate_metrics.hpp"

#include "core/base/error.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/softmax.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros_like.h>
#include <string>

namespace cameo {

namespace {

/// In bits, over the last dimension.
at::Tensor entropy(const at::Tensor& p) { return -(p * p.clamp_min(1e-300).log2()).sum({-1}); }

double number(const at::Tensor& scalar) { return scalar.item<double>(); }

void add_role(const at::Tensor& p, const at::Tensor& picked, std::int64_t chosen, const std::string& role,
              std::vector<Metric>& metrics) {
    const auto load = picked.mean({0});
    for (std::int64_t expert = 0; expert < load.size(0); ++expert)
        metrics.push_back({"load." + role + "." + std::to_string(expert + 1), number(load[expert])});
    const double each = number(entropy(p).mean()), all = number(entropy(p.mean({0})));
    const auto best = std::get<0>(at::topk(p, 2, 1));
    metrics.push_back({"load_entropy." + role, number(entropy(load / double(chosen)))});
    metrics.push_back({"gate.entropy." + role, each});
    metrics.push_back({"gate.marginal." + role, all});
    metrics.push_back({"gate.information." + role, all - each});
    metrics.push_back({"gate.margin." + role, number((best.select(1, 0) - best.select(1, 1)).mean())});
}

} // namespace

std::vector<Metric> gate_metrics(const at::Tensor& logits, const at::Tensor& bias, std::int64_t chosen,
                                 std::span<const std::int64_t> positive) {
    const at::NoGradGuard no_gradients;
    const auto queries = std::int64_t(positive.size()), documents = logits.size(0) - queries;
    check(queries >= 1 && documents >= 1 && chosen >= 1 && chosen <= logits.size(1) && logits.size(1) >= 2,
          "gate_metrics: a batch without queries, documents or experts");
    const auto in_double = at::TensorOptions(at::kCPU).dtype(at::kDouble);
    const auto p = at::softmax(logits.to(in_double), 1);
    const auto merit = bias.defined() ? p + bias.to(in_double) : p;
    const auto order = std::get<1>(at::topk(merit, chosen, 1));
    const auto picked = at::zeros_like(p).scatter_(1, order, 1);

    std::vector<Metric> metrics;
    add_role(p.narrow(0, 0, queries), picked.narrow(0, 0, queries), chosen, "query", metrics);
    add_role(p.narrow(0, queries, documents), picked.narrow(0, queries, documents), chosen, "document", metrics);
    const auto first = merit.argmax(1);
    const auto* of_text = first.const_data_ptr<std::int64_t>();
    std::int64_t same = 0;
    for (std::int64_t query = 0; query < queries; ++query)
        same += of_text[query] == of_text[queries + positive[std::size_t(query)]];
    metrics.push_back({"gate.agreement", double(same) / double(queries)});
    return metrics;
}

} // namespace cameo
