#include "core/model/cpu/cpu_encoder.hpp"

#include "core/base/error.hpp"
#include "core/model/cpu/cpu_heads.hpp"
#include "core/model/cpu/cpu_layers.hpp"

namespace cameo {

struct CpuEncoder::Packed {
    BertConfig config;
    Parameter words, positions;
    std::optional<Parameter> token_types;
    NormWeights embedding_norm;
    CpuLayers layers;
    CpuHeads heads;
};

void PackedBatch::add(std::span<const std::int32_t> text, std::size_t attended) {
    check(!text.empty() && attended >= 1 && attended <= text.size(), "a packed text has tokens and attends to some");
    ids.insert(ids.end(), text.begin(), text.end());
    offsets.push_back(std::int32_t(ids.size()));
    keys.push_back(std::int32_t(attended));
}

CpuEncoder::CpuEncoder(const BertWeights& weights, std::vector<HeadWeights> heads)
    : m_packed(std::make_unique<const Packed>(Packed{weights.config, weights.words, weights.positions,
                                                     weights.token_types, weights.embedding_norm,
                                                     CpuLayers(weights.config, weights.layers),
                                                     CpuHeads(weights.config, std::move(heads))})) {}

CpuEncoder::~CpuEncoder() = default;

namespace {

// Words + positions (+ the first token type), normalised, into x [tokens, H].
template <class PackedWeights>
void embed(const PackedWeights& w, const CpuKernels& kernels, const PackedBatch& batch, float* x) {
    const auto h = std::size_t(w.config.hidden);
    for (std::size_t text = 0; text < batch.texts(); ++text)
        for (std::int32_t t = batch.offsets[text]; t < batch.offsets[text + 1]; ++t) {
            const auto id = std::size_t(batch.ids[std::size_t(t)]), position = std::size_t(t - batch.offsets[text]);
            check(id < std::size_t(w.config.vocabulary) && position < std::size_t(w.config.positions),
                  "a token id or position lies outside the embeddings");
            const float* word = w.words.values().data() + id * h;
            const float* place = w.positions.values().data() + position * h;
            float* row = x + std::size_t(t) * h;
            if (w.token_types) {
                const float* type = w.token_types->values().data();
                for (std::size_t c = 0; c < h; ++c)
                    row[c] = word[c] + type[c] + place[c];
            } else {
                for (std::size_t c = 0; c < h; ++c)
                    row[c] = word[c] + place[c];
            }
        }
    kernels.layer_norm(x, nullptr, w.embedding_norm.gamma.values().data(), w.embedding_norm.beta.values().data(),
                       w.config.epsilon, batch.tokens(), h, h, x);
}

template <class PackedWeights>
std::vector<float> forward(const PackedWeights& w, const PackedBatch& batch, const CpuWork& work) {
    std::vector<float> x(batch.tokens() * std::size_t(w.config.hidden));
    embed(w, work.kernels, batch, x.data());
    w.layers.run(x, batch, work);
    return x;
}

} // namespace

std::vector<HeadOutput> CpuEncoder::run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const {
    const CpuWork work{cpu_kernels(), team};
    return m_packed->heads.run(forward(*m_packed, batch, work), batch, wanted, work);
}

std::vector<float> CpuEncoder::hidden(const PackedBatch& batch) const {
    return forward(*m_packed, batch, CpuWork{cpu_kernels(), nullptr});
}

} // namespace cameo
