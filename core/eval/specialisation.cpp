#include "core/eval/specialisation.hpp"

#include "core/base/error.hpp"
#include "core/eval/correlation.hpp"
#include "core/jobs/parallel.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace cameo {

namespace {

constexpr std::size_t kShort = 10, kLong = 100; ///< depths at which lists are compared
constexpr double kPersistence = 0.9;
constexpr int kPermutations = 2000; ///< enough for p = 0.05 after correction over many parts

std::vector<double> values_of(const std::vector<Measures>& measures, int measure_idx) {
    std::vector<double> list;
    list.reserve(measures.size());
    for (const Measures& one : measures)
        list.push_back(value(one, measure_idx));
    return list;
}

MeanInterval mean_interval(const std::vector<double>& values, const std::vector<std::size_t>& places) {
    std::vector<double> taken;
    for (const std::size_t place : places)
        taken.push_back(values[place]);
    return cameo::mean_interval(taken);
}

QuerySlice slice(std::string name, std::vector<std::size_t> queries, const Specialisation& from, const std::vector<double>& oracle) {
    QuerySlice made{.name = std::move(name), .queries = std::move(queries)};
    const std::size_t experts = from.per_query.size();
    for (const auto& expert : from.per_query)
        made.experts.push_back(mean_interval(expert, made.queries));
    made.fusion = mean_interval(from.fused, made.queries);
    made.oracle = mean_interval(oracle, made.queries);
    made.sole_best.assign(experts, 0);
    for (const std::size_t query : made.queries) {
        double best = -1;
        std::size_t winners = 0, winner = 0;
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
            const double one = from.per_query[expert_idx][query];
            if (one > best) {
                best = one;
                winners = 0;
                winner = expert_idx;
            }
            winners += one == best;
        }
        if (winners == 1) made.sole_best[winner] += 1;
        if (winners == experts) made.all_equal += 1;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(made.queries.size(), 1));
    for (double& share : made.sole_best)
        share /= count;
    made.all_equal /= count;
    for (std::size_t expert_idx = 1; expert_idx < experts; ++expert_idx)
        if (made.experts[expert_idx].mean > made.experts[made.best].mean) made.best = expert_idx;
    return made;
}

/// How sure each part's leader is: against the one behind it, query by query.
void test_leaders(std::vector<QuerySlice>& slices, const std::vector<std::vector<double>>& per_query) {
    std::vector<double> p;
    for (const QuerySlice& slice : slices) {
        std::size_t second = slice.best == 0 ? 1 : 0;
        if (second >= slice.experts.size()) return; // one expert leads nobody
        for (std::size_t expert_idx = 0; expert_idx < slice.experts.size(); ++expert_idx)
            if (expert_idx != slice.best && slice.experts[expert_idx].mean > slice.experts[second].mean) second = expert_idx;
        std::vector<double> first_values, second_values;
        for (const std::size_t query : slice.queries) {
            first_values.push_back(per_query[slice.best][query]);
            second_values.push_back(per_query[second][query]);
        }
        p.push_back(randomisation_test(first_values, second_values, kPermutations));
    }
    const auto corrected = holm(p);
    for (std::size_t place = 0; place < slices.size(); ++place) slices[place].p = corrected[place];
}

/// The fusion with one expert silent; the others keep their weights. Where nobody is left to speak nothing is found.
std::vector<Measures> measure_without(const JudgedScores& scores, FusionSpec spec, std::size_t silent, Progress& progress) {
    if (spec.weights.empty()) spec.weights.assign(scores.experts.size(), 1);
    spec.weights[silent] = 0;
    if (std::ranges::all_of(spec.weights, [](double weight) { return weight == 0; })) return std::vector<Measures>(scores.queries.size());
    return measure_fusion(scores, spec, &progress);
}

double jaccard(std::span<const std::int32_t> one, std::span<const std::int32_t> other) {
    const std::set<std::int32_t> first(one.begin(), one.end());
    const auto common = static_cast<double>(std::count_if(other.begin(), other.end(), [&](std::int32_t id) { return first.contains(id); }));
    const double all = static_cast<double>(one.size() + other.size()) - common;
    return all > 0 ? common / all : 1;
}

/// Overlaps of lists and what the union recalls, added up over the queries.
void compare_lists(const JudgedScores& scores, Specialisation& made, Progress& progress) {
    const std::size_t experts = scores.experts.size(), queries = scores.queries.size();
    struct OfQuery {
        std::vector<double> jaccard, rbo, found; ///< [E, E], [E, E], [E]
        double any = 0, relevant = 0;
    };
    std::vector<OfQuery> all(queries);
    parallel_for(queries, 8, [&](std::size_t begin, std::size_t end) {
        for (std::size_t at = begin; at < end; ++at) {
            progress.check_cancelled();
            const ScoredQuery& query = scores.queries[at];
            OfQuery& own = all[at];
            own.jaccard.assign(experts * experts, 1);
            own.rbo.assign(experts * experts, 1);
            own.found.assign(experts, 0);
            std::vector<std::vector<std::int32_t>> lists;
            for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
                lists.push_back(own_candidates(query, experts, expert_idx, kLong));
            for (std::size_t one = 0; one < experts; ++one)
                for (std::size_t other = one + 1; other < experts; ++other) {
                    const auto head = [&](std::size_t expert) { return std::span(lists[expert]).first(std::min(kShort, lists[expert].size())); };
                    own.jaccard[one * experts + other] = own.jaccard[other * experts + one] = jaccard(head(one), head(other));
                    own.rbo[one * experts + other] = own.rbo[other * experts + one] =
                        rank_biased_overlap(lists[one], lists[other], kPersistence);
                }
            for (const RelevantDocument& relevant : query.relevant) {
                own.relevant += 1;
                bool any = false;
                for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
                    const bool has = relevant.position >= 0 && std::ranges::find(lists[expert_idx], relevant.position) != lists[expert_idx].end();
                    own.found[expert_idx] += has;
                    any = any || has;
                }
                own.any += any;
            }
            progress.advance();
        }
    });
    made.pairs.assign(experts * experts, {});
    made.found.assign(experts, 0);
    double relevant = 0;
    for (const OfQuery& own : all) {
        for (std::size_t pair = 0; pair < made.pairs.size(); ++pair) {
            made.pairs[pair].jaccard += own.jaccard[pair] / static_cast<double>(queries);
            made.pairs[pair].rbo += own.rbo[pair] / static_cast<double>(queries);
        }
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
            made.found[expert_idx] += own.found[expert_idx];
        made.found_by_any += own.any;
        relevant += own.relevant;
    }
    for (double& share : made.found)
        share = relevant > 0 ? share / relevant : 0;
    made.found_by_any = relevant > 0 ? made.found_by_any / relevant : 0;
    for (std::size_t one = 0; one < experts; ++one)
        for (std::size_t other = 0; other < experts; ++other)
            made.pairs[one * experts + other].correlation = one == other ? 1 : correlation(made.per_query[one], made.per_query[other]);
}

} // namespace

double rank_biased_overlap(std::span<const std::int32_t> one, std::span<const std::int32_t> other, double p) {
    const std::size_t depth = std::min(one.size(), other.size());
    if (depth == 0) return one.size() == other.size() ? 1 : 0;
    std::set<std::int32_t> first, second;
    double common = 0, sum = 0, factor = 1; // factor = p^d
    for (std::size_t at = 0; at < depth; ++at) {
        first.insert(one[at]);
        second.insert(other[at]);
        if (one[at] == other[at]) common += 1;
        else common += static_cast<double>(second.contains(one[at])) + static_cast<double>(first.contains(other[at]));
        factor *= p;
        sum += common / static_cast<double>(at + 1) * factor;
    }
    return common / static_cast<double>(depth) * factor + (1 - p) / p * sum;
}

Specialisation specialise(const JudgedScores& scores, const FusionSpec& fusion, int measure_idx, Progress& progress, const std::vector<std::string>& own) {
    const std::size_t experts = scores.experts.size(), queries = scores.queries.size();
    progress.begin("comparing experts", Unit::Queries, static_cast<std::int64_t>(queries));
    Specialisation made{.fusion = fusion, .measure = measure_idx};
    std::vector<std::vector<Measures>> measures;
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        measures.push_back(measure_expert(scores, expert_idx, &progress));
        made.per_query.push_back(values_of(measures.back(), measure_idx));
    }
    made.fused = values_of(measure_fusion(scores, fusion, &progress), measure_idx);
    const std::vector<double> oracle = values_of(measure_oracle(measures), measure_idx);

    made.slices["all"].push_back(slice("all", scores.judged.all, made, oracle));
    test_leaders(made.slices["all"], made.per_query);
    check(own.empty() || own.size() == queries, "specialise: own slices are not of these queries");
    const auto cut = [&](const std::string& name, const std::vector<std::string>& parts) {
        std::map<std::string, std::vector<std::size_t>> places;
        for (std::size_t query = 0; query < queries; ++query)
            if (!parts[query].empty()) places[parts[query]].push_back(query);
        for (auto& [part, list] : places)
            made.slices[name].push_back(slice(part, std::move(list), made, oracle));
        test_leaders(made.slices[name], made.per_query);
        progress.check_cancelled();
    };
    for (const auto& [name, parts] : scores.slices) cut(name, parts);
    if (!own.empty()) cut(kOwnSlices, own);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        const std::vector<double> silent = values_of(measure_without(scores, fusion, expert_idx, progress), measure_idx);
        Contribution part;
        for (std::size_t query = 0; query < queries; ++query) {
            if (made.fused[query] > silent[query]) part.saves.push_back(query);
            if (made.fused[query] < silent[query]) part.ruins.push_back(query);
            bool only = made.per_query[expert_idx][query] > 0;
            for (std::size_t other = 0; other < experts; ++other)
                only = only && (other == expert_idx || made.per_query[other][query] == 0);
            if (only) part.only.push_back(query);
            part.mean += (made.fused[query] - silent[query]) / static_cast<double>(std::max<std::size_t>(queries, 1));
        }
        const auto by_change = [&](std::vector<std::size_t>& list) {
            std::ranges::stable_sort(list, [&](std::size_t a, std::size_t b) {
                return std::fabs(made.fused[a] - silent[a]) > std::fabs(made.fused[b] - silent[b]);
            });
        };
        by_change(part.saves);
        by_change(part.ruins);
        made.contributions.push_back(std::move(part));
    }
    compare_lists(scores, made, progress);
    return made;
}

} // namespace cameo
