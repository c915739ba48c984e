#include "core/train/trunk.hpp"

#include "core/model/encoder/bert_fingerprint.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <algorithm>
#include <cstring>
#include <limits>

namespace cameo {

namespace {

NamedTensors ask_for_gradients(NamedTensors tensors) {
    for (auto& [name, tensor] : tensors)
        tensor.set_requires_grad(true);
    return tensors;
}

BertWeights below(const BertWeights& weights, std::int64_t layers) {
    BertWeights part = weights;
    part.config.layers = layers;
    part.layers.resize(std::size_t(layers));
    return part;
}

} // namespace

std::int64_t frozen_layers(const Recipe& recipe) {
    const bool all = recipe.encoder_rate == 0 || recipe.frozen_layers < 0;
    return all ? std::numeric_limits<std::int64_t>::max() : recipe.frozen_layers;
}

NamedTensors train_layers(std::span<const BertLayerTensors> layers, const std::string& prefix, std::int64_t first) {
    NamedTensors named;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const auto& layer = layers[i];
        const std::string own = prefix + std::to_string(first + std::int64_t(i)) + ".";
        const auto add = [&](const char* name, const at::Tensor& tensor) { named.emplace_back(own + name, tensor); };
        add("attention.self.qkv.weight", layer.qkv.weight);
        add("attention.self.qkv.bias", layer.qkv.bias);
        add("attention.output.dense.weight", layer.output.weight);
        add("attention.output.dense.bias", layer.output.bias);
        add("attention.output.LayerNorm.weight", layer.attention_norm.gamma);
        add("attention.output.LayerNorm.bias", layer.attention_norm.beta);
        add("intermediate.dense.weight", layer.up.weight);
        add("intermediate.dense.bias", layer.up.bias);
        add("output.dense.weight", layer.down.weight);
        add("output.dense.bias", layer.down.bias);
        add("output.LayerNorm.weight", layer.output_norm.gamma);
        add("output.LayerNorm.bias", layer.output_norm.beta);
    }
    return ask_for_gradients(std::move(named));
}

Trunk::Trunk(const BertWeights& weights, std::int64_t frozen, const at::Device& device,
             std::shared_ptr<FrozenMemory> memory, const std::string& source)
    : m_bert(to_tensors(weights, at::TensorOptions(device).dtype(at::kFloat))),
      m_frozen(std::min<std::int64_t>(frozen, std::int64_t(weights.layers.size()))), m_team(usable_threads()),
      m_memory(memory ? std::move(memory) : std::make_shared<FrozenMemory>()) {
    if (device.is_cpu() && frozen > 0)
        m_encoder = std::make_unique<const CpuEncoder>(below(weights, m_frozen), std::vector<HeadWeights>{});
    if (frozen == 0)
        m_frozen = -1;
    if (m_encoder) {
        Fingerprint fingerprint;
        add(fingerprint, below(weights, m_frozen));
        m_key = fingerprint.hex() + source;
    }
    parameters(); // asks for their gradients, which whoever shares a tensor may look at
}

Trunk::~Trunk() = default;

NamedTensors Trunk::parameters() const {
    NamedTensors named;
    if (m_frozen < 0) {
        named = {{"embeddings.word_embeddings.weight", m_bert.words},
                 {"embeddings.position_embeddings.weight", m_bert.positions},
                 {"embeddings.LayerNorm.weight", m_bert.embedding_norm.gamma},
                 {"embeddings.LayerNorm.bias", m_bert.embedding_norm.beta}};
        if (m_bert.token_types.defined())
            named.emplace_back("embeddings.token_type_embeddings.weight", m_bert.token_types);
        named = ask_for_gradients(std::move(named));
    }
    const auto first = std::max<std::int64_t>(m_frozen, 0);
    for (auto& each : train_layers(std::span(m_bert.layers).subspan(std::size_t(first)), "encoder.layer.", first))
        named.push_back(std::move(each));
    return named;
}

std::vector<float> Trunk::compute(const PackedBatch& batch, std::size_t text) const {
    const auto first = std::size_t(batch.offsets[text]), last = std::size_t(batch.offsets[text + 1]);
    PackedBatch one;
    one.add(std::span(batch.ids).subspan(first, last - first), std::size_t(batch.keys[text]));
    return m_encoder->hidden(one);
}

at::Tensor Trunk::frozen_hidden(const PackedBatch& batch, const BatchTensors& tensors,
                                std::span<const std::int64_t> keys) {
    if (!m_encoder) {
        const at::NoGradGuard no_gradients;
        return bert_layers(m_bert.config, std::span(m_bert.layers).first(std::size_t(m_frozen)),
                           bert_embeddings(m_bert, tensors), tensors);
    }
    const auto h = std::size_t(m_bert.config.hidden);
    const auto x = at::empty({std::int64_t(batch.tokens()), std::int64_t(h)}, at::kFloat);
    float* const rows = x.mutable_data_ptr<float>();
    std::vector<std::vector<float>> fresh(batch.texts());
    auto& memory = m_memory->of(m_key);
    m_team.run(int(batch.texts()), [&](int text_idx, int) {
        const auto text = std::size_t(text_idx);
        const auto kept = memory.texts.find(keys[text]);
        if (kept == memory.texts.end())
            fresh[text] = compute(batch, text);
        const auto& numbers = kept == memory.texts.end() ? fresh[text] : kept->second.numbers;
        std::memcpy(rows + std::size_t(batch.offsets[text]) * h, numbers.data(), numbers.size() * sizeof(float));
    });
    for (std::size_t text = 0; text < fresh.size(); ++text)
        if (!fresh[text].empty()) {
            const auto tokens = std::int64_t(fresh[text].size() / h);
            m_memory->keep(memory, keys[text], {std::move(fresh[text]), tokens});
        }
    return x;
}

at::Tensor Trunk::hidden(const PackedBatch& batch, const BatchTensors& tensors, std::span<const std::int64_t> keys) {
    if (m_frozen < 0)
        return bert_layers(m_bert.config, m_bert.layers, bert_embeddings(m_bert, tensors), tensors);
    return bert_layers(m_bert.config, std::span(m_bert.layers).subspan(std::size_t(m_frozen)),
                       frozen_hidden(batch, tensors, keys), tensors);
}

} // namespace cameo
