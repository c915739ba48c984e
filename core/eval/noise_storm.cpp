#include "core/eval/noise_storm.hpp"

#include "core/base/draws.hpp"
#include "core/base/error.hpp"
#include "core/eval/quantile.hpp"
#include "core/jobs/progress.hpp"
#include "core/model/moe/moe_gate.hpp"
#include "core/search/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace cameo {

namespace {

constexpr std::uint64_t kStorm = 12; ///< purpose of the draws
constexpr std::size_t kCheckEvery = 16;

/// The union under the gate: [U] vectors of documents, and the order in which equal scores stand.
class Union {
public:
    Union(const Index& index, std::size_t gate_idx, const Trace& trace) {
        for (const UnionDocument& document : trace.documents) {
            const auto vector = index.document(gate_idx, document.ordinal).pooled;
            m_width = vector.size();
            m_vectors.insert(m_vectors.end(), vector.begin(), vector.end());
            m_rank.push_back(document.rank[gate_idx]);
        }
    }
    std::size_t size() const { return m_rank.size(); }

    std::vector<double> scores(const std::vector<float>& query) const {
        check(size() == 0 || query.size() == m_width, "storm_gate: vectors differ in width");
        std::vector<double> found(size());
        for (std::size_t document = 0; document < size(); ++document)
            found[document] = std::inner_product(query.begin(), query.end(), m_vectors.begin() + static_cast<std::ptrdiff_t>(document * m_width), 0.0);
        return found;
    }
    /// From 1; of equal scores, the one that is better as served stands first.
    std::int32_t rank(const std::vector<double>& scores, std::size_t document) const {
        std::int32_t above = 0;
        for (std::size_t other = 0; other < size(); ++other)
            above += scores[other] > scores[document] || (scores[other] == scores[document] && m_rank[other] < m_rank[document]);
        return above + 1;
    }
    /// As served, best first.
    std::vector<std::size_t> order() const {
        std::vector<std::size_t> places(size());
        std::iota(places.begin(), places.end(), std::size_t{0});
        std::ranges::stable_sort(places, {}, [&](std::size_t place) { return m_rank[place]; });
        return places;
    }

private:
    std::size_t m_width = 0;
    std::vector<float> m_vectors;
    std::vector<std::int32_t> m_rank;
};

bool same_experts(const std::vector<float>& a, const std::vector<float>& b) {
    return std::ranges::equal(a, b, {}, [](float weight) { return weight > 0; }, [](float weight) { return weight > 0; });
}

} // namespace

NoiseStorm storm_gate(const SearchEngine& engine, const Trace& trace, const NoiseStormOptions& options, Progress& progress) {
    const Model& model = engine.model();
    const Index& index = engine.index();
    const auto rule = model.gate_rule();
    const auto gated = std::ranges::find_if(model.experts(), [](const ExpertInfo& info) { return info.gate > 0; });
    if (!rule || gated == model.experts().end())
        throw Error(ErrorKind::InvalidInput, fmt::format("model {} has no gate", model.name()));
    const bool covered = std::ranges::all_of(trace.documents, [&](const UnionDocument& document) { return document.ordinal >= 0 && document.ordinal < index.info().documents; });
    if (trace.model_version != model.version() || !engine.collection().grew_from(trace.collection_version) || !covered)
        throw Error(ErrorKind::InvalidInput, fmt::format("the query ran with another version of {} or {}: run it again", trace.model, trace.collection));
    const auto gate_idx = static_cast<std::size_t>(gated - model.experts().begin());

    const std::string text = trace.query;
    const ExpertOutputs read = model.expert_outputs({&text, 1}, Role::Query, progress);
    const std::size_t experts = read.logits.size();
    const auto output = [&](const std::vector<float>& weights) { return moe_output(rule->spec, read.pooled, read.outputs, weights); };
    const auto with = [&](std::int64_t chosen) {
        MoeSpec spec = rule->spec;
        spec.chosen = chosen;
        return output(moe_weights(spec, read.logits, rule->bias));
    };
    const Union documents(index, gate_idx, trace);
    const std::vector<std::size_t> order = documents.order();
    const std::size_t followed = std::min(options.documents, order.size());

    NoiseStorm storm{.query = trace.query, .model_version = trace.model_version, .collection = trace.collection, .draws = options.draws, .chosen = rule->spec.chosen};
    storm.deviation.assign(experts, 0.0);
    std::ranges::copy(read.deviation, storm.deviation.begin());
    storm.first.assign(experts, 0.0);
    storm.served.assign(experts, 0.0);
    const std::vector<float> clean = moe_weights(rule->spec, read.logits, rule->bias);
    const auto one = documents.scores(with(1)), all = documents.scores(with(rule->spec.experts));
    for (std::size_t each = 0; each < followed; ++each) {
        const UnionDocument& document = trace.documents[order[each]];
        storm.documents.push_back({.id = document.id, .title = document.title, .rank = document.rank[gate_idx],
                                   .top_1 = documents.rank(one, order[each]), .all = documents.rank(all, order[each])});
    }

    progress.begin("drawing noise", Unit::Steps, static_cast<std::int64_t>(options.draws));
    std::vector<std::vector<double>> ranks(followed);
    std::size_t same_choice = 0, same_first = 0;
    std::vector<float> noisy(experts);
    for (std::size_t draw = 0; draw < options.draws; ++draw) {
        if (draw % kCheckEvery == 0) progress.check_cancelled();
        Draws random(options.seed, kStorm, draw);
        for (std::size_t expert = 0; expert < experts; ++expert)
            noisy[expert] = static_cast<float>(read.logits[expert] + storm.deviation[expert] * random.normal());
        const std::vector<float> weights = moe_weights(rule->spec, noisy, rule->bias);
        storm.first[static_cast<std::size_t>(std::ranges::max_element(noisy) - noisy.begin())] += 1;
        for (std::size_t expert = 0; expert < experts; ++expert)
            storm.served[expert] += weights[expert] > 0;
        same_choice += same_experts(weights, clean);
        const auto scores = documents.scores(output(weights));
        for (std::size_t each = 0; each < followed; ++each)
            ranks[each].push_back(documents.rank(scores, order[each]));
        same_first += followed > 0 && ranks[0].back() == 1;
        progress.advance();
    }
    if (options.draws == 0) return storm;
    const auto share = [&](double count) { return count / static_cast<double>(options.draws); };
    for (std::size_t expert = 0; expert < experts; ++expert) {
        storm.first[expert] = share(storm.first[expert]);
        storm.served[expert] = share(storm.served[expert]);
    }
    storm.same_choice = share(static_cast<double>(same_choice));
    storm.same_first = share(static_cast<double>(same_first));
    for (std::size_t each = 0; each < followed; ++each) {
        std::ranges::sort(ranks[each]);
        storm.documents[each].p5 = quantile(ranks[each], 0.05);
        storm.documents[each].p50 = quantile(ranks[each], 0.5);
        storm.documents[each].p95 = quantile(ranks[each], 0.95);
    }
    return storm;
}

} // namespace cameo
