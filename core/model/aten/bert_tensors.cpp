#include "core/model/aten/bert_tensors.hpp"

#include "core/base/error.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/scaled_dot_product_attention.h>
#include <algorithm>

namespace cameo {

namespace {

NormTensors copy(const NormWeights& norm, const at::TensorOptions& options) {
    return {to_tensor(norm.gamma, options), to_tensor(norm.beta, options)};
}

at::Tensor apply(const NormTensors& norm, const at::Tensor& x, float epsilon) {
    return at::layer_norm(x, {x.size(-1)}, norm.gamma, norm.beta, epsilon);
}

at::Tensor activate(const at::Tensor& x, Activation activation) {
    switch (activation) {
    case Activation::None: return x;
    case Activation::Gelu: return at::gelu(x);
    case Activation::GeluTanh: return at::gelu(x, "tanh");
    case Activation::Relu: return at::relu(x);
    }
    return x;
}

} // namespace

at::Tensor apply(const LinearTensors& linear, const at::Tensor& x) {
    return linear.bias.defined() ? at::linear(x, linear.weight, linear.bias) : at::linear(x, linear.weight);
}

at::Tensor on_device(std::span<const std::int64_t> values, const at::Device& device) {
    auto* data = const_cast<std::int64_t*>(values.data()); // read only: the copy is ours
    return at::from_blob(data, {std::int64_t(values.size())}, at::kLong)
        .to(at::TensorOptions(device), /*non_blocking=*/false, /*copy=*/true);
}

at::Tensor to_tensor(const Parameter& parameter, const at::TensorOptions& options) {
    auto* data = const_cast<float*>(parameter.values().data()); // read only: the copy below is ours
    return at::from_blob(data, parameter.shape, at::kFloat).to(options, /*non_blocking=*/false, /*copy=*/true);
}

LinearTensors to_tensors(const LinearWeights& weights, const at::TensorOptions& options) {
    return {to_tensor(weights.weight, options), weights.bias ? to_tensor(*weights.bias, options) : at::Tensor()};
}

std::vector<BertLayerTensors> to_tensors(const std::vector<BertLayerWeights>& layers, const at::TensorOptions& options) {
    std::vector<BertLayerTensors> tensors;
    for (const auto& layer : layers) {
        const auto q = to_tensors(layer.query, options), k = to_tensors(layer.key, options),
                   v = to_tensors(layer.value, options);
        tensors.push_back({{at::cat({q.weight, k.weight, v.weight}), at::cat({q.bias, k.bias, v.bias})},
                           to_tensors(layer.output, options), copy(layer.attention_norm, options),
                           to_tensors(layer.up, options), to_tensors(layer.down, options),
                           copy(layer.output_norm, options)});
    }
    return tensors;
}

BertTensors to_tensors(const BertWeights& weights, const at::TensorOptions& options) {
    BertTensors bert;
    bert.config = weights.config;
    bert.words = to_tensor(weights.words, options);
    bert.positions = to_tensor(weights.positions, options);
    if (weights.token_types)
        bert.token_types = to_tensor(*weights.token_types, options);
    bert.embedding_norm = copy(weights.embedding_norm, options);
    bert.layers = to_tensors(weights.layers, options);
    return bert;
}

MaskedLmTensors to_tensors(const MaskedLmWeights& weights, const BertWeights& bert_weights, const BertTensors& bert,
                           const at::TensorOptions& options) {
    MaskedLmTensors masked_lm{to_tensors(weights.transform, options), copy(weights.norm, options),
                              to_tensors(weights.decoder, options)};
    if (weights.decoder.weight.values().data() == bert_weights.words.values().data())
        masked_lm.decoder.weight = bert.words;
    return masked_lm;
}

BatchTensors to_tensors(const PackedBatch& batch, const at::Device& device) {
    BatchTensors tensors;
    tensors.texts = std::int64_t(batch.texts());
    for (std::size_t text = 0; text < batch.texts(); ++text)
        tensors.longest = std::max<std::int64_t>(tensors.longest, batch.offsets[text + 1] - batch.offsets[text]);
    std::vector<std::int64_t> ids(batch.ids.begin(), batch.ids.end()), positions(ids.size()), to_packed(ids.size()),
        to_padded(std::size_t(tensors.texts * tensors.longest), 0), attended(to_padded.size(), 0);
    for (std::size_t text = 0; text < batch.texts(); ++text)
        for (std::int32_t t = batch.offsets[text]; t < batch.offsets[text + 1]; ++t) {
            const std::int64_t position = t - batch.offsets[text];
            const std::int64_t place = std::int64_t(text) * tensors.longest + position;
            positions[std::size_t(t)] = position;
            to_packed[std::size_t(t)] = place;
            to_padded[std::size_t(place)] = t;
            attended[std::size_t(place)] = position < batch.keys[text];
        }
    tensors.ids = on_device(ids, device);
    tensors.positions = on_device(positions, device);
    tensors.to_padded = on_device(to_padded, device);
    tensors.to_packed = on_device(to_packed, device);
    tensors.attended = on_device(attended, device).view({tensors.texts, 1, 1, tensors.longest}).to(at::kBool);
    return tensors;
}

at::Tensor bert_embeddings(const BertTensors& bert, const BatchTensors& batch) {
    auto x = bert.words.index_select(0, batch.ids) + bert.positions.index_select(0, batch.positions);
    if (bert.token_types.defined())
        x = x + bert.token_types.select(0, 0);
    return apply(bert.embedding_norm, x, bert.config.epsilon);
}

at::Tensor bert_layers(const BertConfig& config, std::span<const BertLayerTensors> layers, at::Tensor x,
                       const BatchTensors& batch) {
    const auto h = config.hidden, heads = config.heads;
    const auto b = batch.texts, l = batch.longest;
    for (const auto& layer : layers) {
        // [N, 3H] -> [B, L, 3, heads, d] -> three of [B, heads, L, d]
        const auto padded = apply(layer.qkv, x).index_select(0, batch.to_padded).view({b, l, 3, heads, h / heads});
        // One unbind, whose gradient is one copy; three selects would each fill all of it.
        const auto qkv = padded.permute({2, 0, 3, 1, 4}).unbind(0);
        const auto context = at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], batch.attended);
        const auto packed = context.transpose(1, 2).reshape({b * l, h}).index_select(0, batch.to_packed);
        x = apply(layer.attention_norm, x + apply(layer.output, packed), config.epsilon);
        const auto inner = activate(apply(layer.up, x), config.activation);
        x = apply(layer.output_norm, x + apply(layer.down, inner), config.epsilon);
    }
    return x;
}

at::Tensor bert_hidden(const BertTensors& bert, const BatchTensors& batch) {
    return bert_layers(bert.config, bert.layers, bert_embeddings(bert, batch), batch);
}

at::Tensor masked_lm_states(const BertConfig& config, const MaskedLmTensors& masked_lm, const at::Tensor& hidden) {
    return apply(masked_lm.norm, activate(apply(masked_lm.transform, hidden), config.activation), config.epsilon);
}

} // namespace cameo
