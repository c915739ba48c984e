#include "core/train/moe_loss.hpp"

#include "core/base/error.hpp"
#include "core/train/balance.hpp"
#include "core/train/losses.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/softmax.h>
#include <algorithm>

namespace cameo {

namespace {

at::Tensor places(const std::vector<std::int64_t>& values, const at::Tensor& beside) {
    auto* data = const_cast<std::int64_t*>(values.data()); // read only: the copy below is ours
    return at::from_blob(data, {std::int64_t(values.size())}, at::kLong).to(beside.device(), at::kLong, false, true);
}

at::Tensor mask(const std::vector<std::uint8_t>& counts, const at::Tensor& scores) {
    auto* data = const_cast<std::uint8_t*>(counts.data());
    return at::from_blob(data, scores.sizes(), at::kByte).to(scores.device(), at::kBool, false, true);
}

at::Tensor ranking(const at::Tensor& queries, const at::Tensor& documents, MoeForm form, const TrainingBatch& batch,
                   double temperature) {
    if (form == MoeForm::Corrected) {
        const auto scores = at::matmul(queries, documents.t()) / temperature;
        return candidate_loss(scores, places(batch.positive, scores), mask(batch.counts, scores));
    }
    auto columns = batch.positive;
    for (std::int64_t document = 0; document < documents.size(0); ++document)
        if (std::ranges::find(batch.positive, document) == batch.positive.end())
            columns.push_back(document);
    const auto scores = at::matmul(queries, documents.index_select(0, places(columns, documents)).t()) / temperature;
    return candidate_loss(scores, at::arange(queries.size(0), scores.options().requires_grad(false).dtype(at::kLong)));
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
    add("ranking", 1, [&] {
        return ranking(pass.output.narrow(0, 0, queries), pass.output.narrow(0, queries, documents), spec.form, batch,
                       recipe.temperature);
    });
    add("importance", recipe.importance, [&] { return importance_cv2(pass.weights); });
    if (pass.deviation.defined() && spec.chosen < spec.experts)
        add("load", recipe.load, [&] { return load_cv2(pass, spec.chosen); });
    add("switch", recipe.switch_balance, [&] { return switch_balance(pass.probabilities); });
    add("z_loss", recipe.z_loss, [&] { return z_loss(pass.logits); });
    add("agreement", recipe.agreement, [&] {
        const auto p = at::softmax(pass.logits, 1);
        return disagreement(p.narrow(0, 0, queries),
                            p.narrow(0, queries, documents).index_select(0, places(batch.positive, p)));
    });
    return loss;
}

} // namespace cameo
