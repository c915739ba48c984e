#include "core/train/came_net.hpp"

#include "core/base/error.hpp"
#include "core/model/assembly/head_loader.hpp"
#include "core/model/came/branches.hpp"
#include "core/train/batch_tensors.hpp"
#include "core/train/came_branch.hpp"
#include "core/train/competition/competition.hpp"
#include "core/train/losses.hpp"
#include "core/train/source_model.hpp"
#include "core/train/training_device.hpp"
#include "core/train/trunk.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <cmath>
#include <optional>
#include <set>

namespace cameo {

namespace {

/// Pieces that none of this many documents and no query has get no gradient worth their cost.
constexpr std::int64_t kVocabularyDocuments = 50'000;

std::vector<std::int64_t> pieces_in_use(const TextSource& source) {
    std::set<std::int64_t> pieces;
    const auto add = [&](const EncoderInput& input) { pieces.insert(input.ids.begin(), input.ids.end()); };
    for (const auto& query : source.queries())
        add(source.reader().read(query.text, Role::Query));
    source.collection().for_each_document(0, [&](DocumentOrdinal ordinal, const Document& document) {
        add(source.reader().read(document.content(), Role::Document));
        return ordinal + 1 < kVocabularyDocuments;
    });
    return {pieces.begin(), pieces.end()};
}

/// The texts [first, last) of a part.
struct Chunk {
    PackedBatch packed;
    std::span<const EncoderInput> inputs;
    std::span<const std::int64_t> keys;
    std::size_t queries = 0;
};

std::vector<Chunk> chunks_of(const PartTexts& texts, std::int64_t size) {
    const std::size_t all = texts.inputs.size(), step = size > 0 ? std::size_t(size) : all;
    std::vector<Chunk> chunks;
    for (std::size_t first = 0; first < all; first += step) {
        const std::size_t count = std::min(step, all - first);
        Chunk chunk;
        chunk.inputs = std::span(texts.inputs).subspan(first, count);
        chunk.keys = std::span(texts.keys).subspan(first, count);
        chunk.queries = std::min(count, texts.queries - std::min(texts.queries, first));
        for (const auto& input : chunk.inputs)
            chunk.packed.add(input.ids, input.attended);
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

/// Rank of the query's positive among the part's documents that count for it. @param scores [Q, D]
double rank_among_counting(const TrainingBatch& batch, std::size_t q, const at::Tensor& scores) {
    const auto row = scores.detach().select(0, std::int64_t(q)).to(at::kCPU).contiguous();
    const std::size_t documents = batch.documents.size(), positive = std::size_t(batch.positive[q]);
    std::vector<float> candidates{row.const_data_ptr<float>()[positive]};
    for (std::size_t d = 0; d < documents; ++d)
        if (d != positive && batch.counts[q * documents + d])
            candidates.push_back(row.const_data_ptr<float>()[d]);
    return rank_of(candidates, 0);
}

class CameNet final : public Trainee {
public:
    CameNet(const std::filesystem::path& folder, std::shared_ptr<const Collection> collection,
            const std::vector<TrainingQuery>& queries, const Recipe& recipe, std::shared_ptr<FrozenMemory> memory);

    std::vector<ParameterGroup> groups(const Recipe& recipe) override;
    void prepare(std::span<const TrainingBatch> batches, const Recipe& recipe) override;
    void use(std::shared_ptr<const Bank> bank) override { m_bank = std::move(bank); }
    PartResult backward(const StepPart& part, const Recipe& recipe) override;
    void write_model(const std::filesystem::path& folder, const std::string& name) const override;

private:
    using Texts = std::vector<BranchTexts>; ///< one an expert
    Texts represent(const Chunk& chunk, const Recipe& recipe);
    Texts represent(std::span<const Chunk> chunks, const Recipe& recipe);
    at::Tensor loss(const StepPart& part, const Texts& texts, const Recipe& recipe, PartResult& result) const;
    /// w [E, Q], and what is recorded of it.
    at::Tensor compete(const StepPart& part, const Texts& texts, const std::vector<at::Tensor>& scores,
                       const Recipe& recipe, PartResult& result) const;

    SourceModel m_source;
    TextSource m_texts;
    bool m_trains_sum = false; ///< the experts have scales, so their plain sum is what is trained
    std::optional<Trunk> m_trunk;
    std::vector<CameBranch> m_branches;
    std::shared_ptr<const Bank> m_bank;
};

CameNet::CameNet(const std::filesystem::path& folder, std::shared_ptr<const Collection> collection,
                 const std::vector<TrainingQuery>& queries, const Recipe& recipe, std::shared_ptr<FrozenMemory> memory)
    : m_source(folder), m_texts(std::move(collection), queries, m_source.manifest().experts[0], m_source.files().folder,
                                recipe.query_tokens, recipe.document_tokens) {
    const auto& manifest = m_source.manifest();
    const auto& [encoder_at, config, file, changes, tokenizer] = m_source.files();
    for (const auto& spec : manifest.experts)
        check_lengths(spec, config);
    auto& tensors = m_source.tensors();
    const BertWeights weights =
        read_bert_weights(shared_config(config, manifest, (folder / "model.json").string()), tensors);
    m_trunk.emplace(weights, frozen_layers(recipe), training_device(), std::move(memory), m_texts.key());
    std::vector<std::int64_t> pieces;
    for (const auto& spec : manifest.experts) {
        LoadReport report;
        Fingerprint fingerprint;
        HeadWeights head = load_head(spec, config, tensors, encoder_at, report, fingerprint);
        read_branch(manifest, spec, config, tensors, weights.words, head);
        // A masked-LM head of the checkpoint's own knows all pieces; one that was made for the model knows none yet.
        if (spec.kind == ExpertKind::Lexical && pieces.empty() && !has_masked_lm(config, tensors))
            pieces = pieces_in_use(m_texts);
        m_branches.emplace_back(spec, head, weights, m_trunk->tensors(),
                                std::make_shared<const RowFilter>(m_texts.reader().tokenizer(), spec), pieces);
    }
}

std::vector<ParameterGroup> CameNet::groups(const Recipe& recipe) {
    std::vector<ParameterGroup> groups;
    if (auto shared = m_trunk->parameters(); !shared.empty())
        groups.push_back({"shared", recipe.encoder_rate, recipe.weight_decay, std::move(shared)});
    for (const auto& branch : m_branches) {
        const auto& name = branch.spec().name;
        if (auto layers = branch.layer_parameters(); !layers.empty())
            groups.push_back({"layers." + name, recipe.layers_rate, recipe.weight_decay, std::move(layers)});
        if (auto head = branch.head_parameters(); !head.empty())
            groups.push_back({"head." + name, recipe.heads_rate, 0, std::move(head)});
    }
    return groups;
}

CameNet::Texts CameNet::represent(const Chunk& chunk, const Recipe& recipe) {
    // Layers and heads only: a score rounded to bf16 would tie documents that are not equal.
    const HalfPrecision products(recipe.precision, m_trunk->tensors().words.device(), m_source.files().config.hidden);
    const auto batch = to_tensors(chunk.packed, m_trunk->tensors().words.device());
    const auto hidden = m_trunk->hidden(chunk.packed, batch, chunk.keys);
    Texts texts;
    for (const auto& branch : m_branches)
        texts.push_back(branch.represent(m_trunk->tensors().config, hidden, batch, chunk.packed, chunk.inputs, chunk.queries,
                                         recipe.most_terms));
    return texts;
}

CameNet::Texts CameNet::represent(std::span<const Chunk> chunks, const Recipe& recipe) {
    if (chunks.size() == 1)
        return represent(chunks[0], recipe);
    std::vector<std::vector<at::Tensor>> values(m_branches.size());
    Texts all(m_branches.size());
    for (const auto& chunk : chunks) {
        const auto own = represent(chunk, recipe);
        for (std::size_t e = 0; e < own.size(); ++e) {
            values[e].push_back(own[e].values);
            const auto before = all[e].offsets.back();
            for (std::size_t text = 1; text < own[e].offsets.size(); ++text)
                all[e].offsets.push_back(before + own[e].offsets[text]);
        }
    }
    for (std::size_t e = 0; e < all.size(); ++e)
        all[e].values = at::cat(values[e]);
    return all;
}

void CameNet::prepare(std::span<const TrainingBatch> batches, const Recipe& recipe) {
    m_trains_sum = true;
    const bool scaled = std::ranges::any_of(m_branches, [](const CameBranch& branch) { return branch.spec().scale != 1; });
    if (scaled)
        return;
    const at::NoGradGuard no_gradients;
    std::vector<double> squares(m_branches.size(), 0), counts(m_branches.size(), 0);
    for (const auto& batch : batches) {
        const auto texts = m_texts.read(batch);
        const auto chunks = chunks_of(texts, recipe.chunk);
        const auto represented = represent(chunks, recipe);
        for (std::size_t e = 0; e < m_branches.size(); ++e) {
            const auto scores = m_branches[e].scores(represented[e], batch.queries.size()).to(at::kCPU).contiguous();
            const float* row = scores.const_data_ptr<float>();
            const auto documents = std::size_t(scores.size(1));
            for (std::size_t q = 0; q < batch.queries.size(); ++q, row += documents) {
                double sum = 0, sum_squares = 0, negatives = 0;
                for (std::size_t d = 0; d < documents; ++d)
                    if (std::int64_t(d) != batch.positive[q] && batch.counts[q * documents + d]) {
                        sum += row[d];
                        sum_squares += double(row[d]) * row[d];
                        negatives += 1;
                    }
                if (negatives > 1) {
                    squares[e] += sum_squares - sum * sum / negatives;
                    counts[e] += negatives;
                }
            }
        }
    }
    // The yardstick has cosines: the global expert, or the local one. Impacts are logits as they are, so a lexical expert
    // alone keeps them.
    auto yardstick = m_branches.size();
    for (std::size_t e = 0; e < m_branches.size(); ++e)
        if (const ExpertKind kind = m_branches[e].spec().kind; kind == ExpertKind::Global || (kind == ExpertKind::Local && yardstick == m_branches.size()))
            yardstick = e;
    if (yardstick == m_branches.size())
        return;
    const auto deviation = [&](std::size_t e) { return counts[e] > 0 ? std::sqrt(std::max(squares[e], 0.0) / counts[e]) : 0; };
    for (std::size_t e = 0; e < m_branches.size(); ++e)
        if (deviation(e) > 0 && deviation(yardstick) > 0)
            m_branches[e].set_scale(recipe.global_scale * deviation(yardstick) / deviation(e));
}

at::Tensor CameNet::compete(const StepPart& part, const Texts& texts, const std::vector<at::Tensor>& scores,
                            const Recipe& recipe, PartResult& result) const {
    const std::size_t experts = m_branches.size(), queries = part.batch.queries.size();
    const CompetitionSpec spec{rank_gain(recipe.competition), recipe.competition_temperature};
    std::vector<float> weights(experts * queries);
    std::vector<double> ranks(experts), own(experts);
    double away = 0;
    for (std::size_t q = 0; q < queries; ++q) {
        if (m_bank) {
            std::vector<Representation> query;
            for (std::size_t e = 0; e < experts; ++e)
                query.push_back(m_branches[e].representation(texts[e], q));
            const auto query_idx = part.batch.queries[q];
            ranks = m_bank->ranks(query_idx, part.batch.documents[std::size_t(part.batch.positive[q])], query);
        } else {
            for (std::size_t e = 0; e < experts; ++e)
                ranks[e] = rank_among_counting(part.batch, q, scores[e]);
        }
        competitive_weights(spec, ranks, own);
        CompetitionRecord record{m_texts.queries()[part.batch.queries[q]].id, ranks, {}};
        bool differs = false;
        for (std::size_t e = 0; e < experts; ++e) {
            weights[e * queries + q] = float(own[e]);
            record.weights.push_back(float(own[e]));
            differs = differs || std::abs(own[e] - 1) > 0.1;
        }
        away += differs;
        result.competition.push_back(std::move(record));
    }
    for (std::size_t e = 0; e < experts; ++e) {
        double sum = 0;
        for (std::size_t q = 0; q < queries; ++q)
            sum += weights[e * queries + q];
        const auto name = "weight." + m_branches[e].spec().name;
        result.metrics.push_back({name, sum / double(queries)});
        std::vector<float> sorted(weights.begin() + std::ptrdiff_t(e * queries), weights.begin() + std::ptrdiff_t((e + 1) * queries));
        std::ranges::sort(sorted);
        const auto quantile = [&](double share) { return double(sorted[std::size_t(std::lround(share * double(queries - 1)))]); };
        result.metrics.push_back({name + ".p10", quantile(0.1)});
        result.metrics.push_back({name + ".p90", quantile(0.9)});
    }
    result.metrics.push_back({"weight.away", away / double(queries)});
    return at::from_blob(weights.data(), {std::int64_t(experts), std::int64_t(queries)}, at::kFloat)
        .to(at::TensorOptions(scores[0].device()), /*non_blocking=*/false, /*copy=*/true);
}

at::Tensor CameNet::loss(const StepPart& part, const Texts& texts, const Recipe& recipe, PartResult& result) const {
    const auto& batch = part.batch;
    const auto q = std::int64_t(batch.queries.size()), d = std::int64_t(batch.documents.size());
    const auto device = m_trunk->tensors().words.device();
    const auto positive = positive_columns(batch, device);
    const auto counts = counting_columns(batch, device);
    std::vector<at::Tensor> scores;
    for (std::size_t e = 0; e < m_branches.size(); ++e)
        scores.push_back(m_branches[e].scores(texts[e], batch.queries.size()));
    const auto weights = part.specialized ? compete(part, texts, scores, recipe, result) : at::Tensor();

    at::Tensor total;
    const auto add = [&](const at::Tensor& term) { total = total.defined() ? total + term : term; };
    const auto say = [&](const std::string& name, const at::Tensor& value) {
        result.metrics.push_back({name, value.item<double>()});
    };
    const auto teacher = teacher_scores(batch, recipe, device);
    const auto learn_from_teacher = [&](const at::Tensor& own, double weight, const std::string& name) {
        if (!teacher.defined())
            return;
        const auto learn = [&](const char* what, double factor, const auto& loss) {
            if (factor <= 0)
                return;
            const auto term = loss();
            say(std::string("loss.") + what + "." + name, term.detach());
            add(weight * factor * term);
        };
        learn("margin_mse", recipe.margin_mse, [&] { return margin_mse(own, teacher, positive); });
        learn("distillation", recipe.distillation, [&] { return distillation_kl(own, teacher); });
    };
    for (std::size_t e = 0; e < m_branches.size(); ++e) {
        const auto& name = m_branches[e].spec().name;
        const auto losses = candidate_losses(scores[e], positive, counts);
        say("loss." + name, losses.detach().mean());
        add(weights.defined() ? (losses * weights[std::int64_t(e)]).mean() : losses.mean());
        say("first." + name, ranked_first(scores[e].detach(), positive, counts));
        learn_from_teacher(scores[e], 1, name);
    }
    if (recipe.fusion_loss > 0) {
        auto sum = scores[0];
        for (std::size_t e = 1; e < scores.size(); ++e)
            sum = sum + scores[e];
        const auto fused = candidate_loss(sum, positive, counts);
        say("loss.fusion", fused.detach());
        add(recipe.fusion_loss * fused);
        learn_from_teacher(sum, recipe.fusion_loss, "fusion");
    }
    const double ramp = quadratic_ramp(part.step, recipe.flops_ramp);
    for (std::size_t e = 0; e < m_branches.size(); ++e) {
        if (m_branches[e].spec().kind != ExpertKind::Lexical)
            continue;
        const auto of_queries = texts[e].values.narrow(0, 0, q), of_documents = texts[e].values.narrow(0, q, d);
        const auto flops_q = flops(of_queries), flops_d = flops(of_documents);
        say("flops.query", flops_q.detach());
        say("flops.document", flops_d.detach());
        say("terms.query", (of_queries.detach() > 0).sum().to(at::kDouble) / double(q));
        say("terms.document", (of_documents.detach() > 0).sum().to(at::kDouble) / double(d));
        add(ramp * (recipe.flops_query * flops_q + recipe.flops_document * flops_d));
    }
    result.loss = total.item<double>();
    return total * part.share;
}

PartResult CameNet::backward(const StepPart& part, const Recipe& recipe) {
    PartResult result;
    const auto texts = m_texts.read(part.batch);
    result.tokens = std::int64_t(texts.packed.tokens());
    const auto chunks = chunks_of(texts, recipe.chunk);
    if (chunks.size() == 1) {
        loss(part, represent(chunks[0], recipe), recipe, result).backward();
        return result;
    }
    // Gradient caching (Gao et al., arXiv 2101.06983): the representations of all texts without what their gradients
    // need, the loss's gradient towards them, and then chunk by chunk that gradient's way down.
    Texts all;
    {
        const at::NoGradGuard no_gradients;
        all = represent(chunks, recipe);
    }
    for (auto& each : all)
        each.values = each.values.detach().set_requires_grad(true);
    loss(part, all, recipe, result).backward();
    std::vector<std::int64_t> done(all.size(), 0);
    for (const auto& chunk : chunks) {
        const auto own = represent(chunk, recipe);
        at::Tensor towards;
        for (std::size_t e = 0; e < own.size(); ++e) {
            const auto rows = own[e].values.size(0);
            const auto term = (own[e].values * all[e].values.grad().narrow(0, done[e], rows)).sum();
            towards = towards.defined() ? towards + term : term;
            done[e] += rows;
        }
        towards.backward();
    }
    return result;
}

void CameNet::write_model(const std::filesystem::path& folder, const std::string& name) const {
    NamedTensors own;
    for (const auto& branch : m_branches)
        for (auto& each : branch.changes())
            own.push_back(std::move(each));
    Manifest manifest = m_source.manifest();
    manifest.name = name;
    for (std::size_t e = 0; e < m_branches.size(); ++e)
        manifest.experts[e].scale = m_branches[e].spec().scale;
    if (m_trains_sum)
        manifest.default_fusion = "sum";
    m_source.write(folder, std::move(manifest), m_trunk->parameters(), own);
}

} // namespace

std::unique_ptr<Trainee> make_came_net(const std::filesystem::path& model_folder,
                                       std::shared_ptr<const Collection> collection,
                                       const std::vector<TrainingQuery>& queries, const Recipe& recipe,
                                       std::shared_ptr<FrozenMemory> memory) {
    return std::make_unique<CameNet>(model_folder, std::move(collection), queries, recipe, std::move(memory));
}

} // namespace cameo
