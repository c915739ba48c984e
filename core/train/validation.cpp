#include "core/train/validation.hpp"

#include "core/base/error.hpp"
#include "core/index/half.hpp"
#include "core/index/max_sim.hpp"
#include "core/model/moe/moe_gate.hpp"
#include "core/model/moe/moe_model.hpp"
#include "core/search/fusion.hpp"
#include "core/train/fusion/fitted_sum.hpp"
#include "core/train/likeness.hpp"
#include "core/train/record/probe_summary.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace cameo {

namespace {

constexpr std::int64_t kHardDocuments = 8; ///< for each query, beside the right ones

/// Scores of one query against all documents under one kind of expert.
class AllScores {
public:
    AllScores(ExpertKind kind, std::size_t expert_idx, std::span<const std::vector<Representation>> documents)
        : m_kind(kind), m_expert_idx(expert_idx), m_documents(documents) {
        if (kind != ExpertKind::Local)
            return;
        for (const auto& document : documents) {
            const auto& rows = document[expert_idx].tokens.rows;
            to_half(rows, m_halves.emplace_back(rows.size()));
        }
        m_rows.assign(m_halves.begin(), m_halves.end());
    }

    void score(const Representation& query, std::span<float> scores) const {
        switch (m_kind) {
        case ExpertKind::Local: MaxSimQuery(query.tokens.rows, query.tokens.width).score(m_rows, scores); break;
        case ExpertKind::Lexical: {
            std::map<std::int32_t, float> weights;
            for (std::size_t at = 0; at < query.sparse.terms.size(); ++at)
                weights[query.sparse.terms[at]] = query.sparse.weights[at];
            for (std::size_t d = 0; d < m_documents.size(); ++d) {
                const auto& sparse = m_documents[d][m_expert_idx].sparse;
                double sum = 0;
                for (const auto& [term, weight] : weights) {
                    const auto found = std::ranges::lower_bound(sparse.terms, term);
                    if (found != sparse.terms.end() && *found == term)
                        sum += double(weight) * sparse.weights[std::size_t(found - sparse.terms.begin())];
                }
                scores[d] = float(sum);
            }
            break;
        }
        case ExpertKind::Global:
            for (std::size_t d = 0; d < m_documents.size(); ++d)
                scores[d] = std::inner_product(query.pooled.begin(), query.pooled.end(),
                                               m_documents[d][m_expert_idx].pooled.begin(), 0.0f);
            break;
        }
    }

private:
    ExpertKind m_kind;
    std::size_t m_expert_idx;
    std::span<const std::vector<Representation>> m_documents;
    std::vector<std::vector<Half>> m_halves;
    std::vector<std::span<const Half>> m_rows;
};

int measure_named(const std::string& name) {
    for (int measure_idx = 0; measure_idx < kMeasureCount; ++measure_idx)
        if (name == measure_name(measure_idx))
            return measure_idx;
    throw Error(ErrorKind::InvalidInput, "there is no measure \"" + name + "\"");
}

} // namespace

Better better(const Recipe& recipe) { return {recipe.measure, recipe.validation_of == "weighted"}; }

Validation::Validation(std::shared_ptr<const Collection> collection, std::vector<TrainingQuery> queries,
                       const Bm25& bm25, Better better, Progress& progress, std::shared_ptr<FrozenMemory> memory)
    : m_collection(std::move(collection)), m_queries(std::move(queries)), m_better(std::move(better)),
      m_memory(memory ? std::move(memory) : make_frozen_memory()) {
    measure_named(m_better.measure);
    std::set<std::int32_t> documents;
    for (const auto& query : m_queries)
        documents.insert(query.positives.begin(), query.positives.end());
    for (const auto& hard : bm25_negatives(bm25, m_queries, kHardDocuments, progress))
        documents.insert(hard.begin(), hard.end());
    std::vector<std::pair<std::string, std::int32_t>> by_id;
    for (const auto document : documents)
        by_id.emplace_back(m_collection->document(document).id, document);
    std::ranges::sort(by_id);
    for (auto& [id, document] : by_id) {
        m_ids.push_back(std::move(id));
        m_documents.push_back(document);
    }
}

ValidationResult Validation::measure(const Model& model, Progress& progress) const {
    std::vector<std::string> texts, query_texts;
    for (const auto document : m_documents)
        texts.push_back(m_collection->document(document).content());
    for (const auto& query : m_queries)
        query_texts.push_back(query.text);
    const auto documents = model.encode(texts, Role::Document, progress);
    const auto queries = model.encode(query_texts, Role::Query, progress);
    const auto experts = model.experts();
    std::vector<AllScores> scorers;
    for (std::size_t e = 0; e < experts.size(); ++e)
        scorers.emplace_back(experts[e].kind, e, documents);

    // One system an expert, and the fusion behind them.
    std::vector<Ranked> ranked(experts.size() + 1);
    const auto fusion = parse_fusion(model.default_fusion());
    const std::size_t count = m_documents.size();
    std::vector<std::size_t> tie_order(count);
    std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
    std::vector<float> scores(count), raw(count * experts.size());
    std::vector<double> used(raw.size()), fused(count);
    std::vector<std::int32_t> ranks(raw.size());
    FittedSum fitted(experts.size());
    for (std::size_t q = 0; q < m_queries.size(); ++q) {
        progress.check_cancelled();
        Grades grades;
        for (const auto positive : m_queries[q].positives)
            grades[m_ids[std::size_t(std::ranges::find(m_documents, positive) - m_documents.begin())]] = 1;
        const auto take = [&](std::size_t system, auto score_of) {
            std::vector<RankedDocument> ranking;
            for (std::size_t d = 0; d < count; ++d)
                ranking.push_back({m_ids[d], double(score_of(d))});
            const auto found = find_relevant(std::move(ranking), grades);
            ranked[system].ranks.push_back(first_rank(found));
            ranked[system].measures.push_back(measure_found(found, relevant_grades(grades)));
            std::vector<std::size_t> order = tie_order;
            const auto depth = std::min(kProbeDepth, count);
            std::ranges::partial_sort(order, order.begin() + std::ptrdiff_t(depth), [&](std::size_t a, std::size_t b) {
                return score_of(a) != score_of(b) ? score_of(a) > score_of(b) : a < b;
            });
            ranked[system].top.insert(ranked[system].top.end(), order.begin(), order.begin() + std::ptrdiff_t(depth));
        };
        for (std::size_t e = 0; e < experts.size(); ++e) {
            scorers[e].score(queries[q][e], scores);
            for (std::size_t d = 0; d < count; ++d)
                raw[d * experts.size() + e] = scores[d];
            take(e, [&](std::size_t d) { return scores[d]; });
        }
        if (m_better.weighted)
            fitted.add(m_ids, raw, grades);
        fuse(fusion, raw, experts.size(), tie_order, used, fused, ranks);
        take(experts.size(), [&](std::size_t d) { return fused[d]; });
    }

    std::vector<std::string> names;
    for (const auto& expert : experts)
        names.push_back(expert.name);
    names.push_back("fusion");
    std::vector<Measures> weighted;
    if (m_better.weighted)
        weighted = fitted.measures(fitted.fit([&progress] { progress.check_cancelled(); }));
    auto result = summary(std::move(names), ranked, weighted);
    const auto gated = std::ranges::find_if(experts, [](const ExpertInfo& expert) { return expert.gate > 0; });
    if (gated == experts.end())
        return result;
    const auto gate = std::size_t(gated - experts.begin());
    for (std::size_t q = 0; q < m_queries.size(); ++q) {
        auto& probe = result.probes[q];
        probe.probabilities = moe_probabilities(queries[q][gate].gate);
        probe.weights = model.gate_weights(queries[q][gate].gate);
        probe.document_weights = model.gate_weights(documents[std::size_t(right_one(m_queries[q]))][gate].gate);
    }
    return result;
}

ValidationResult Validation::measure(const std::filesystem::path& model, Progress& progress) const {
    if (!PooledSplit::serves(model))
        return measure(*Model::load(model), progress);
    const auto manifest = with_moe_experts(read_manifest(model / "model.json"), model);
    const auto fusion = parse_fusion(manifest.default_fusion);
    const bool gate_alone = fusion.method == FusionMethod::Weighted && fusion.weights.front() > 0 &&
                            std::ranges::count(fusion.weights, 0.0) == std::ssize(fusion.weights) - 1;
    if (!gate_alone)
        return measure(*Model::load(model), progress);
    auto examined = pooled(model, progress)->examine(model, progress, m_documents.size(), kProbeDepth);
    std::vector<std::string> names;
    std::vector<Ranked> ranked;
    for (auto& system : std::span(examined.evaluation.systems).subspan(1)) { // behind the encoder's own
        names.push_back(system.name);
        ranked.push_back({std::move(system.per_query), std::move(system.first_right), std::move(system.top)});
    }
    names.push_back("fusion");
    ranked.push_back(ranked.front()); // it is the gate's ranking
    auto result = summary(std::move(names), ranked);
    const std::size_t experts = examined.query_weights.size() / m_queries.size();
    const auto row = [experts](const std::vector<float>& rows, std::size_t at) {
        const auto begin = rows.begin() + std::ptrdiff_t(at * experts);
        return std::vector<float>(begin, begin + std::ptrdiff_t(experts));
    };
    for (std::size_t q = 0; q < m_queries.size(); ++q) {
        auto& probe = result.probes[q];
        probe.probabilities = row(examined.query_probabilities, q);
        probe.weights = row(examined.query_weights, q);
        probe.document_weights = row(examined.document_weights, std::size_t(right_one(m_queries[q])));
    }
    return result;
}

std::int32_t Validation::right_one(const TrainingQuery& query) const {
    return std::int32_t(std::ranges::find(m_documents, query.positives.front()) - m_documents.begin());
}

ProbeSet Validation::probe_set(std::vector<std::string> systems) const {
    ProbeSet set{.systems = std::move(systems), .queries = {}, .documents = {}};
    for (const auto& query : m_queries)
        set.queries.push_back({query.id, query.text, query.category, right_one(query)});
    for (const auto document : m_documents) {
        auto found = m_collection->document(document);
        set.documents.push_back({std::move(found.id), std::move(found.title)});
    }
    return set;
}

std::shared_ptr<const PooledSplit> Validation::pooled(const std::filesystem::path& model, Progress& progress) const {
    const auto key = PooledSplit::key(model) + training_data_sum(*m_collection, m_queries);
    if (m_memory->pooled && m_memory->pooled_key == key)
        return m_memory->pooled;
    AskedDocuments asked{m_collection->name(), "dev", m_ids, {}, {}};
    for (const auto document : m_documents)
        asked.texts.push_back(m_collection->document(document).content());
    for (const auto& query : m_queries) {
        asked.judged.queries.push_back({query.id, query.text, query.category});
        for (const auto positive : query.positives)
            asked.judged.qrels[query.id][m_collection->document(positive).id] = 1;
    }
    m_memory->pooled = std::make_shared<const PooledSplit>(model, std::move(asked), progress);
    m_memory->pooled_key = key;
    return m_memory->pooled;
}

ValidationResult Validation::summary(std::vector<std::string> systems, const std::vector<Ranked>& ranked,
                                     std::span<const Measures> weighted) const {
    ValidationResult result;
    const int chosen = measure_named(m_better.measure);
    std::map<std::string, std::vector<std::size_t>> places; // by category; "": all
    for (std::size_t q = 0; q < m_queries.size(); ++q) {
        places[""].push_back(q);
        if (!m_queries[q].category.empty())
            places[m_queries[q].category].push_back(q);
    }
    const auto report = [&](const std::string& system, std::span<const Measures> measures) {
        for (const auto& [category, queries_of] : places) {
            const auto means = mean(measures, queries_of);
            for (int measure_idx = 0; measure_idx < kMeasureCount; ++measure_idx)
                if (category.empty() || measure_idx == chosen)
                    result.metrics.push_back({"dev." + system + "." + measure_name(measure_idx) +
                                                  (category.empty() ? "" : "." + category),
                                              value(means, measure_idx)});
            if (category.empty())
                result.value = value(means, chosen); // that of the last one reported decides
        }
    };
    for (std::size_t system = 0; system < ranked.size(); ++system)
        report(systems[system], ranked[system].measures);
    if (!weighted.empty())
        report("weighted", weighted);
    const auto experts = std::span(systems).first(systems.size() - 1); // the fusion stands behind them
    // A gate's list is made of its experts', who would tie with it.
    const auto rivals = experts.subspan(experts.front() == "gate" ? 1 : 0);
    const std::size_t first_rival = experts.size() - rivals.size();
    for (const auto& [category, queries_of] : places) {
        std::vector<double> alone(rivals.size(), 0.0);
        for (const std::size_t q : queries_of) {
            std::vector<std::int32_t> ranks;
            for (std::size_t e = 0; e < rivals.size(); ++e)
                ranks.push_back(ranked[first_rival + e].ranks[q]);
            if (const int winner = best_alone(ranks); winner >= 0)
                ++alone[std::size_t(winner)];
        }
        for (std::size_t e = 0; e < rivals.size(); ++e)
            result.metrics.push_back({"wins." + rivals[e] + (category.empty() ? "" : "." + category), alone[e] / double(queries_of.size())});
    }
    std::vector<std::vector<double>> of_experts(experts.size());
    for (std::size_t e = 0; e < experts.size(); ++e)
        for (const Measures& query : ranked[e].measures)
            of_experts[e].push_back(value(query, chosen));
    for (auto& metric : likeness(experts, of_experts))
        result.metrics.push_back(std::move(metric));
    const std::size_t depth = std::min(kProbeDepth, m_documents.size());
    result.probes.resize(m_queries.size());
    for (std::size_t q = 0; q < m_queries.size(); ++q)
        for (const auto& system : ranked) {
            result.probes[q].ranks.push_back(system.ranks[q]);
            const auto begin = system.top.begin() + std::ptrdiff_t(q * depth);
            result.probes[q].top.insert(result.probes[q].top.end(), begin, begin + std::ptrdiff_t(depth));
        }
    result.systems = std::move(systems);
    return result;
}

} // namespace cameo
