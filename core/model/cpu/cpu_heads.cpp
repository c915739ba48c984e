#include "core/model/cpu/cpu_heads.hpp"

#include "core/base/error.hpp"
#include "core/model/cpu/cpu_layers.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cameo {

namespace {

// x / max(|x|, 1e-12), as torch.nn.functional.normalize.
void normalise_rows(std::vector<float>& rows, std::size_t width) {
    for (std::size_t at = 0; at + width <= rows.size(); at += width) {
        double squares = 0;
        for (std::size_t c = 0; c < width; ++c)
            squares += double(rows[at + c]) * rows[at + c];
        const float scale = float(1.0 / std::max(std::sqrt(squares), 1e-12));
        for (std::size_t c = 0; c < width; ++c)
            rows[at + c] *= scale;
    }
}

HeadOutput pool(const std::vector<float>& hidden, std::size_t h, const PackedBatch& batch, Pooling pooling) {
    HeadOutput pooled(batch.texts() * h, 0.0f);
    for (std::size_t text = 0; text < batch.texts(); ++text) {
        const float* rows = hidden.data() + std::size_t(batch.offsets[text]) * h;
        const auto count = std::size_t(batch.keys[text]);
        float* to = pooled.data() + text * h;
        std::copy_n(rows, h, to);
        if (pooling == Pooling::Cls || pooling == Pooling::Identity)
            continue;
        for (std::size_t t = 1; t < count; ++t)
            for (std::size_t c = 0; c < h; ++c) {
                const float value = rows[t * h + c];
                to[c] = pooling == Pooling::Max ? std::max(to[c], value) : to[c] + value;
            }
        if (pooling != Pooling::Max)
            for (std::size_t c = 0; c < h; ++c)
                to[c] /= pooling == Pooling::Mean ? float(count) : std::sqrt(float(count));
    }
    return pooled;
}

} // namespace

CpuHeads::CpuHeads(const BertConfig& config, std::vector<HeadWeights> heads) : m_config(config) {
    for (auto& head : heads) {
        CpuLayers layers(config, std::exchange(head.layers, {}));
        Head packed{std::move(head), std::move(layers), {}, {}, {}};
        for (const auto& dense : packed.weights.dense)
            packed.dense.push_back({pack_linear(dense.linear), dense.activation});
        if (const auto& own = packed.weights.masked_lm)
            packed.masked_lm = {pack_linear(own->transform), pack_linear(own->decoder), own->norm};
        if (packed.weights.moe)
            packed.moe.emplace(*packed.weights.moe);
        m_heads.push_back(std::move(packed));
    }
}

std::vector<HeadOutput> CpuHeads::run(const std::vector<float>& hidden, const PackedBatch& batch,
                                      const std::vector<bool>& wanted, const CpuWork& work) const {
    check(wanted.size() == m_heads.size(), "one wish for each head");
    const auto h = std::size_t(m_config.hidden);
    std::vector<HeadOutput> outputs(m_heads.size());
    for (std::size_t head_idx = 0; head_idx < m_heads.size(); ++head_idx) {
        if (!wanted[head_idx])
            continue;
        const Head& head = m_heads[head_idx];
        HeadOutput& output = outputs[head_idx];
        std::vector<float> own;
        if (!head.layers.empty()) {
            own = hidden;
            head.layers.run(own, batch, work);
        }
        const auto& rows = head.layers.empty() ? hidden : own;
        switch (head.weights.kind) {
        case ExpertKind::Lexical: output = lexical(head, rows, batch, work); continue;
        case ExpertKind::Local: output = through_dense(head, rows, batch.tokens(), work); break;
        case ExpertKind::Global:
            output = through_dense(head, pool(rows, h, batch, head.weights.pooling), batch.texts(), work);
            break;
        }
        if (head.weights.normalise)
            normalise_rows(output, std::size_t(head.weights.width(m_config)));
        if (head.moe)
            output = head.moe->with_logits(std::move(output), batch.texts(), work);
    }
    return outputs;
}

HeadOutput CpuHeads::through_dense(const Head& head, HeadOutput rows, std::size_t count, const CpuWork& work) const {
    for (const auto& dense : head.dense) {
        HeadOutput next(count * dense.matrix.n);
        const auto activation = dense.activation == DenseWeights::Shape::Relu   ? Activation::Relu
                                : dense.activation == DenseWeights::Shape::Gelu ? Activation::Gelu
                                                                                : Activation::None;
        work.linear(dense.matrix, rows.data(), dense.matrix.k, count, next.data(), dense.matrix.n, activation);
        if (dense.activation == DenseWeights::Shape::Tanh)
            for (float& x : next)
                x = std::tanh(x);
        rows = std::move(next);
    }
    return rows;
}

HeadOutput CpuHeads::lexical(const Head& head, const std::vector<float>& hidden, const PackedBatch& batch,
                             const CpuWork& work) const {
    check(head.masked_lm.has_value(), "a lexical head needs the masked-LM head's weights");
    const auto h = std::size_t(m_config.hidden), v = std::size_t(m_config.vocabulary);
    const auto& decoder = head.masked_lm->decoder;
    std::vector<float> states(hidden.size());
    work.linear(head.masked_lm->transform, hidden.data(), h, batch.tokens(), states.data(), h, m_config.activation);
    work.kernels.layer_norm(states.data(), nullptr, head.masked_lm->norm.gamma.values().data(),
                            head.masked_lm->norm.beta.values().data(), m_config.epsilon, batch.tokens(), h, h,
                            states.data());
    // A few panels of the vocabulary at a time, all texts against them: the decoder passes through the cache once a
    // batch. Tokens that are only there to be padded with (ColBERT) do not occur with this head's texts.
    constexpr std::size_t kPanels = 8;
    HeadOutput weights(batch.texts() * v);
    work.parts((decoder.panels() + kPanels - 1) / kPanels, [&](std::size_t first, std::size_t count) {
        float logits[kPanels * kPanel];
        for (std::size_t block = first; block < first + count; ++block) {
            const std::size_t panel = block * kPanels, column = panel * kPanel;
            const std::size_t panels = std::min(kPanels, decoder.panels() - panel);
            const std::size_t columns = std::min(panels * kPanel, v - column);
            for (std::size_t text = 0; text < batch.texts(); ++text) {
                const float* rows = states.data() + std::size_t(batch.offsets[text]) * h;
                work.kernels.max_product(rows, h, std::size_t(batch.keys[text]), h, decoder.panel(panel), panels,
                                         logits);
                for (std::size_t c = 0; c < columns; ++c)
                    logits[c] += decoder.bias[column + c];
                for (int log = 0; log < head.weights.logs; ++log)
                    work.kernels.log1p_relu(logits, columns);
                std::copy_n(logits, columns, weights.data() + text * v + column);
            }
        }
    });
    return weights;
}

} // namespace cameo
