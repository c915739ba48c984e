#include "core/model/vectors/keeping_encoder.hpp"

#include "core/base/error.hpp"
#include "core/model/encoder/bert_fingerprint.hpp"
#include "core/model/vectors/vector_cache.hpp"

#include <algorithm>

namespace cameo {

namespace {

// Raised when the kernels give other bits for the same weights.
constexpr std::string_view kVectorsVersion = "1";

bool can_be_kept(const HeadWeights& head) { return head.kind == ExpertKind::Global && head.layers.empty(); }

/// Of all that decides what a Global head makes of the layers' output, in front of its block.
std::string meaning(const HeadWeights& head) {
    Fingerprint fingerprint;
    fingerprint.add(std::to_string(int(head.pooling)) + (head.normalise ? " normalised" : " as it is"));
    for (const auto& dense : head.dense) {
        fingerprint.add(std::to_string(int(dense.activation)));
        add(fingerprint, dense.linear);
    }
    return fingerprint.hex();
}

std::span<const std::int32_t> ids_of(const PackedBatch& batch, std::size_t text) {
    const auto first = std::size_t(batch.offsets[text]);
    return std::span(batch.ids).subspan(first, std::size_t(batch.offsets[text + 1]) - first);
}

std::vector<TextKey> keys_of(const PackedBatch& batch) {
    std::vector<TextKey> keys;
    for (std::size_t text = 0; text < batch.texts(); ++text)
        keys.push_back(text_key(ids_of(batch, text), std::size_t(batch.keys[text])));
    return keys;
}

} // namespace

KeepingEncoder::KeepingEncoder(BertWeights weights, std::vector<HeadWeights> heads, std::shared_ptr<const Encoder> own)
    : m_weights(std::move(weights)), m_heads(std::move(heads)), m_like_bare(m_heads.size(), false), m_own(std::move(own)),
      m_block_once(m_heads.size()), m_blocks(m_heads.size()) {
    const auto bare = std::ranges::find_if(m_heads, [](const HeadWeights& head) { return can_be_kept(head) && !head.moe; });
    m_bare = std::size_t(bare - m_heads.begin());
    if (bare == m_heads.end())
        return;
    const auto wanted = meaning(*bare);
    for (std::size_t head_idx = 0; head_idx < m_heads.size(); ++head_idx)
        m_like_bare[head_idx] = can_be_kept(m_heads[head_idx]) && meaning(m_heads[head_idx]) == wanted;
}

KeepingEncoder::~KeepingEncoder() = default;

std::size_t KeepingEncoder::batch_tokens() const { return CpuEncoder::kBatchTokens; }

const std::string& KeepingEncoder::maker() const {
    std::call_once(m_maker_once, [this] {
        if (m_bare == m_heads.size())
            return;
        Fingerprint fingerprint;
        fingerprint.add(kVectorsVersion);
        fingerprint.add(cpu_kernels().name); // with other instructions sums are rounded otherwise
        add(fingerprint, m_weights);
        fingerprint.add(meaning(m_heads[m_bare]));
        m_maker = fingerprint.hex();
    });
    return m_maker;
}

const Encoder& KeepingEncoder::own() const {
    std::call_once(m_own_once, [this] {
        if (!m_own)
            m_own = std::make_shared<const CpuEncoder>(m_weights, m_heads);
    });
    return *m_own;
}

VectorStore* KeepingEncoder::store() const {
    std::call_once(m_store_once, [this] {
        if (vectors_are_kept() && !maker().empty())
            m_store = kept_vectors(maker(), std::size_t(m_heads[m_bare].width(m_weights.config)));
    });
    return m_store.get();
}

std::vector<HeadOutput> KeepingEncoder::run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const {
    VectorStore* const kept = team ? nullptr : store();
    return kept ? run_kept(*kept, batch, wanted) : own().run(batch, wanted, team);
}

std::vector<HeadOutput> KeepingEncoder::run_kept(VectorStore& store, const PackedBatch& batch,
                                                 const std::vector<bool>& wanted) const {
    check(wanted.size() == m_heads.size(), "one wish for each head");
    bool others = false;
    for (std::size_t head_idx = 0; head_idx < m_heads.size(); ++head_idx)
        others |= wanted[head_idx] && !m_like_bare[head_idx];
    if (others) {
        auto outputs = own().run(batch, wanted, nullptr);
        for (std::size_t head_idx = 0; head_idx < m_heads.size(); ++head_idx)
            if (wanted[head_idx] && m_like_bare[head_idx] && !m_heads[head_idx].moe) {
                store.add(keys_of(batch), outputs[head_idx]);
                break;
            }
        return outputs;
    }
    std::vector<HeadOutput> outputs(m_heads.size());
    const HeadOutput x = pooled(store, batch);
    for (std::size_t head_idx = 0; head_idx < m_heads.size(); ++head_idx)
        if (wanted[head_idx])
            outputs[head_idx] = m_heads[head_idx].moe ? behind_block(head_idx, x, batch.texts()) : x;
    return outputs;
}

HeadOutput KeepingEncoder::pooled(VectorStore& store, const PackedBatch& batch) const {
    const std::size_t width = store.width();
    HeadOutput x(batch.texts() * width);
    const auto keys = keys_of(batch);
    const auto found = store.find(keys, x);
    PackedBatch missing;
    std::vector<std::size_t> places;
    std::vector<TextKey> missing_keys;
    for (std::size_t text = 0; text < batch.texts(); ++text)
        if (!found[text]) {
            missing.add(ids_of(batch, text), std::size_t(batch.keys[text]));
            missing_keys.push_back(keys[text]);
            places.push_back(text);
        }
    if (places.empty())
        return x;
    std::vector<bool> bare(m_heads.size(), false);
    bare[m_bare] = true;
    const auto fresh = std::move(own().run(missing, bare, nullptr)[m_bare]);
    for (std::size_t at = 0; at < places.size(); ++at)
        std::copy_n(fresh.data() + at * width, width, x.data() + places[at] * width);
    store.add(missing_keys, fresh);
    return x;
}

HeadOutput KeepingEncoder::behind_block(std::size_t head_idx, HeadOutput pooled, std::size_t texts) const {
    std::call_once(m_block_once[head_idx],
                   [&] { m_blocks[head_idx] = std::make_unique<const CpuMoe>(*m_heads[head_idx].moe); });
    return m_blocks[head_idx]->with_logits(std::move(pooled), texts, CpuWork{cpu_kernels(), nullptr});
}

} // namespace cameo
