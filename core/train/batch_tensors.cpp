#include "core/train/batch_tensors.hpp"

#include "core/model/aten/bert_tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>

namespace cameo {

namespace {

/// [Q, D], one value a query and document.
template <class T>
at::Tensor table(const TrainingBatch& batch, const std::vector<T>& values, at::ScalarType type, const at::Device& device) {
    auto* data = const_cast<T*>(values.data()); // read only: the copy below is ours
    return at::from_blob(data, {std::int64_t(batch.queries.size()), std::int64_t(batch.documents.size())}, type)
        .to(at::TensorOptions(device), /*non_blocking=*/false, /*copy=*/true);
}

} // namespace

at::Tensor positive_columns(const TrainingBatch& batch, const at::Device& device) { return on_device(batch.positive, device); }

at::Tensor counting_columns(const TrainingBatch& batch, const at::Device& device) {
    return table(batch, batch.counts, at::kByte, device).to(at::kBool);
}

at::Tensor teacher_scores(const TrainingBatch& batch, const Recipe& recipe, const at::Device& device) {
    if (batch.teacher.empty() || (recipe.margin_mse <= 0 && recipe.distillation <= 0))
        return {};
    return table(batch, batch.teacher, at::kFloat, device) / recipe.teacher_temperature;
}

} // namespace cameo
