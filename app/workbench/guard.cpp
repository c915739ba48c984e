#include "app/workbench/guard.hpp"

#include "core/base/error.hpp"
#include "core/eval/score_judged.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace cameo {
namespace {

/// What a rank is worth: the first places most, and a document that is not found nothing.
double worth(std::int32_t rank) { return rank > 0 ? 1.0 / rank : 0.0; }

std::vector<std::int32_t> first_ranks(const FoundLists& found) {
    std::vector<std::int32_t> ranks;
    for (const auto& list : found) ranks.push_back(first_rank(list));
    return ranks;
}

Measures mean_of(const JudgedScores& scores, const FusionSpec& fusion, Progress& progress) {
    const auto per_query = measure_fusion(scores, fusion, &progress);
    std::vector<std::size_t> all(per_query.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return mean(per_query, all);
}

} // namespace

std::string guard_split(const std::vector<std::string>& judged_splits) {
    if (std::ranges::find(judged_splits, "dev") != judged_splits.end()) return "dev";
    return judged_splits.empty() ? std::string() : judged_splits.front();
}

std::vector<GuardedQuery> moved_queries(const JudgedSplit& judged, const std::vector<std::int32_t>& before, const std::vector<std::int32_t>& after) {
    check(before.size() == judged.queries.size() && after.size() == before.size(), "moved_queries: a rank a query");
    std::vector<GuardedQuery> moved;
    for (std::size_t query = 0; query < before.size(); ++query)
        if (before[query] != after[query]) moved.push_back({judged.queries[query].text, judged.queries[query].category, before[query], after[query]});
    std::ranges::stable_sort(moved, {}, [](const GuardedQuery& query) { return worth(query.after) - worth(query.before); });
    return moved;
}

GuardComparison compare_on_guard(const WorkbenchSources& sources, const SearchEngine& before, const SearchEngine& after, const std::string& split, Progress& progress) {
    const auto score = [&](const SearchEngine& engine) {
        return sources.score_judged ? sources.score_judged(engine, nullptr, split, progress) : score_judged(engine, nullptr, {.split = split}, progress);
    };
    const JudgedScores old_scores = score(before), new_scores = score(after);
    const FusionSpec old_fusion = sources.default_fusion(before.model()), new_fusion = sources.default_fusion(after.model());
    const auto old_ranks = first_ranks(find_under_fusion(old_scores, old_fusion, &progress)), new_ranks = first_ranks(find_under_fusion(new_scores, new_fusion, &progress));
    GuardComparison comparison{.split = split, .queries = old_ranks.size(), .before = mean_of(old_scores, old_fusion, progress), .after = mean_of(new_scores, new_fusion, progress), .moved = {}};
    comparison.moved = moved_queries(new_scores.judged, old_ranks, new_ranks);
    comparison.worse = std::size_t(std::ranges::count_if(comparison.moved, [](const GuardedQuery& query) { return worth(query.after) < worth(query.before); }));
    comparison.better = comparison.moved.size() - comparison.worse;
    return comparison;
}

} // namespace cameo
