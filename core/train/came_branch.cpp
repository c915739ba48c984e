#include "core/train/came_branch.hpp"

#include "core/base/error.hpp"
#include "core/model/came/branches.hpp"
#include "core/train/trunk.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/matmul.h>
#include <algorithm>

namespace cameo {

namespace {

[[noreturn]] void refuse(const ExpertSpec& spec, const std::string& what) {
    throw Error(ErrorKind::Unsupported, "expert " + spec.name + " " + what + ", which is not trained here");
}

} // namespace

CameBranch::CameBranch(const ExpertSpec& spec, const HeadWeights& head, const BertWeights& shared,
                       const BertTensors& trunk, std::shared_ptr<const RowFilter> filter, std::vector<std::int64_t> terms)
    : m_spec(spec), m_filter(std::move(filter)) {
    if (!spec.dense.empty())
        refuse(spec, "has Dense modules");
    if (spec.logs != 1)
        refuse(spec, "takes the logarithm twice");
    if (spec.kind == ExpertKind::Global && spec.pooling != Pooling::Mean && spec.pooling != Pooling::Cls)
        refuse(spec, "pools otherwise than by mean or CLS");
    const auto options = trunk.words.options().requires_grad(false);
    m_layers = to_tensors(head.layers, options);
    if (head.masked_lm) {
        m_masked_lm = to_tensors(*head.masked_lm, shared, trunk, options);
        m_tied = m_masked_lm->decoder.weight.is_same(trunk.words);
        if (!m_tied)
            m_decoder = m_masked_lm->decoder.weight;
        if (!terms.empty())
            m_terms = on_device(terms, trunk.words.device());
        if (m_terms.defined() && !(m_tied && trunk.words.requires_grad()))
            m_masked_lm->decoder.weight = m_masked_lm->decoder.weight.index_select(0, m_terms); // once, not each step
    }
    if (!head.dense.empty())
        m_projection = to_tensors(head.dense[0].linear, options);
}

BranchTexts CameBranch::represent(const BertConfig& config, const at::Tensor& hidden, const BatchTensors& batch,
                                  const PackedBatch& packed, std::span<const EncoderInput> inputs, std::size_t queries,
                                  std::int64_t most_terms) const {
    auto x = bert_layers(config, m_layers, hidden, batch);
    // The rows that count, and where each text's begin.
    std::vector<std::int64_t> rows;
    BranchTexts texts;
    for (std::size_t text = 0; text < inputs.size(); ++text) {
        const auto first = std::int64_t(packed.offsets[text]);
        const bool local = m_spec.kind == ExpertKind::Local;
        const auto tokens = local ? inputs[text].ids.size() : std::size_t(packed.keys[text]);
        const bool only_first = m_spec.kind == ExpertKind::Global && m_spec.pooling == Pooling::Cls;
        for (std::size_t t = 0; t < (only_first ? 1 : tokens); ++t)
            if (!local || m_filter->keeps(inputs[text].ids[t], text < queries ? Role::Query : Role::Document))
                rows.push_back(first + std::int64_t(t));
        if (std::int64_t(rows.size()) == texts.offsets.back()) // nothing but special tokens: they serve then
            rows.push_back(first);
        texts.offsets.push_back(std::int32_t(rows.size()));
    }
    if (std::int64_t(rows.size()) != x.size(0))
        x = x.index_select(0, on_device(rows, x.device()));
    switch (m_spec.kind) {
    case ExpertKind::Lexical: {
        const auto states = masked_lm_states(config, *m_masked_lm, x);
        const bool cut = m_terms.defined();
        auto weight = m_masked_lm->decoder.weight;
        if (cut && weight.size(0) != m_terms.size(0))
            weight = weight.index_select(0, m_terms);
        const auto bias = cut ? m_masked_lm->decoder.bias.index_select(0, m_terms) : m_masked_lm->decoder.bias;
        texts.values = lexical_impacts(states.to(at::kFloat), texts.offsets, weight, bias, most_terms);
        break;
    }
    case ExpertKind::Local:
        if (m_projection.weight.defined())
            x = at::linear(x, m_projection.weight);
        texts.values = x.to(at::kFloat);
        if (m_spec.normalise)
            texts.values = unit_rows(texts.values);
        break;
    case ExpertKind::Global: {
        auto pooled = mean_rows(x.to(at::kFloat), texts.offsets);
        if (m_projection.weight.defined())
            pooled = at::linear(pooled, m_projection.weight);
        texts.values = m_spec.normalise ? unit_rows(pooled) : pooled;
        break;
    }
    }
    return texts;
}

at::Tensor CameBranch::scores(const BranchTexts& texts, std::size_t queries) const {
    const auto q = std::int64_t(queries), all = std::int64_t(texts.offsets.size()) - 1;
    if (m_spec.kind != ExpertKind::Local)
        return at::matmul(texts.values.narrow(0, 0, q), texts.values.narrow(0, q, all - q).t()) * m_spec.scale;
    const auto middle = texts.offsets[queries];
    const std::vector<std::int32_t> query_offsets(texts.offsets.begin(), texts.offsets.begin() + q + 1);
    std::vector<std::int32_t> document_offsets(texts.offsets.begin() + q, texts.offsets.end());
    for (auto& offset : document_offsets)
        offset -= middle;
    auto scores = mean_max_sim(texts.values.narrow(0, 0, middle), query_offsets,
                               texts.values.narrow(0, middle, texts.values.size(0) - middle), document_offsets);
    if (!m_spec.mean_similarity) {
        std::vector<std::int64_t> counts;
        for (std::size_t query = 0; query < queries; ++query)
            counts.push_back(query_offsets[query + 1] - query_offsets[query]);
        scores = scores * on_device(counts, scores.device()).unsqueeze(1);
    }
    return scores * m_spec.scale;
}

Representation CameBranch::representation(const BranchTexts& texts, std::size_t text) const {
    Representation representation;
    const bool local = m_spec.kind == ExpertKind::Local;
    const std::int64_t first = local ? texts.offsets[text] : std::int64_t(text);
    const std::int64_t count = local ? texts.offsets[text + 1] - first : 1;
    const auto rows = texts.values.detach().narrow(0, first, count).to(at::kCPU).contiguous();
    const std::span numbers(rows.const_data_ptr<float>(), std::size_t(rows.numel()));
    switch (m_spec.kind) {
    case ExpertKind::Lexical: {
        const auto terms = m_terms.defined() ? m_terms.to(at::kCPU) : at::Tensor();
        for (std::size_t term = 0; term < numbers.size(); ++term)
            if (numbers[term] > 0) {
                representation.sparse.terms.push_back(
                    std::int32_t(terms.defined() ? terms.const_data_ptr<std::int64_t>()[term] : std::int64_t(term)));
                representation.sparse.weights.push_back(numbers[term]);
            }
        break;
    }
    case ExpertKind::Local:
        representation.tokens.width = std::int32_t(rows.size(1));
        representation.tokens.rows.assign(numbers.begin(), numbers.end());
        representation.tokens.tokens.resize(std::size_t(count));
        representation.tokens.spans.resize(std::size_t(count));
        break;
    case ExpertKind::Global: representation.pooled.assign(numbers.begin(), numbers.end()); break;
    }
    return representation;
}

NamedTensors CameBranch::layer_parameters() const {
    return train_layers(m_layers, branch_prefix(m_spec.name) + "layer.", 0);
}

NamedTensors CameBranch::head_parameters() const {
    const std::string prefix = branch_prefix(m_spec.name);
    NamedTensors named;
    if (m_masked_lm) {
        const auto& head = *m_masked_lm;
        named = {{prefix + "masked_lm.transform.weight", head.transform.weight},
                 {prefix + "masked_lm.transform.bias", head.transform.bias},
                 {prefix + "masked_lm.norm.weight", head.norm.gamma},
                 {prefix + "masked_lm.norm.bias", head.norm.beta},
                 {prefix + "masked_lm.decoder.bias", head.decoder.bias}};
    }
    if (m_projection.weight.defined())
        named.emplace_back(m_spec.projection, m_projection.weight);
    for (auto& [name, tensor] : named)
        tensor.set_requires_grad(true);
    return named;
}

NamedTensors CameBranch::changes() const {
    NamedTensors named = layer_parameters();
    for (auto& each : head_parameters())
        named.push_back(std::move(each));
    if (m_terms.defined() && m_masked_lm) {
        // Pieces that no training text has go with the others, or they would stand out once those have learnt to be few.
        const auto& bias = m_masked_lm->decoder.bias;
        const auto trained = bias.detach().index_select(0, m_terms);
        const auto all = at::full_like(bias.detach(), trained.mean().item<float>()).index_copy_(0, m_terms, trained);
        std::ranges::find(named, branch_prefix(m_spec.name) + "masked_lm.decoder.bias", &NamedTensors::value_type::first)->second = all;
    }
    if (m_decoder.defined())
        named.emplace_back(branch_prefix(m_spec.name) + "masked_lm.decoder.weight", m_decoder);
    return named;
}

} // namespace cameo
