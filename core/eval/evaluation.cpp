#include "core/eval/evaluation.hpp"

#include "core/base/error.hpp"
#include "core/eval/judged_scores.hpp"
#include "core/eval/retrieve_each.hpp"
#include "core/jobs/parallel.hpp"

#include <algorithm>
#include <numeric>

namespace cameo {

namespace {

/// Everything that one query yields, measured at once: lists of 1,000 for every system and query would not fit.
class QueryEvaluator {
public:
    QueryEvaluator(const SearchEngine& engine, const Bm25& bm25, const EvaluationOptions& options,
                   std::vector<FusionSpec> fusions, const JudgedSplit& judged, std::vector<SystemResult>& systems)
        : m_engine(engine), m_bm25(bm25), m_options(options), m_fusions(std::move(fusions)), m_judged(judged),
          m_systems(systems) {
        const auto add = [&](std::string system, const char* kind) {
            m_systems.push_back({.name = std::move(system), .kind = kind});
        };
        for (const ExpertInfo& expert : engine.model().experts())
            add(expert.name, "expert");
        for (const FusionSpec& fusion : m_fusions)
            add("fusion:" + to_string(fusion), "fusion");
        add("bm25", "baseline");
        for (SystemResult& system : m_systems) {
            system.per_query.resize(judged.queries.size());
            system.first_right.resize(judged.queries.size());
            system.run.tag = system.name;
            if (options.keep_runs) // all keys now: threads then fill lists of their own
                for (const Query& query : judged.queries)
                    system.run.queries[query.id];
        }
    }

    /// Thread-safe for different queries.
    void evaluate(std::size_t query, const Retrieval& found) {
        const std::size_t experts = found.hits.size(), documents = found.documents.size();
        std::size_t system = 0;
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
            std::vector<RankedDocument> list;
            for (const std::int32_t hit : found.hits[expert_idx]) {
                const auto document = static_cast<std::size_t>(hit);
                list.push_back({found.names[document].id, found.raw[document * experts + expert_idx]});
            }
            take(system++, query, std::move(list));
        }

        std::vector<std::size_t> tie_order(documents); // the union comes in order of ids
        std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
        std::vector<double> used(found.raw.size()), fused(documents);
        std::vector<std::int32_t> ranks(found.raw.size());
        const std::vector<double> query_weights = m_engine.query_weights(found.raw);
        for (const FusionSpec& fusion : m_fusions) {
            fuse(for_query(fusion, query_weights), found.raw, experts, tie_order, used, fused, ranks);
            std::vector<std::size_t> order = tie_order;
            const auto kept = static_cast<std::ptrdiff_t>(std::min(documents, kRunDepth));
            std::partial_sort(order.begin(), order.begin() + kept, order.end(), [&](std::size_t a, std::size_t b) {
                return fused[a] != fused[b] ? fused[a] > fused[b] : a < b;
            });
            std::vector<RankedDocument> list;
            for (auto document = order.begin(); document != order.begin() + kept; ++document)
                list.push_back({found.names[*document].id, fused[*document]});
            take(system++, query, std::move(list));
        }

        const auto hits = m_bm25.search(m_judged.queries[query].text, kRunDepth);
        std::vector<DocumentOrdinal> ordinals;
        for (const ScoredDocument& hit : hits)
            ordinals.push_back(hit.document);
        auto names = m_engine.names(ordinals);
        std::vector<RankedDocument> list;
        for (std::size_t hit = 0; hit < hits.size(); ++hit)
            list.push_back({std::move(names[hit].id), hits[hit].score});
        take(system, query, std::move(list));
    }

private:
    void take(std::size_t system, std::size_t query, std::vector<RankedDocument> list) {
        if (list.size() > kRunDepth) list.resize(kRunDepth);
        if (m_options.keep_runs) m_systems[system].run.queries.find(m_judged.queries[query].id)->second = list;
        const Grades& grades = m_judged.grades(query);
        const auto found = find_relevant(std::move(list), grades);
        m_systems[system].per_query[query] = measure_found(found, relevant_grades(grades));
        m_systems[system].first_right[query] = first_rank(found);
    }

    const SearchEngine& m_engine;
    const Bm25& m_bm25;
    const EvaluationOptions& m_options;
    std::vector<FusionSpec> m_fusions;
    const JudgedSplit& m_judged;
    std::vector<SystemResult>& m_systems;
};

} // namespace

SystemResult evaluate_run(const RunFile& run, const JudgedSplit& judged) {
    SystemResult system{.name = run.tag, .kind = "baseline"};
    for (std::size_t query = 0; query < judged.queries.size(); ++query) {
        const auto list = run.queries.find(judged.queries[query].id);
        std::vector<FoundDocument> found;
        if (list != run.queries.end()) found = find_relevant(list->second, judged.grades(query));
        std::erase_if(found, [](const FoundDocument& one) { return one.rank > kRunDepth; }); // as of our own systems
        system.first_right.push_back(first_rank(found));
        system.per_query.push_back(measure_found(std::move(found), relevant_grades(judged.grades(query))));
    }
    summarise(system, judged);
    return system;
}

Evaluation evaluate(const SearchEngine& engine, const Bm25& bm25, const EvaluationOptions& options, Progress& progress) {
    const Collection& collection = engine.collection();
    const JudgedSplit judged = read_split(collection, options.split);
    std::vector<FusionSpec> fusions = options.fusions;
    if (fusions.empty()) {
        const LearnedFusion* learned = engine.learned_fusion();
        fusions = usual_fusions(learned ? std::optional(learned->linear) : std::nullopt);
    }
    for (const FusionSpec& fusion : fusions) // now: every query would find out by itself
        engine.check_usable(fusion);

    Evaluation evaluation{.model = engine.model().name(), .collection = collection.name(), .split = options.split};
    for (const Query& query : judged.queries) {
        evaluation.query_ids.push_back(query.id);
        evaluation.categories.push_back(query.category);
    }
    evaluation.primary = primary_measure(judged.qrels);
    QueryEvaluator evaluator(engine, bm25, options, std::move(fusions), judged, evaluation.systems);

    retrieve_each(engine, judged, options.depth, "evaluating queries", progress,
                  [&](std::size_t query, const Retrieval& found) { evaluator.evaluate(query, found); });
    for (SystemResult& system : evaluation.systems)
        summarise(system, judged);
    for (const RunFile& run : options.runs)
        evaluation.systems.push_back(evaluate_run(run, judged));
    compare_all(evaluation, progress);
    return evaluation;
}

SystemResult evaluate_run(const RunFile& run, const Collection& collection, const std::string& split) {
    return evaluate_run(run, read_split(collection, split));
}

} // namespace cameo
