#include "core/train/frozen_pooled.hpp"

#include "core/model/vectors/vector_cache.hpp"

#include <ATen/ops/empty.h>
#include <algorithm>
#include <unordered_map>
#include <utility>

namespace cameo {

namespace {

constexpr std::size_t kTogether = 16; ///< texts that a thread takes at a time: of queries, as many tokens as make a good batch

std::vector<HeadWeights> alone(HeadWeights head) {
    std::vector<HeadWeights> heads;
    heads.push_back(std::move(head));
    return heads;
}

} // namespace

FrozenPooled::FrozenPooled(const BertWeights& weights, HeadWeights head, const TextSource& texts,
                           std::shared_ptr<FrozenMemory> memory)
    : m_texts(texts), m_width(std::size_t(head.width(weights.config))), m_encoder(weights, alone(std::move(head))),
      m_team(usable_threads()), m_memory(memory ? std::move(memory) : make_frozen_memory()),
      m_key(m_encoder.maker() + " pooled " + texts.key()) {}

FrozenPooled::Rows FrozenPooled::of(const TrainingBatch& batch) {
    const auto numbers = TextSource::numbers(batch);
    auto& memory = m_memory->of(m_key);
    std::vector<std::int64_t> missing;
    for (const auto text : numbers)
        if (!memory.texts.contains(text))
            missing.push_back(text);
    auto made = encode(missing);
    if (!missing.empty())
        flush_kept_vectors(); // a training may be killed at any time
    std::unordered_map<std::int64_t, const FrozenMemory::Text*> fresh;
    for (std::size_t at = 0; at < missing.size(); ++at)
        fresh.emplace(missing[at], &made[at]);

    Rows rows{at::empty({std::int64_t(numbers.size()), std::int64_t(m_width)}, at::kFloat)};
    float* x = rows.x.mutable_data_ptr<float>();
    for (const auto number : numbers) {
        const auto own = fresh.find(number);
        const auto& text = own == fresh.end() ? memory.texts.at(number) : *own->second;
        x = std::ranges::copy(text.numbers, x).out;
        rows.tokens += text.tokens;
    }
    for (std::size_t at = 0; at < missing.size(); ++at)
        m_memory->keep(memory, missing[at], std::move(made[at]));
    return rows;
}

std::vector<FrozenMemory::Text> FrozenPooled::encode(std::span<const std::int64_t> texts) {
    std::vector<FrozenMemory::Text> made(texts.size());
    m_team.run(int((texts.size() + kTogether - 1) / kTogether), [&](int task, int) {
        std::size_t next = std::size_t(task) * kTogether;
        const std::size_t last = std::min(next + kTogether, texts.size());
        while (next < last) {
            PackedBatch batch;
            const std::size_t first = next;
            while (next < last && batch.tokens() < CpuEncoder::kBatchTokens) {
                const EncoderInput input = m_texts.read(texts[next]);
                batch.add(input.ids, input.attended);
                made[next++].tokens = std::int64_t(input.ids.size());
            }
            const auto outputs = m_encoder.run(batch, {true}, nullptr);
            for (std::size_t at = first; at < next; ++at) {
                const float* row = outputs[0].data() + (at - first) * m_width;
                made[at].numbers.assign(row, row + m_width);
            }
        }
    });
    return made;
}

} // namespace cameo
