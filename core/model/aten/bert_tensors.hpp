#pragma once

#include "core/model/encoder/heads.hpp"

#include <ATen/core/Tensor.h>
#include <span>
#include <vector>

// Private to core: shows ATen. The same forward serves inference on a GPU, inference in half precision and, as every
// step is differentiable and the parameters are plain tensors, training.

namespace cameo {

/// y = x W^T + b. @param weight [out, in], bias [out] or undefined
struct LinearTensors {
    at::Tensor weight, bias;
};
struct NormTensors {
    at::Tensor gamma, beta;
};
struct BertLayerTensors {
    LinearTensors qkv; ///< [3H, H]: query, key and value in one product
    LinearTensors output;
    NormTensors attention_norm;
    LinearTensors up, down;
    NormTensors output_norm;
};
struct MaskedLmTensors {
    LinearTensors transform;
    NormTensors norm;
    LinearTensors decoder;
};
struct BertTensors {
    BertConfig config;
    at::Tensor words, positions, token_types; ///< token_types undefined for DistilBERT
    NormTensors embedding_norm;
    std::vector<BertLayerTensors> layers;
};

at::Tensor apply(const LinearTensors& linear, const at::Tensor& x);

/// A copy: [n] int64.
at::Tensor on_device(std::span<const std::int64_t> values, const at::Device& device);
/// Copies to the device and type; nothing points into the file any more.
at::Tensor to_tensor(const Parameter& parameter, const at::TensorOptions& options);
LinearTensors to_tensors(const LinearWeights& weights, const at::TensorOptions& options);
std::vector<BertLayerTensors> to_tensors(const std::vector<BertLayerWeights>& layers, const at::TensorOptions& options);
BertTensors to_tensors(const BertWeights& weights, const at::TensorOptions& options);
/// A decoder tied to the word embeddings stays so: one parameter, one gradient.
MaskedLmTensors to_tensors(const MaskedLmWeights& weights, const BertWeights& bert_weights, const BertTensors& bert,
                           const at::TensorOptions& options);

/// A batch's index tensors on the device: B texts, N tokens, L the longest text.
struct BatchTensors {
    at::Tensor ids, positions; ///< [N] int64
    at::Tensor to_padded;      ///< [B * L] int64: the packed row at each padded place (0 where there is none)
    at::Tensor to_packed;      ///< [N] int64: the padded place of each packed row
    at::Tensor attended;       ///< [B, 1, 1, L] bool: keys that can be attended to
    std::int64_t texts = 0, longest = 0;
};
BatchTensors to_tensors(const PackedBatch& batch, const at::Device& device);

/// Words, positions and the first token type, normalised: [N, H].
at::Tensor bert_embeddings(const BertTensors& bert, const BatchTensors& batch);
/// Layers one after the other over x [N, H]. Linear layers see packed rows only; attention (ATen's fused one) is padded.
at::Tensor bert_layers(const BertConfig& config, std::span<const BertLayerTensors> layers, at::Tensor x,
                       const BatchTensors& batch);
/// Both: the last layer [N, H].
at::Tensor bert_hidden(const BertTensors& bert, const BatchTensors& batch);

/// norm(act(transform(hidden))) [N, H]: what the decoder multiplies.
at::Tensor masked_lm_states(const BertConfig& config, const MaskedLmTensors& masked_lm, const at::Tensor& hidden);

} // namespace cameo
