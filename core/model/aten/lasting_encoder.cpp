#include "core/base/error.hpp"
#include "core/model/aten/aten_encoder.hpp"
#include "core/model/cpu/cpu_encoder.hpp"
#include "core/model/vectors/keeping_encoder.hpp"

#include <algorithm>
#include <atomic>

namespace cameo {

namespace {

// One device a process, so one place where its trouble is noted.
std::mutex g_trouble_mutex;
std::string g_trouble;

void note_trouble(const std::string& words) {
    const std::lock_guard lock(g_trouble_mutex);
    if (g_trouble.find(words) == std::string::npos)
        g_trouble += (g_trouble.empty() ? "" : "; ") + words;
}

// Texts [first, last) of a batch as one of its own.
PackedBatch part_of(const PackedBatch& batch, std::size_t first, std::size_t last) {
    PackedBatch part;
    for (std::size_t text = first; text < last; ++text)
        part.add(std::span(batch.ids).subspan(std::size_t(batch.offsets[text]),
                                              std::size_t(batch.offsets[text + 1] - batch.offsets[text])),
                 std::size_t(batch.keys[text]));
    return part;
}

class LastingEncoder final : public Encoder {
public:
    LastingEncoder(BertWeights weights, std::vector<HeadWeights> heads, std::unique_ptr<const Encoder> chosen,
                   std::shared_ptr<const Encoder> own)
        : m_weights(std::move(weights)), m_heads(std::move(heads)), m_chosen(std::move(chosen)),
          m_processor(std::move(own)) {}

    std::size_t batch_tokens() const override { return m_failed ? 256 : m_chosen->batch_tokens(); }
    EncoderPlace place() const override { return m_failed ? EncoderPlace{} : m_chosen->place(); }

    std::vector<HeadOutput> run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const override {
        if (!m_failed) {
            try {
                return m_chosen->run(batch, wanted, team);
            } catch (const OutOfDeviceMemory&) {
                note_trouble("out of device memory: smaller batches");
                if (batch.texts() > 1)
                    return halves(batch, wanted, team);
                note_trouble("out of device memory with one text: on the processor since");
            } catch (const Error& failed) {
                note_trouble(std::string(failed.what()) + ": on the processor since");
            }
            m_failed = true;
        }
        return processor().run(batch, wanted, team);
    }

private:
    std::vector<HeadOutput> halves(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const {
        const std::size_t middle = batch.texts() / 2;
        auto outputs = run(part_of(batch, 0, middle), wanted, team);
        const auto others = run(part_of(batch, middle, batch.texts()), wanted, team);
        for (std::size_t head_idx = 0; head_idx < outputs.size(); ++head_idx)
            outputs[head_idx].insert(outputs[head_idx].end(), others[head_idx].begin(), others[head_idx].end());
        return outputs;
    }
    const Encoder& processor() const {
        std::call_once(m_once, [this] {
            if (!m_processor)
                m_processor = std::make_shared<const CpuEncoder>(m_weights, m_heads);
        });
        return *m_processor;
    }

    BertWeights m_weights; // still in the mapped file: costs next to nothing until the processor takes over
    std::vector<HeadWeights> m_heads;
    std::unique_ptr<const Encoder> m_chosen;
    mutable std::atomic<bool> m_failed{false};
    mutable std::once_flag m_once;
    mutable std::shared_ptr<const Encoder> m_processor;
};

} // namespace

std::shared_ptr<const Encoder> make_lasting(BertWeights weights, std::vector<HeadWeights> heads,
                                            std::unique_ptr<const Encoder> chosen,
                                            std::shared_ptr<const Encoder> own) {
    return std::make_shared<const LastingEncoder>(std::move(weights), std::move(heads), std::move(chosen),
                                                  std::move(own));
}

Encoders make_encoders(BertWeights weights, std::vector<HeadWeights> heads, EncoderWishes wishes) {
    const DeviceChoice choice = choose_device();
    const bool in_full = wishes.documents_in_full && !choice.cuda;
    const EncoderPlace place{choice.cuda, in_full ? Precision::Fp32 : choice.documents_in(weights.config.hidden)};
    std::shared_ptr<const Encoder> own;
    if (!choice.cuda) {
        own = std::make_shared<const CpuEncoder>(weights, heads);
        if (wishes.keep && std::ranges::any_of(heads, [](const auto& head) { return head.kind == ExpertKind::Global; }))
            own = std::make_shared<const KeepingEncoder>(weights, heads, own);
    }
    if (place == EncoderPlace{})
        return {own, own};
    try {
        auto chosen = std::make_unique<const AtenEncoder>(weights, heads, place);
        const auto lasting = make_lasting(weights, heads, std::move(chosen), own);
        return {own ? own : lasting, lasting};
    } catch (const std::exception& failed) {
        const std::string words = failed.what();
        note_trouble("the weights do not fit the device (" + words.substr(0, words.find('\n')) + "): on the processor");
        if (!own)
            own = std::make_shared<const CpuEncoder>(weights, std::move(heads));
        return {own, own};
    }
}

std::string device_trouble() {
    const std::lock_guard lock(g_trouble_mutex);
    return g_trouble;
}

} // namespace cameo
