#include "core/eval/evaluation.hpp"

#include "core/base/error.hpp"
#include "core/eval/significance.hpp"
#include "core/index/parallel.hpp"
#include "core/search/retrieval.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace cameo {

namespace {

constexpr std::size_t kRunDepth = 1000;     ///< documents of a ranked list that are measured
constexpr std::size_t kEncodedAtOnce = 256; ///< queries in memory as representations

struct JudgedSplit {
    std::vector<Query> queries;
    Qrels qrels;
    std::vector<std::size_t> all;
    std::map<std::string, std::vector<std::size_t>> by_category;

    const Grades& grades(std::size_t query) const { return qrels.find(queries[query].id)->second; }
};

JudgedSplit read_split(const Collection& collection, const std::string& split) {
    JudgedSplit judged;
    judged.qrels = collection.qrels(split);
    for (Query& query : collection.queries(split))
        if (judged.qrels.contains(query.id)) judged.queries.push_back(std::move(query));
    if (judged.queries.empty()) {
        const auto splits = collection.splits();
        throw Error(ErrorKind::NotFound,
                    splits.empty() ? fmt::format("collection {} has no judged queries", collection.name())
                                   : fmt::format("collection {} has no split '{}': it has {}", collection.name(), split,
                                                 fmt::join(splits, ", ")));
    }
    for (std::size_t query = 0; query < judged.queries.size(); ++query) {
        judged.all.push_back(query);
        if (!judged.queries[query].category.empty()) judged.by_category[judged.queries[query].category].push_back(query);
    }
    return judged;
}

void summarise(SystemResult& system, const JudgedSplit& judged) {
    system.mean = mean(system.per_query, judged.all);
    for (const auto& [category, places] : judged.by_category)
        system.by_category[category] = mean(system.per_query, places);
}

/// MRR@10, unless some documents are more relevant than others.
int primary_measure(const Qrels& qrels) {
    std::set<int> grades;
    for (const auto& [query, judged] : qrels)
        for (const auto& [document, grade] : judged)
            if (grade > 0) grades.insert(grade);
    return grades.size() > 1 ? 1 : 0;
}

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
            system.run.tag = system.name;
            if (options.keep_runs) // all keys now: threads then fill lists of their own
                for (const Query& query : judged.queries)
                    system.run.queries[query.id];
        }
    }

    /// Thread-safe for different queries.
    void evaluate(std::size_t query, std::span<const Representation> representations, Progress& progress) {
        const Retrieval found = retrieve(m_engine, representations, m_options.depth, progress);
        const std::size_t experts = representations.size(), documents = found.documents.size();
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
        for (const FusionSpec& fusion : m_fusions) {
            fuse(fusion, found.raw, experts, tie_order, used, fused, ranks);
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
        m_systems[system].per_query[query] = measure(std::move(list), m_judged.grades(query));
    }

    const SearchEngine& m_engine;
    const Bm25& m_bm25;
    const EvaluationOptions& m_options;
    std::vector<FusionSpec> m_fusions;
    const JudgedSplit& m_judged;
    std::vector<SystemResult>& m_systems;
};

SystemResult evaluate_run(const RunFile& run, const JudgedSplit& judged) {
    SystemResult system{.name = run.tag, .kind = "baseline"};
    for (std::size_t query = 0; query < judged.queries.size(); ++query) {
        const auto list = run.queries.find(judged.queries[query].id);
        system.per_query.push_back(list == run.queries.end() ? Measures{}
                                                             : measure(list->second, judged.grades(query)));
    }
    summarise(system, judged);
    return system;
}

void compare(Evaluation& evaluation, Progress& progress) {
    std::vector<std::vector<double>> values;
    for (const SystemResult& system : evaluation.systems) {
        auto& list = values.emplace_back();
        for (const Measures& measures : system.per_query)
            list.push_back(value(measures, evaluation.primary));
    }
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t a = 0; a < values.size(); ++a)
        for (std::size_t b = a + 1; b < values.size(); ++b)
            pairs.emplace_back(a, b);

    progress.begin("testing differences", Unit::Steps, static_cast<std::int64_t>(pairs.size()));
    evaluation.tests.resize(pairs.size());
    parallel_for(pairs.size(), 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t pair = begin; pair < end; ++pair) {
            const auto [a, b] = pairs[pair];
            SignificanceResult& test = evaluation.tests[pair];
            test.a = evaluation.systems[a].name;
            test.b = evaluation.systems[b].name;
            test.measure = measure_name(evaluation.primary);
            test.difference = value(evaluation.systems[a].mean, evaluation.primary) -
                              value(evaluation.systems[b].mean, evaluation.primary);
            test.p = randomisation_test(values[a], values[b]);
            const Interval interval = bootstrap_interval(values[a], values[b]);
            test.low = interval.low;
            test.high = interval.high;
            progress.advance();
        }
    });
    std::vector<double> p;
    for (const SignificanceResult& test : evaluation.tests)
        p.push_back(test.p);
    const std::vector<double> corrected = holm(p);
    for (std::size_t pair = 0; pair < pairs.size(); ++pair)
        evaluation.tests[pair].p_holm = corrected[pair];
}

} // namespace

Evaluation evaluate(const SearchEngine& engine, const Bm25& bm25, const EvaluationOptions& options, Progress& progress) {
    const Collection& collection = engine.collection();
    const JudgedSplit judged = read_split(collection, options.split);
    std::vector<FusionSpec> fusions = options.fusions;
    if (fusions.empty())
        fusions = {{FusionMethod::Sum}, {FusionMethod::MinMax}, {FusionMethod::ZScore}, {FusionMethod::Rrf},
                   {FusionMethod::ReciprocalRank}};

    Evaluation evaluation{.model = engine.model().name(), .collection = collection.name(), .split = options.split};
    for (const Query& query : judged.queries) {
        evaluation.query_ids.push_back(query.id);
        evaluation.categories.push_back(query.category);
    }
    evaluation.primary = primary_measure(judged.qrels);
    QueryEvaluator evaluator(engine, bm25, options, std::move(fusions), judged, evaluation.systems);

    const std::size_t queries = judged.queries.size();
    progress.begin("evaluating queries", Unit::Queries, static_cast<std::int64_t>(queries));
    for (std::size_t first = 0; first < queries; first += kEncodedAtOnce) {
        std::vector<std::string> texts;
        for (std::size_t query = first; query < std::min(queries, first + kEncodedAtOnce); ++query)
            texts.push_back(judged.queries[query].text);
        Progress inner(progress.stop_token()); // encoding counts documents; queries are counted here
        const auto representations = engine.model().encode(texts, Role::Query, inner);
        parallel_for(texts.size(), 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end; ++at) {
                Progress stop(progress.stop_token());
                evaluator.evaluate(first + at, representations[at], stop);
                progress.advance();
            }
        });
    }
    for (SystemResult& system : evaluation.systems)
        summarise(system, judged);
    for (const RunFile& run : options.runs)
        evaluation.systems.push_back(evaluate_run(run, judged));
    compare(evaluation, progress);
    return evaluation;
}

SystemResult evaluate_run(const RunFile& run, const Collection& collection, const std::string& split) {
    return evaluate_run(run, read_split(collection, split));
}

} // namespace cameo
