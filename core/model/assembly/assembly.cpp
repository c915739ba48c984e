#include "core/model/assembly/assembly.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/assembly/encoder_files.hpp"
#include "core/model/assembly/head_loader.hpp"
#include "core/model/assembly/stream.hpp"
#include "core/model/aten/aten_encoder.hpp"
#include "core/model/came/branches.hpp"
#include "core/model/cpu/cpu_moe.hpp"
#include "core/model/cpu/team.hpp"
#include "core/model/moe/moe_gate.hpp"
#include "core/model/moe/moe_model.hpp"
#include "core/model/vectors/vector_cache.hpp"
#include "core/model/device.hpp"
#include "core/model/weights/fingerprint.hpp"
#include "core/model/weights/mapped_file.hpp"
#include "core/text/tokenizer_files.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <numeric>
#include <utility>

namespace cameo {

namespace {

// Raised when the numbers that the same weights give change for good: indexes of another one are refused.
constexpr std::string_view kEncodingVersion = "2";

constexpr std::string_view kCache = "cache:";

// Texts one after the other in a batch share its buffers; the lexical head alone needs [texts, V] of them.
constexpr std::size_t kBatchTexts = 32;

class Assembly final : public Model {
public:
    /// @param in_full documents are encoded as those of an SB-MoE model with this encoder are
    Assembly(const std::filesystem::path& folder, Manifest manifest, bool in_full = false);

    const std::string& name() const override { return m_manifest.name; }
    const std::string& kind() const override { return m_manifest.kind; }
    const std::string& version() const override { return m_version; }
    std::filesystem::path folder() const override { return m_folder; }
    std::span<const ExpertInfo> experts() const override { return m_experts; }
    const Tokenizer& tokenizer(std::size_t expert_idx) const override { return *m_tokenizers.at(expert_idx); }
    const LoadReport& load_report() const override { return m_report; }
    DeviceInfo device() const override;
    std::string default_fusion() const override { return m_manifest.default_fusion; }
    std::vector<float> gate_weights(std::span<const float> logits) const override {
        return m_manifest.kind == "sbmoe" ? moe_weights(m_manifest.moe, logits, m_gate_bias) : std::vector<float>();
    }
    std::optional<GateRule> gate_rule() const override {
        return m_manifest.kind == "sbmoe" ? std::optional(GateRule{m_manifest.moe, m_gate_bias}) : std::nullopt;
    }

    std::vector<std::vector<Representation>> encode(std::span<const std::string> texts, Role role,
                                                    Progress& progress) const override {
        std::vector<std::vector<Representation>> all(texts.size(), std::vector<Representation>(m_experts.size()));
        std::vector<bool> wanted = nothing_wanted();
        std::fill_n(wanted.begin(), m_experts.size(), true);
        run(texts, role, wanted, progress, all);
        return all;
    }
    std::vector<Representation> encode(std::span<const std::string> texts, Role role, std::size_t expert_idx,
                                       Progress& progress) const override {
        check(expert_idx < m_experts.size(), "no such expert");
        std::vector<std::vector<Representation>> all(texts.size(), std::vector<Representation>(m_experts.size()));
        std::vector<bool> wanted = nothing_wanted();
        wanted[expert_idx] = true;
        run(texts, role, wanted, progress, all);
        std::vector<Representation> one;
        for (auto& text : all)
            one.push_back(std::move(text[expert_idx]));
        return one;
    }
    ExpertOutputs expert_outputs(std::span<const std::string> texts, Role role, Progress& progress) const override;

private:
    /// One for each expert, and behind them one for the gate's pooled vector in front of its block.
    std::vector<bool> nothing_wanted() const { return std::vector<bool>(m_experts.size() + 1, false); }
    void add_stream(const std::filesystem::path& folder, const std::vector<std::size_t>& expert_idxs,
                    Fingerprint& fingerprint);
    void run(std::span<const std::string> texts, Role role, const std::vector<bool>& wanted, Progress& progress,
             std::vector<std::vector<Representation>>& out) const;

    std::filesystem::path m_folder;
    Manifest m_manifest;
    bool m_in_full;
    std::string m_version;
    std::vector<ExpertInfo> m_experts;
    std::vector<std::shared_ptr<const Tokenizer>> m_tokenizers;
    std::vector<Stream> m_streams;
    std::shared_ptr<const MoeHead> m_block; ///< the gate's; null: no gate
    LoadReport m_report;
    std::vector<float> m_gate_bias; ///< "sbmoe": MoeWeights::bias
    mutable std::mutex m_team_mutex;
    mutable Team m_team{usable_threads()};
};

Assembly::Assembly(const std::filesystem::path& folder, Manifest manifest, bool in_full)
    : m_folder(folder),
      m_manifest(manifest.kind == "sbmoe" ? with_moe_experts(std::move(manifest), folder) : std::move(manifest)),
      m_in_full(in_full) {
    const std::size_t count = m_manifest.experts.size();
    m_experts.resize(count);
    m_tokenizers.resize(count);
    Fingerprint fingerprint;
    fingerprint.add(kEncodingVersion);
    Manifest nameless = m_manifest; // a model keeps its version under another name or fusion
    nameless.name = nameless.default_fusion = "";
    for (auto& spec : nameless.experts)
        spec.weights = spec.description = ""; // and with its weights in another place
    fingerprint.add(to_json(nameless));
    std::vector<bool> placed(count, false);
    for (std::size_t expert_idx = 0; expert_idx < count; ++expert_idx) {
        if (placed[expert_idx])
            continue;
        std::vector<std::size_t> together;
        for (std::size_t other = expert_idx; other < count; ++other)
            if (!placed[other] && m_manifest.experts[other].reads_like(m_manifest.experts[expert_idx])) {
                together.push_back(other);
                placed[other] = true;
            }
        add_stream(folder, together, fingerprint);
    }
    m_version = fingerprint.hex();
}

void Assembly::add_stream(const std::filesystem::path& folder, const std::vector<std::size_t>& expert_idxs,
                          Fingerprint& fingerprint) {
    const ExpertSpec& first = m_manifest.experts[expert_idxs.front()];
    const EncoderFiles files = open_encoder_files(folder, m_manifest, first);
    const auto& [weights_at, config, own, changes, tokenizer] = files;
    fingerprint.add(meaning(config));
    for (const auto& each : {own, changes})
        if (each)
            add(fingerprint, *each);
    TensorTable tensors(own, changes);
    for (const auto& file : tokenizer_files_in(weights_at)) {
        fingerprint.add(file.filename().string());
        fingerprint.add(MappedFile::open(file)->bytes());
    }

    const bool came = m_manifest.kind == "came";
    const BertWeights weights = read_bert_weights(
        came ? shared_config(config, m_manifest, (folder / "model.json").string()) : config, tensors);
    std::vector<HeadWeights> heads;
    for (const auto expert_idx : expert_idxs) {
        const ExpertSpec& spec = m_manifest.experts[expert_idx];
        heads.push_back(load_head(spec, config, tensors, weights_at, m_report, fingerprint));
        if (m_manifest.kind == "sbmoe")
            heads.back().moe = read_moe_head(m_manifest, expert_idx, heads.back().width(config), tensors);
        if (came)
            read_branch(m_manifest, spec, config, tensors, weights.words, heads.back());
        else if (spec.kind == ExpertKind::Lexical)
            heads.back().masked_lm = read_masked_lm(config, tensors, weights.words);
    }
    if (const auto& moe = heads.front().moe; moe && moe->weights.bias)
        m_gate_bias.assign(moe->weights.bias->values().begin(), moe->weights.bias->values().end());
    tensors.report(m_report);

    Stream stream;
    stream.reader = std::make_shared<const TextReader>(tokenizer, first);
    for (std::size_t i = 0; i < expert_idxs.size(); ++i) {
        const auto expert_idx = expert_idxs[i];
        const ExpertSpec& spec = m_manifest.experts[expert_idx];
        check_lengths(spec, config);
        const auto width = heads[i].width(config);
        const auto& moe = heads[i].moe;
        const std::size_t logits = moe ? moe->weights.experts.size() : 0;
        const bool shows_gate = moe && moe->forced < 0;
        m_experts[expert_idx] = {.name = spec.name,
                                 .kind = spec.kind,
                                 .width = std::int32_t(width),
                                 .max_query_tokens = std::int32_t(spec.max_query_tokens),
                                 .max_document_tokens = std::int32_t(spec.max_document_tokens),
                                 .description = spec.description,
                                 .gate = shows_gate ? std::int32_t(logits) : 0};
        m_tokenizers[expert_idx] = tokenizer;
        stream.members.push_back({expert_idx, spec, width, logits, shows_gate, RowFilter(*tokenizer, spec)});
    }
    for (std::size_t i = 0; i < expert_idxs.size(); ++i)
        if (stream.members[i].shows_gate) { // one more head, which costs nothing until expert_outputs() asks for it
            m_block = heads[i].moe;
            Stream::Member bare = stream.members[i];
            bare.expert_idx = m_experts.size();
            bare.logits = 0;
            bare.shows_gate = false;
            stream.members.push_back(std::move(bare));
            heads.push_back(heads[i]);
            heads.back().moe = nullptr;
            break;
        }
    // A trained encoder is its model's alone; a checkpoint's own serves many, and trainings.
    const bool only_block = m_manifest.kind == "sbmoe" && changes && has_only_block(*changes);
    stream.encoders = make_encoders(weights, std::move(heads),
                                    {.keep = only_block || m_manifest.kind == "assembly", .documents_in_full = only_block || m_in_full});
    m_streams.push_back(std::move(stream));
}

ExpertOutputs Assembly::expert_outputs(std::span<const std::string> texts, Role role, Progress& progress) const {
    ExpertOutputs found;
    if (!m_block)
        return found;
    const auto gate_idx = std::size_t(std::ranges::find_if(m_experts, [](const auto& info) { return info.gate > 0; }) -
                                      m_experts.begin());
    std::vector<std::vector<Representation>> all(texts.size(), std::vector<Representation>(m_experts.size() + 1));
    std::vector<bool> wanted = nothing_wanted();
    wanted[gate_idx] = wanted.back() = true;
    run(texts, role, wanted, progress, all);
    for (const auto& text : all) {
        found.pooled.insert(found.pooled.end(), text.back().pooled.begin(), text.back().pooled.end());
        found.logits.insert(found.logits.end(), text[gate_idx].gate.begin(), text[gate_idx].gate.end());
    }
    // Packed once more each time: it takes milliseconds, and who looks on is rare.
    const CpuMoe block(*m_block);
    const CpuWork work{cpu_kernels()};
    found.outputs = block.outputs(found.pooled, texts.size(), work);
    found.deviation = block.deviations(found.pooled, texts.size(), work);
    return found;
}

DeviceInfo Assembly::device() const {
    std::vector<EncoderPlaces> places;
    for (const auto& stream : m_streams)
        places.push_back({stream.encoders.queries->place(), stream.encoders.documents->place()});
    return describe_device(places);
}

void Assembly::run(std::span<const std::string> texts, Role role, const std::vector<bool>& wanted, Progress& progress,
                   std::vector<std::vector<Representation>>& out) const {
    if (texts.empty())
        return;
    // While a bulk job holds the team, a query goes through on its own thread instead of waiting for minutes.
    std::unique_lock team(m_team_mutex, std::try_to_lock);
    const bool few = texts.size() < 2 * std::size_t(m_team.threads());
    if (!few && !team.owns_lock())
        team.lock();
    Team* const shared = team.owns_lock() ? &m_team : nullptr;

    std::vector<const Stream*> streams;
    std::vector<std::vector<bool>> heads; // of each stream: which members are wanted
    for (const auto& stream : m_streams) {
        std::vector<bool> members;
        for (const auto& member : stream.members)
            members.push_back(wanted[member.expert_idx]);
        if (std::find(members.begin(), members.end(), true) != members.end()) {
            streams.push_back(&stream);
            heads.push_back(std::move(members));
        }
    }

    std::vector<EncoderInput> inputs(streams.size() * texts.size());
    const auto read = [&](std::size_t at) {
        inputs[at] = streams[at / texts.size()]->reader->read(texts[at % texts.size()], role);
    };
    constexpr std::size_t kReadTogether = 16;
    if (few || !shared)
        for (std::size_t at = 0; at < inputs.size(); ++at)
            read(at);
    else
        shared->run(int((inputs.size() + kReadTogether - 1) / kReadTogether), [&](int task, int) {
            progress.check_cancelled();
            const std::size_t first = std::size_t(task) * kReadTogether;
            for (std::size_t at = first; at < std::min(first + kReadTogether, inputs.size()); ++at)
                read(at);
        });

    // Sorted by length so that batches hold like with like, the longest first so that cores finish together.
    struct Batch {
        std::size_t stream_idx = 0;
        std::vector<std::size_t> texts;
    };
    std::vector<Batch> batches;
    for (std::size_t stream_idx = 0; stream_idx < streams.size(); ++stream_idx) {
        const EncoderInput* own = inputs.data() + stream_idx * texts.size();
        std::vector<std::size_t> order(texts.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return own[a].ids.size() > own[b].ids.size(); });
        std::size_t tokens = 0;
        for (const auto text : order) {
            const std::size_t more = own[text].ids.size();
            if (batches.empty() || batches.back().stream_idx != stream_idx ||
                tokens + more > streams[stream_idx]->encoders.of(role).batch_tokens() ||
                batches.back().texts.size() == kBatchTexts) {
                batches.push_back({stream_idx, {}});
                tokens = 0;
            }
            batches.back().texts.push_back(text);
            tokens += more;
        }
    }

    std::vector<std::atomic<int>> waiting(texts.size());
    for (auto& left : waiting)
        left = int(streams.size());
    const auto encode = [&](const Batch& batch, Team* together) {
        progress.check_cancelled();
        std::vector<const EncoderInput*> batch_inputs;
        std::vector<Representation*> batch_out;
        for (const auto text : batch.texts) {
            batch_inputs.push_back(&inputs[batch.stream_idx * texts.size() + text]);
            batch_out.push_back(out[text].data());
        }
        streams[batch.stream_idx]->encode(batch_inputs, role, heads[batch.stream_idx], together, batch_out);
        for (const auto text : batch.texts)
            if (waiting[text].fetch_sub(1) == 1)
                progress.advance();
    };
    if (few || !shared)
        for (const auto& batch : batches)
            encode(batch, shared);
    else {
        shared->run(int(batches.size()), [&](int task, int) { encode(batches[std::size_t(task)], nullptr); });
        flush_kept_vectors();
    }
}

} // namespace

std::shared_ptr<const Model> load_assembly(const std::filesystem::path& folder, const Manifest& manifest) {
    return std::make_shared<const Assembly>(folder, manifest);
}

std::shared_ptr<const Model> load_without_block(const std::filesystem::path& folder, const Manifest& without_block) {
    return std::make_shared<const Assembly>(folder, without_block, /*in_full=*/true);
}

std::filesystem::path weights_folder(const std::filesystem::path& model_folder, const ExpertSpec& spec) {
    if (!spec.weights.starts_with(kCache)) {
        const auto at = model_folder / spec.weights;
        if (!std::filesystem::is_directory(at))
            throw Error(ErrorKind::NotFound, "expert " + spec.name + ": its weights " + at.string() + " are missing");
        return at;
    }
    const auto at = folders().weights() / spec.weights.substr(kCache.size());
    if (!std::filesystem::is_directory(at))
        throw Error(ErrorKind::NotFound, "expert " + spec.name + ": its weights " + at.string() +
                                             " are missing; `./cameo setup` fetches them");
    return at;
}

std::string settled_weights(const std::filesystem::path& model_folder, const std::string& weights) {
    return weights.starts_with(kCache) ? weights : std::filesystem::absolute(model_folder / weights).lexically_normal().string();
}

} // namespace cameo
