#include "core/model/aten/head_tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/split_with_sizes.h>
#include <ATen/ops/stack.h>
#include <cmath>

namespace cameo {

std::vector<DenseTensors> to_tensors(const std::vector<DenseWeights>& dense, const at::TensorOptions& options) {
    std::vector<DenseTensors> tensors;
    for (const auto& each : dense)
        tensors.push_back({to_tensors(each.linear, options), each.activation});
    return tensors;
}

at::Tensor through_dense(const std::vector<DenseTensors>& dense, at::Tensor x) {
    for (const auto& [linear, activation] : dense) {
        x = linear.bias.defined() ? at::linear(x, linear.weight, linear.bias) : at::linear(x, linear.weight);
        switch (activation) {
        case DenseWeights::Shape::Identity: break;
        case DenseWeights::Shape::Tanh: x = x.tanh(); break;
        case DenseWeights::Shape::Relu: x = at::relu(x); break;
        case DenseWeights::Shape::Gelu: x = at::gelu(x); break;
        }
    }
    return x;
}

at::Tensor pool(const at::Tensor& hidden, const PackedBatch& batch, Pooling pooling) {
    std::vector<std::int64_t> lengths;
    for (std::size_t text = 0; text < batch.texts(); ++text)
        lengths.push_back(batch.offsets[text + 1] - batch.offsets[text]);
    // One split, whose gradient is one tensor; a narrow() for each text would make one of [N, H] for each.
    const auto texts = at::split_with_sizes(hidden, lengths);
    std::vector<at::Tensor> pooled;
    for (std::size_t text = 0; text < batch.texts(); ++text) {
        const auto rows = batch.keys[text] == lengths[text] ? texts[text] : texts[text].narrow(0, 0, batch.keys[text]);
        switch (pooling) {
        case Pooling::Identity: // the dense layer behind it makes the difference
        case Pooling::Cls: pooled.push_back(rows.select(0, 0)); break;
        case Pooling::Mean: pooled.push_back(rows.mean(0)); break;
        case Pooling::Max: pooled.push_back(rows.amax(0)); break;
        case Pooling::MeanSqrt: pooled.push_back(rows.sum(0) / std::sqrt(double(batch.keys[text]))); break;
        }
    }
    return at::stack(pooled);
}

} // namespace cameo
