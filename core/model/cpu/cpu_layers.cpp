#include "core/model/cpu/cpu_layers.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

std::span<const float> bias_of(const LinearWeights& linear) {
    return linear.bias ? linear.bias->values() : std::span<const float>{};
}

PackedMatrix pack_qkv(const BertLayerWeights& layer, std::size_t h) {
    std::vector<float> weight, bias;
    weight.reserve(3 * h * h);
    for (const auto* part : {&layer.query, &layer.key, &layer.value}) {
        weight.insert(weight.end(), part->weight.values().begin(), part->weight.values().end());
        bias.insert(bias.end(), bias_of(*part).begin(), bias_of(*part).end());
    }
    return pack(weight, bias, 3 * h, h);
}

// Each thread keeps its buffers from batch to batch.
struct Scratch {
    std::vector<float> qkv, context, mixed, up;
    std::vector<float> keys, values, scores; // of one text and head
};
Scratch& scratch() {
    static thread_local Scratch buffers;
    return buffers;
}
float* sized(std::vector<float>& buffer, std::size_t size) {
    if (buffer.size() < size)
        buffer.resize(size);
    return buffer.data();
}

// softmax(Q K^T / sqrt(d)) V of one text and one head.
// @param qkv [tokens, 3H], the text's first row   @param context [tokens, H], likewise
void attend(const CpuKernels& kernels, const float* qkv, std::size_t h, std::size_t d, std::size_t head,
            std::size_t tokens, std::size_t attended, float* context, Scratch& buffers) {
    const std::size_t stride = 3 * h;
    const float* q = qkv + head * d;
    const float* k = q + h;
    const float* v = k + h;
    const std::size_t key_panels = (attended + kPanel - 1) / kPanel, value_panels = (d + kPanel - 1) / kPanel;
    float* keys = sized(buffers.keys, key_panels * d * kPanel);
    float* values = sized(buffers.values, value_panels * attended * kPanel);
    for (std::size_t panel = 0; panel < key_panels; ++panel)
        for (std::size_t column = 0; column < kPanel; ++column) {
            const std::size_t t = panel * kPanel + column;
            float* to = keys + panel * d * kPanel + column;
            for (std::size_t i = 0; i < d; ++i)
                to[i * kPanel] = t < attended ? k[t * stride + i] : 0.0f;
        }
    for (std::size_t panel = 0; panel < value_panels; ++panel)
        for (std::size_t t = 0; t < attended; ++t)
            for (std::size_t column = 0; column < kPanel; ++column) {
                const std::size_t i = panel * kPanel + column;
                values[(panel * attended + t) * kPanel + column] = i < d ? v[t * stride + i] : 0.0f;
            }
    // Rows in blocks, so that a long text's scores stay in the cache.
    const std::size_t score_stride = key_panels * kPanel, block = 48;
    float* scores = sized(buffers.scores, block * score_stride);
    for (std::size_t row = 0; row < tokens; row += block) {
        const std::size_t rows = std::min(block, tokens - row);
        kernels.gemm({.a = q + row * stride, .lda = stride, .m = rows, .k = d, .b = keys, .panels = key_panels,
                      .c = scores, .ldc = score_stride, .n = score_stride});
        kernels.softmax(scores, rows, attended, score_stride, 1.0f / std::sqrt(float(d)));
        kernels.gemm({.a = scores, .lda = score_stride, .m = rows, .k = attended, .b = values, .panels = value_panels,
                      .c = context + row * h + head * d, .ldc = h, .n = d});
    }
}

} // namespace

PackedMatrix pack_linear(const LinearWeights& linear) {
    return pack(linear.weight.values(), bias_of(linear), std::size_t(linear.weight.shape[0]),
                std::size_t(linear.weight.shape[1]));
}

CpuLayers::CpuLayers(const BertConfig& config, const std::vector<BertLayerWeights>& layers) : m_config(config) {
    const auto h = std::size_t(config.hidden), i = std::size_t(config.intermediate);
    for (const auto& layer : layers)
        m_layers.push_back({pack_qkv(layer, h), pack(layer.output.weight.values(), bias_of(layer.output), h, h),
                            pack(layer.up.weight.values(), bias_of(layer.up), i, h),
                            pack(layer.down.weight.values(), bias_of(layer.down), h, i), layer.attention_norm,
                            layer.output_norm});
}

void CpuLayers::run(std::vector<float>& x, const PackedBatch& batch, const CpuWork& work) const {
    const auto& kernels = work.kernels;
    const auto h = std::size_t(m_config.hidden), heads = std::size_t(m_config.heads),
               inner = std::size_t(m_config.intermediate);
    const std::size_t n = batch.tokens();
    Scratch& buffers = scratch();
    float* qkv = sized(buffers.qkv, n * 3 * h);
    float* context = sized(buffers.context, n * h);
    float* mixed = sized(buffers.mixed, n * h);
    for (const auto& layer : m_layers) {
        work.linear(layer.qkv, x.data(), h, n, qkv, 3 * h);
        work.each(int(batch.texts() * heads), [&](int task) {
            const std::size_t text = std::size_t(task) / heads, head = std::size_t(task) % heads;
            const auto first = std::size_t(batch.offsets[text]);
            attend(kernels, qkv + first * 3 * h, h, h / heads, head, std::size_t(batch.offsets[text + 1]) - first,
                   std::size_t(batch.keys[text]), context + first * h, scratch());
        });
        work.linear(layer.output, context, h, n, mixed, h);
        kernels.layer_norm(mixed, x.data(), layer.attention_norm.gamma.values().data(),
                           layer.attention_norm.beta.values().data(), m_config.epsilon, n, h, h, x.data());
        // The feed-forward's wide middle is made and used up a few rows at a time, while it is in the cache.
        const std::size_t block = 96;
        float* up = sized(buffers.up, std::min(n, block) * inner);
        for (std::size_t row = 0; row < n; row += block) {
            const std::size_t rows = std::min(block, n - row);
            work.linear(layer.up, x.data() + row * h, h, rows, up, inner, m_config.activation);
            work.linear(layer.down, up, inner, rows, mixed + row * h, h);
        }
        kernels.layer_norm(mixed, x.data(), layer.output_norm.gamma.values().data(),
                           layer.output_norm.beta.values().data(), m_config.epsilon, n, h, h, x.data());
    }
}

} // namespace cameo
