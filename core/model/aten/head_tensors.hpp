#pragma once

#include "core/model/aten/bert_tensors.hpp"

#include <vector>

// Private to core: shows ATen. Differentiable, like bert_tensors.hpp.

namespace cameo {

struct DenseTensors {
    LinearTensors linear;
    DenseWeights::Shape activation = DenseWeights::Shape::Identity;
};
std::vector<DenseTensors> to_tensors(const std::vector<DenseWeights>& dense, const at::TensorOptions& options);

/// One layer after the other. [rows, in of the first] -> [rows, out of the last]
at::Tensor through_dense(const std::vector<DenseTensors>& dense, at::Tensor x);

/// Over each text's attended tokens: [N, H] -> [B, H].
at::Tensor pool(const at::Tensor& hidden, const PackedBatch& batch, Pooling pooling);

} // namespace cameo
