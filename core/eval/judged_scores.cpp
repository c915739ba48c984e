#include "core/eval/judged_scores.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

/// Where a ranked list by these scores has its relevant documents; documents whose score is not taken are not in the list.
/// @param taken empty: all are
std::vector<FoundDocument> find_in_list(const ScoredQuery& query, std::span<const double> fused, const std::vector<bool>& taken) {
    std::vector<FoundDocument> found;
    for (const RelevantDocument& relevant : query.relevant) {
        if (relevant.position < 0) continue;
        const auto own = static_cast<std::size_t>(relevant.position);
        if (!taken.empty() && !taken[own]) continue;
        const auto score = static_cast<float>(fused[own]); // trec_eval's precision and its rule for ties
        std::size_t rank = 1;
        for (std::size_t other = 0; other < fused.size(); ++other) {
            if (!taken.empty() && !taken[other]) continue;
            const auto value = static_cast<float>(fused[other]);
            rank += value > score || (value == score && other > own);
        }
        if (rank <= kRunDepth) found.push_back({rank, relevant.grade});
    }
    return found;
}

FoundLists for_each_query(const JudgedScores& scores, Progress* progress, const std::function<std::vector<FoundDocument>(const ScoredQuery&)>& find) {
    FoundLists result(scores.queries.size());
    parallel_for(result.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t query = begin; query < end; ++query) {
            if (progress) progress->check_cancelled();
            result[query] = find(scores.queries[query]);
        }
    });
    return result;
}

std::vector<Measures> measure_lists(const JudgedScores& scores, const FoundLists& lists) {
    std::vector<Measures> result;
    for (std::size_t query = 0; query < lists.size(); ++query) {
        std::vector<int> gains;
        for (const RelevantDocument& relevant : scores.queries[query].relevant)
            gains.push_back(relevant.grade);
        result.push_back(measure_found(lists[query], std::move(gains)));
    }
    return result;
}

std::vector<std::int32_t> first_ranks(const FoundLists& lists) {
    std::vector<std::int32_t> first;
    for (const auto& found : lists)
        first.push_back(first_rank(found));
    return first;
}

/// The best of all experts, query by query.
std::vector<std::int32_t> first_of_all(const std::vector<std::vector<std::int32_t>>& experts) {
    std::vector<std::int32_t> best = experts.front();
    for (const auto& expert : experts)
        for (std::size_t query = 0; query < best.size(); ++query)
            if (expert[query] > 0 && (best[query] == 0 || expert[query] < best[query])) best[query] = expert[query];
    return best;
}

} // namespace

std::vector<std::int32_t> own_candidates(const ScoredQuery& query, std::size_t experts, std::size_t expert_idx, std::size_t depth) {
    std::vector<std::int32_t> list;
    for (std::size_t document = 0; document < query.documents.size(); ++document)
        if (query.brought_by[document] >> expert_idx & 1U) list.push_back(static_cast<std::int32_t>(document));
    const auto score = [&](std::int32_t document) { return query.raw[static_cast<std::size_t>(document) * experts + expert_idx]; };
    const auto kept = static_cast<std::ptrdiff_t>(std::min(depth, list.size()));
    std::partial_sort(list.begin(), list.begin() + kept, list.end(),
                      [&](std::int32_t a, std::int32_t b) { return score(a) != score(b) ? score(a) > score(b) : a < b; });
    list.resize(static_cast<std::size_t>(kept));
    return list;
}

std::vector<double> fused_scores(const ScoredQuery& query, std::size_t experts, const FusionSpec& spec) {
    const FusionSpec own = for_query(spec, query.query_weights);
    const std::size_t documents = query.documents.size();
    std::vector<double> fused(documents, 0.0);
    const std::vector<FusionLine> lines = fusion_lines(own, query.raw, experts);
    if (lines.front().straight) { // the sums of fuse(), without the ranks that nobody asks for
        for (std::size_t document = 0; document < documents; ++document)
            for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
                if (const float raw = query.raw[document * experts + expert_idx]; std::isfinite(raw)) fused[document] += lines[expert_idx].used(raw);
        return fused;
    }
    std::vector<std::size_t> tie_order(documents);
    std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
    std::vector<double> used(query.raw.size());
    std::vector<std::int32_t> ranks(query.raw.size());
    fuse(own, query.raw, experts, tie_order, used, fused, ranks);
    return fused;
}

FoundLists find_under_expert(const JudgedScores& scores, std::size_t expert_idx, Progress* progress) {
    const std::size_t experts = scores.experts.size();
    check(expert_idx < experts, "find_under_expert: no such expert");
    return for_each_query(scores, progress, [&](const ScoredQuery& query) {
        std::vector<double> own(query.documents.size());
        std::vector<bool> taken(own.size());
        for (std::size_t document = 0; document < own.size(); ++document) {
            own[document] = query.raw[document * experts + expert_idx];
            taken[document] = (query.brought_by[document] >> expert_idx & 1U) != 0;
        }
        return find_in_list(query, own, taken);
    });
}

FoundLists find_under_fusion(const JudgedScores& scores, const FusionSpec& spec, Progress* progress) {
    const std::size_t experts = scores.experts.size();
    if (!spec.weights.empty() && spec.weights.size() != experts)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("fusion '{}' has {} weights, the model has {} experts", to_string(spec), spec.weights.size(), experts));
    if (spec.method == FusionMethod::Adaptive && !scores.linear)
        throw Error(ErrorKind::InvalidInput, fmt::format("model {} has no learned fusion", scores.model));
    return for_each_query(scores, progress, [&](const ScoredQuery& query) {
        return find_in_list(query, fused_scores(query, experts, spec), {});
    });
}

std::vector<Measures> measure_expert(const JudgedScores& scores, std::size_t expert_idx, Progress* progress) {
    return measure_lists(scores, find_under_expert(scores, expert_idx, progress));
}

std::vector<Measures> measure_fusion(const JudgedScores& scores, const FusionSpec& spec, Progress* progress) {
    return measure_lists(scores, find_under_fusion(scores, spec, progress));
}

std::vector<Measures> measure_oracle(const std::vector<std::vector<Measures>>& experts) {
    check(!experts.empty(), "measure_oracle: no expert");
    std::vector<Measures> best = experts.front();
    for (const auto& expert : experts)
        for (std::size_t query = 0; query < best.size(); ++query)
            best[query] = larger(best[query], expert[query]);
    return best;
}

std::vector<FusionSpec> usual_fusions(const std::optional<std::vector<double>>& linear) {
    std::vector<FusionSpec> fusions{{FusionMethod::Sum}, {FusionMethod::MinMax}, {FusionMethod::ZScore}, {FusionMethod::Rrf},
                                    {FusionMethod::ReciprocalRank}};
    if (linear) fusions.insert(fusions.end(), {{.method = FusionMethod::ZScore, .weights = *linear}, {FusionMethod::Adaptive}});
    return fusions;
}

Evaluation evaluate_scores(const JudgedScores& scores, const std::vector<FusionSpec>& fusions, Progress& progress, std::vector<SystemResult> others) {
    Evaluation evaluation{.model = scores.model, .collection = scores.collection, .split = scores.split};
    for (const Query& query : scores.judged.queries) {
        evaluation.query_ids.push_back(query.id);
        evaluation.categories.push_back(query.category);
    }
    evaluation.primary = primary_measure(scores.judged.qrels);
    const auto add = [&](std::string name, const char* kind, std::vector<Measures> per_query, std::vector<std::int32_t> first) {
        SystemResult& system = evaluation.systems.emplace_back(SystemResult{.name = std::move(name), .kind = kind});
        system.per_query = std::move(per_query);
        system.first_right = std::move(first);
        summarise(system, scores.judged);
    };
    const auto add_lists = [&](std::string name, const char* kind, const FoundLists& lists) {
        add(std::move(name), kind, measure_lists(scores, lists), first_ranks(lists));
        progress.check_cancelled();
    };
    std::vector<std::vector<Measures>> experts;
    std::vector<std::vector<std::int32_t>> first;
    for (std::size_t expert_idx = 0; expert_idx < scores.experts.size(); ++expert_idx) {
        add_lists(scores.experts[expert_idx], "expert", find_under_expert(scores, expert_idx, &progress));
        experts.push_back(evaluation.systems.back().per_query);
        first.push_back(evaluation.systems.back().first_right);
    }
    for (const FusionSpec& fusion : fusions)
        add_lists("fusion:" + to_string(fusion), "fusion", find_under_fusion(scores, fusion, &progress));
    if (scores.has_bm25) {
        std::vector<Measures> bm25;
        std::vector<std::int32_t> bm25_first;
        for (const ScoredQuery& query : scores.queries) {
            bm25.push_back(query.bm25);
            bm25_first.push_back(query.bm25_first);
        }
        add("bm25", "baseline", std::move(bm25), std::move(bm25_first));
    }
    for (SystemResult& other : others) {
        check(other.per_query.size() == scores.queries.size(), "evaluate_scores: another number of queries");
        evaluation.systems.push_back(std::move(other));
    }
    compare_all(evaluation, progress);
    add("oracle", "oracle", measure_oracle(experts), first_of_all(first));
    return evaluation;
}

} // namespace cameo
