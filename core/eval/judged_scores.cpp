#include "core/eval/judged_scores.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

/// What a ranked list by these scores comes to; documents whose score is not taken are not in the list.
/// @param taken empty: all are
Measures measure_list(const ScoredQuery& query, std::span<const double> fused, const std::vector<bool>& taken) {
    std::vector<FoundDocument> found;
    std::vector<int> gains;
    for (const RelevantDocument& relevant : query.relevant) {
        gains.push_back(relevant.grade);
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
    return measure_found(std::move(found), std::move(gains));
}

std::vector<Measures> for_each_query(const JudgedScores& scores, Progress* progress, const std::function<Measures(const ScoredQuery&)>& measure_one) {
    std::vector<Measures> result(scores.queries.size());
    parallel_for(result.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t query = begin; query < end; ++query) {
            if (progress) progress->check_cancelled();
            result[query] = measure_one(scores.queries[query]);
        }
    });
    return result;
}

} // namespace

std::vector<Measures> measure_expert(const JudgedScores& scores, std::size_t expert_idx, Progress* progress) {
    const std::size_t experts = scores.experts.size();
    check(expert_idx < experts, "measure_expert: no such expert");
    return for_each_query(scores, progress, [&](const ScoredQuery& query) {
        std::vector<double> own(query.documents.size());
        std::vector<bool> taken(own.size());
        for (std::size_t document = 0; document < own.size(); ++document) {
            own[document] = query.raw[document * experts + expert_idx];
            taken[document] = (query.brought_by[document] >> expert_idx & 1U) != 0;
        }
        return measure_list(query, own, taken);
    });
}

std::vector<Measures> measure_fusion(const JudgedScores& scores, const FusionSpec& spec, Progress* progress) {
    const std::size_t experts = scores.experts.size();
    if (!spec.weights.empty() && spec.weights.size() != experts)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("fusion '{}' has {} weights, the model has {} experts", to_string(spec), spec.weights.size(), experts));
    if (spec.method == FusionMethod::Adaptive && !scores.linear)
        throw Error(ErrorKind::InvalidInput, fmt::format("model {} has no learned fusion", scores.model));
    return for_each_query(scores, progress, [&](const ScoredQuery& query) {
        const FusionSpec own = for_query(spec, query.query_weights);
        const std::size_t documents = query.documents.size();
        std::vector<double> fused(documents, 0.0);
        const std::vector<FusionLine> lines = fusion_lines(own, query.raw, experts);
        if (lines.front().straight) { // the sums of fuse(), without the ranks that nobody asks for
            for (std::size_t document = 0; document < documents; ++document)
                for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
                    if (const float raw = query.raw[document * experts + expert_idx]; std::isfinite(raw))
                        fused[document] += lines[expert_idx].used(raw);
        } else {
            std::vector<std::size_t> tie_order(documents);
            std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
            std::vector<double> used(query.raw.size());
            std::vector<std::int32_t> ranks(query.raw.size());
            fuse(own, query.raw, experts, tie_order, used, fused, ranks);
        }
        return measure_list(query, fused, {});
    });
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

Evaluation evaluate_scores(const JudgedScores& scores, const std::vector<FusionSpec>& fusions, Progress& progress) {
    Evaluation evaluation{.model = scores.model, .collection = scores.collection, .split = scores.split};
    for (const Query& query : scores.judged.queries) {
        evaluation.query_ids.push_back(query.id);
        evaluation.categories.push_back(query.category);
    }
    evaluation.primary = primary_measure(scores.judged.qrels);
    const auto add = [&](std::string name, const char* kind, std::vector<Measures> per_query) {
        SystemResult& system = evaluation.systems.emplace_back(SystemResult{.name = std::move(name), .kind = kind});
        system.per_query = std::move(per_query);
        summarise(system, scores.judged);
    };
    std::vector<std::vector<Measures>> experts;
    for (std::size_t expert_idx = 0; expert_idx < scores.experts.size(); ++expert_idx) {
        experts.push_back(measure_expert(scores, expert_idx, &progress));
        add(scores.experts[expert_idx], "expert", experts.back());
    }
    for (const FusionSpec& fusion : fusions) {
        add("fusion:" + to_string(fusion), "fusion", measure_fusion(scores, fusion, &progress));
    }
    if (scores.has_bm25) {
        std::vector<Measures> bm25;
        for (const ScoredQuery& query : scores.queries)
            bm25.push_back(query.bm25);
        add("bm25", "baseline", std::move(bm25));
    }
    compare_all(evaluation, progress);
    add("oracle", "oracle", measure_oracle(experts));
    return evaluation;
}

} // namespace cameo
