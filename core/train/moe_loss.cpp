#include "core/train/moe_loss.hpp"

#include "core/base/error.hpp"
#include "core/train/balance.hpp"
#include "core/train/batch_tensors.hpp"
#include "core/train/losses.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>
#include <algorithm>

namespace cameo {

namespace {

/// @param scores [Q, D], of the part's documents
at::Tensor ranking(const at::Tensor& scores, MoeForm form, const TrainingBatch& batch) {
    const auto device = scores.device();
    if (form == MoeForm::Corrected)
        return candidate_loss(scores, positive_columns(batch, device), counting_columns(batch, device));
    auto columns = batch.positive;
    for (std::int64_t document = 0; document < scores.size(1); ++document)
        if (std::ranges::find(batch.positive, document) == batch.positive.end())
            columns.push_back(document);
    return candidate_loss(scores.index_select(1, on_device(columns, device)),
                          at::arange(scores.size(0), scores.options().requires_grad(false).dtype(at::kLong)));
}

} // namespace

MoeLoss moe_loss(const MoePass& pass, const MoeSpec& spec, const TrainingBatch& batch, const Recipe& recipe) {
    const auto queries = std::int64_t(batch.queries.size()), documents = std::int64_t(batch.documents.size());
    check(pass.output.size(0) == queries + documents && batch.positive.size() == batch.queries.size() &&
              batch.counts.size() == batch.queries.size() * batch.documents.size(),
          "moe_loss: a pass of another batch");
    MoeLoss loss;
    const auto add = [&](const char* name, double weight, const auto& term) {
        if (weight <= 0)
            return;
        loss.terms.emplace_back(name, term() * weight);
        loss.total = loss.total.defined() ? loss.total + loss.terms.back().second : loss.terms.back().second;
    };
    const auto scores = at::matmul(pass.output.narrow(0, 0, queries), pass.output.narrow(0, queries, documents).t()) /
                        recipe.temperature;
    add("ranking", 1, [&] { return ranking(scores, spec.form, batch); });
    if (const auto teacher = teacher_scores(batch, recipe, scores.device()); teacher.defined()) {
        add("margin_mse", recipe.margin_mse,
            [&] { return margin_mse(scores, teacher, positive_columns(batch, scores.device())); });
        add("distillation", recipe.distillation, [&] { return distillation_kl(scores, teacher); });
    }
    add("importance", recipe.importance, [&] { return importance_cv2(pass.weights); });
    if (pass.deviation.defined() && spec.chosen < spec.experts)
        add("load", recipe.load, [&] { return load_cv2(pass, spec.chosen); });
    add("switch", recipe.switch_balance, [&] { return switch_balance(pass.probabilities); });
    add("z_loss", recipe.z_loss, [&] { return z_loss(pass.logits); });
    add("agreement", recipe.agreement, [&] {
        const auto p = at::softmax(pass.logits, 1);
        return disagreement(p.narrow(0, 0, queries),
                            p.narrow(0, queries, documents).index_select(0, positive_columns(batch, p.device())));
    });
    return loss;
}

} // namespace cameo
