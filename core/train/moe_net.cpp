#include "core/train/moe_net.hpp"

#include "core/base/draws.hpp"
#include "core/base/error.hpp"
#include "core/model/assembly/head_loader.hpp"
#include "core/model/aten/head_tensors.hpp"
#include "core/model/moe/moe_model.hpp"
#include "core/train/balance.hpp"
#include "core/train/frozen_pooled.hpp"
#include "core/train/gate_metrics.hpp"
#include "core/train/moe_loss.hpp"
#include "core/train/part_texts.hpp"
#include "core/train/scores.hpp"
#include "core/train/source_model.hpp"
#include "core/train/training_device.hpp"
#include "core/train/trunk.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/zeros.h>

namespace cameo {

namespace {

constexpr const char* kBias = "routing_bias";

[[noreturn]] void refuse_block(const std::string& why) { throw Error(ErrorKind::InvalidInput, why); }

/// What one pass of training has: N from the file, k as the form wants it.
MoeSpec training_spec(const Manifest& manifest, const std::filesystem::path& folder) {
    if (manifest.kind != "sbmoe")
        refuse_block(folder.string() + ": its kind is " + manifest.kind + ", expected sbmoe");
    MoeSpec spec = with_moe_experts(manifest, folder).moe;
    if (spec.form == MoeForm::Reference)
        spec.chosen = 1;
    return spec;
}

void add(NamedTensors& named, const std::string& name, const LinearTensors& linear) {
    named.emplace_back(name + ".weight", linear.weight);
    if (linear.bias.defined())
        named.emplace_back(name + ".bias", linear.bias);
}

void train(const NamedTensors& named) {
    for (const auto& [name, tensor] : named)
        tensor.set_requires_grad(true);
}

class MoeNet final : public Trainee {
public:
    MoeNet(const std::filesystem::path& folder, std::shared_ptr<const Collection> collection,
           const std::vector<TrainingQuery>& queries, const Recipe& recipe, std::shared_ptr<FrozenMemory> memory);

    std::vector<ParameterGroup> groups(const Recipe& recipe) override;
    void check_recipe(const Recipe& recipe) const override;
    PartResult backward(const StepPart& part, const Recipe& recipe) override;
    std::vector<at::Tensor> statistics() const override { return {m_chosen}; }
    void after_step(const Recipe& recipe) override;
    NamedTensors buffers() const override { return {{kBias, m_bias}}; }
    void write_model(const std::filesystem::path& folder, const std::string& name) const override;

private:
    void read_head(std::shared_ptr<FrozenMemory> memory);
    NamedTensors encoder() const;
    NamedTensors experts() const;
    NamedTensors gate() const;
    NamedTensors noise() const;
    FrozenPooled::Rows pooled(const TrainingBatch& batch, const Recipe& recipe);
    at::Tensor normal(const StepPart& part, std::int64_t texts, const Recipe& recipe) const;
    void count(const StepPart& part, const at::Tensor& chosen);

    SourceModel m_source;
    MoeSpec m_spec;
    at::Device m_device = training_device();
    std::int64_t m_frozen;
    TextSource m_texts;
    std::unique_ptr<FrozenPooled> m_frozen_pooled; ///< null: on a GPU, or where some of the encoder is trained; then
    std::unique_ptr<Trunk> m_trunk;
    Pooling m_pooling = Pooling::Mean;
    bool m_trains_pooler = false;       ///< the first of m_dense
    std::vector<DenseTensors> m_dense;  ///< between pooling and block
    MoeTensors m_moe;
    at::Tensor m_bias;                  ///< [N]
    at::Tensor m_chosen;                ///< [N] how often each expert served in the parts of a step so far
    std::int64_t m_step = -1, m_part = -1; ///< of the last one counted
};

MoeNet::MoeNet(const std::filesystem::path& folder, std::shared_ptr<const Collection> collection,
               const std::vector<TrainingQuery>& queries, const Recipe& recipe, std::shared_ptr<FrozenMemory> memory)
    : m_source(folder), m_spec(training_spec(m_source.manifest(), folder)),
      m_frozen(std::min(frozen_layers(recipe), m_source.files().config.layers)),
      m_texts(std::move(collection), queries, m_source.manifest().experts[0], m_source.files().folder,
              recipe.query_tokens, recipe.document_tokens, m_source.files().tokenizer) {
    check_lengths(m_source.manifest().experts[0], m_source.files().config);
    read_head(std::move(memory));
    for (const auto& group : {encoder(), experts(), gate(), m_spec.form == MoeForm::Corrected ? noise() : NamedTensors()})
        train(group);
    check_recipe(recipe);
}

void MoeNet::check_recipe(const Recipe& recipe) const {
    if (recipe.load > 0 && !(recipe.noise && m_moe.noise.weight.defined() && m_spec.chosen < m_spec.experts))
        refuse_block("the recipe: gate.load is about noise, so it needs gate.noise, a model with noise_linear, and experts that "
               "are not chosen");
    if (recipe.validation_of == "weighted")
        refuse_block("the recipe: validation.of is \"weighted\", but an SB-MoE block's experts are put together by its gate, "
                     "expected \"fusion\"");
}

void MoeNet::read_head(std::shared_ptr<FrozenMemory> memory) {
    const auto& [folder, config, weights, changes, tokenizer] = m_source.files();
    const ExpertSpec& spec = m_source.manifest().experts[0];
    const BertWeights bert = read_bert_weights(config, m_source.tensors());
    LoadReport report;
    Fingerprint fingerprint;
    const auto head = load_head(spec, config, m_source.tensors(), folder, report, fingerprint);
    const auto options = at::TensorOptions(m_device).dtype(at::kFloat);
    m_pooling = head.pooling;
    m_dense = to_tensors(head.dense, options);
    m_trains_pooler = spec.pooling == Pooling::Identity && m_frozen < config.layers;
    m_moe = to_tensors(read_moe_weights(m_source.tensors(), head.width(config)), options);
    m_bias = m_moe.bias.defined() ? m_moe.bias : at::zeros({m_spec.experts}, options);
    m_chosen = at::zeros({m_spec.experts}, options);
    if (m_device.is_cpu() && m_frozen == config.layers)
        m_frozen_pooled = std::make_unique<FrozenPooled>(bert, head, m_texts, std::move(memory));
    else
        m_trunk = std::make_unique<Trunk>(bert, m_frozen, m_device, std::move(memory), m_texts.key());
}

NamedTensors MoeNet::encoder() const {
    if (!m_trunk)
        return {};
    NamedTensors named = m_trunk->parameters();
    if (m_trains_pooler)
        add(named, "pooler.dense", m_dense.front().linear);
    return named;
}

NamedTensors MoeNet::experts() const {
    NamedTensors named;
    for (std::size_t expert = 0; expert < m_moe.experts.size(); ++expert) {
        const auto name = moe_expert_name(std::int64_t(expert));
        add(named, name + kMoeDown, m_moe.experts[expert].down);
        add(named, name + kMoeUp, m_moe.experts[expert].up);
    }
    return named;
}

NamedTensors MoeNet::gate() const {
    NamedTensors named;
    add(named, "cls_1", m_moe.gate_1);
    add(named, "cls_3", m_moe.gate_2);
    return named;
}

NamedTensors MoeNet::noise() const {
    NamedTensors named;
    if (m_moe.noise.weight.defined())
        add(named, "noise_linear", m_moe.noise);
    return named;
}

std::vector<ParameterGroup> MoeNet::groups(const Recipe& recipe) {
    const bool reference = m_spec.form == MoeForm::Reference;
    const double decay = reference ? recipe.weight_decay : 0;
    auto gates = gate();
    if (!reference)
        for (auto& each : noise())
            gates.push_back(std::move(each));
    std::vector<ParameterGroup> groups{{"experts", recipe.heads_rate, decay, experts()},
                                       {"gate", recipe.gate_rate, decay, std::move(gates)}};
    if (auto own = encoder(); !own.empty())
        groups.push_back({"encoder", recipe.encoder_rate, recipe.weight_decay, std::move(own)});
    return groups;
}

FrozenPooled::Rows MoeNet::pooled(const TrainingBatch& batch, const Recipe& recipe) {
    if (m_frozen_pooled)
        return m_frozen_pooled->of(batch);
    const PartTexts texts = m_texts.read(batch);
    at::Tensor hidden;
    { // the encoder only: gates and scores tell small differences apart
        const HalfPrecision products(recipe.precision, m_device, m_source.files().config.hidden);
        hidden = m_trunk->hidden(texts.packed, to_tensors(texts.packed, m_device), texts.keys);
    }
    const auto x = through_dense(m_dense, pool(hidden.to(at::kFloat), texts.packed, m_pooling));
    return {m_source.manifest().experts[0].normalise ? unit_rows(x) : x, std::int64_t(texts.packed.tokens())};
}

at::Tensor MoeNet::normal(const StepPart& part, std::int64_t texts, const Recipe& recipe) const {
    if (!recipe.noise || !m_moe.noise.weight.defined())
        return {};
    constexpr std::uint64_t kPurpose = 10;
    Draws draws(std::uint64_t(recipe.seed), kPurpose, std::uint64_t(part.step), std::uint64_t(part.part));
    std::vector<float> values(std::size_t(texts * m_spec.experts));
    for (float& value : values)
        value = float(draws.normal());
    return at::from_blob(values.data(), {texts, m_spec.experts}, at::kFloat).to(m_device, at::kFloat, false, true);
}

void MoeNet::count(const StepPart& part, const at::Tensor& chosen) {
    // A step that was given up leaves counts behind.
    if (part.step != m_step || part.part <= m_part)
        m_chosen.zero_();
    m_step = part.step;
    m_part = part.part;
    m_chosen.add_(chosen.sum({0}));
}

PartResult MoeNet::backward(const StepPart& part, const Recipe& recipe) {
    const auto [x, tokens] = pooled(part.batch, recipe);
    const auto pass = moe_forward(m_moe, m_spec, x, {.normal = normal(part, x.size(0), recipe), .bias = m_bias});
    const MoeLoss loss = moe_loss(pass, m_spec, part.batch, recipe);
    (loss.total * part.share).backward();
    count(part, pass.chosen);

    PartResult result;
    result.loss = loss.total.item<double>();
    result.tokens = tokens;
    for (const auto& [name, term] : loss.terms)
        result.metrics.push_back({"loss." + name, term.item<double>()});
    if (m_spec.experts > 1) // a dense block has nothing to choose
        for (auto& metric : gate_metrics(pass.logits.detach(), m_bias, m_spec.chosen, part.batch.positive))
            result.metrics.push_back(std::move(metric));
    if (pass.deviation.defined())
        result.metrics.push_back({"gate.deviation", pass.deviation.mean().item<double>()});
    return result;
}

void MoeNet::after_step(const Recipe& recipe) {
    if (recipe.bias_rate > 0)
        update_bias(m_chosen.unsqueeze(0), recipe.bias_rate, m_bias);
    m_chosen.zero_();
}

void MoeNet::write_model(const std::filesystem::path& folder, const std::string& name) const {
    NamedTensors block = experts();
    for (const auto& group : {gate(), noise()})
        block.insert(block.end(), group.begin(), group.end());
    if (m_moe.bias.defined() || m_bias.any().item<bool>())
        block.emplace_back(kBias, m_bias);
    Manifest manifest = m_source.manifest();
    manifest.name = name;
    m_source.write(folder, std::move(manifest), encoder(), block);
}

} // namespace

std::unique_ptr<Trainee> make_moe_net(const std::filesystem::path& folder, std::shared_ptr<const Collection> collection,
                                      const std::vector<TrainingQuery>& queries, const Recipe& recipe,
                                      std::shared_ptr<FrozenMemory> memory) {
    return std::make_unique<MoeNet>(folder, std::move(collection), queries, recipe, std::move(memory));
}

} // namespace cameo
