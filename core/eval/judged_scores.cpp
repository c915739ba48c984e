#include "core/eval/judged_scores.hpp"

#include "core/base/error.hpp"
#include "core/eval/retrieve_each.hpp"
#include "core/eval/significance.hpp"
#include "core/index/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

constexpr std::size_t kRunDepth = 1000; ///< documents of a ranked list that are measured, as in evaluate()

std::string length_slice(const std::string& text) {
    const auto words = 1 + std::count(text.begin(), text.end(), ' ');
    if (words <= 3) return "1 to 3 words";
    if (words <= 6) return "4 to 6 words";
    if (words <= 10) return "7 to 10 words";
    return "more than 10 words";
}

/// Sections and the like have many rare parts: the common ones stand for themselves.
void fold_rare(std::vector<std::string>& parts) {
    constexpr std::size_t kMostParts = 12;
    std::map<std::string, std::size_t> counts;
    for (const std::string& part : parts)
        if (!part.empty()) ++counts[part];
    if (counts.size() <= kMostParts) return;
    std::vector<std::pair<std::size_t, std::string>> by_count;
    for (const auto& [part, count] : counts)
        by_count.emplace_back(count, part);
    std::sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (std::string& part : parts) {
        const auto kept = by_count.begin() + kMostParts - 1;
        const bool common = std::any_of(by_count.begin(), kept, [&](const auto& entry) { return entry.second == part; });
        if (!part.empty() && !common) part = "others";
    }
}

Measures measure_bm25(const SearchEngine& engine, const Bm25& bm25, const Query& query, const Grades& grades) {
    const auto hits = bm25.search(query.text, kRunDepth);
    std::vector<DocumentOrdinal> ordinals;
    for (const ScoredDocument& hit : hits)
        ordinals.push_back(hit.document);
    auto names = engine.names(ordinals);
    std::vector<RankedDocument> list;
    for (std::size_t hit = 0; hit < hits.size(); ++hit)
        list.push_back({std::move(names[hit].id), hits[hit].score});
    return measure(std::move(list), grades);
}

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

std::vector<Measures> for_each_query(const JudgedScores& scores, const std::function<Measures(const ScoredQuery&)>& measure_one) {
    std::vector<Measures> result(scores.queries.size());
    parallel_for(result.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t query = begin; query < end; ++query)
            result[query] = measure_one(scores.queries[query]);
    });
    return result;
}

} // namespace

JudgedScores score_judged(const SearchEngine& engine, const Bm25* bm25, const JudgedScoresOptions& options, Progress& progress) {
    const Collection& collection = engine.collection();
    JudgedScores scores;
    scores.model = engine.model().name();
    scores.model_version = engine.model().version();
    scores.collection = collection.name();
    scores.collection_version = collection.version();
    scores.documents = engine.index().info().documents;
    scores.split = options.split;
    scores.depth = options.depth;
    for (const ExpertInfo& expert : engine.model().experts()) {
        scores.experts.push_back(expert.name);
        scores.kinds.push_back(expert.kind);
    }
    scores.judged = read_split(collection, options.split);
    if (const LearnedFusion* learned = engine.learned_fusion()) scores.linear = learned->linear;
    scores.has_bm25 = bm25 != nullptr;
    scores.queries.resize(scores.judged.queries.size());

    std::vector<std::string> categories(scores.queries.size()), lengths(scores.queries.size()), sections(scores.queries.size());
    retrieve_each(engine, scores.judged, options.depth, "scoring judged queries", progress, [&](std::size_t at, const Retrieval& found) {
        const Query& query = scores.judged.queries[at];
        ScoredQuery& scored = scores.queries[at];
        scored.documents = found.documents;
        scored.raw = found.raw;
        scored.brought_by = found.brought_by;
        scored.query_weights = engine.query_weights(found.raw);
        const Grades& grades = scores.judged.grades(at);
        for (const auto& [id, grade] : grades) {
            if (grade <= 0) continue;
            const auto place = std::lower_bound(found.names.begin(), found.names.end(), id,
                                                [](const DocumentName& name, const std::string& wanted) { return name.id < wanted; });
            const bool is_there = place != found.names.end() && place->id == id;
            scored.relevant.push_back({is_there ? static_cast<std::int32_t>(place - found.names.begin()) : -1, grade});
            if (!sections[at].empty()) continue;
            if (const auto ordinal = collection.find(id)) {
                const Document document = collection.document(*ordinal);
                if (const auto section = document.fields.find("section"); section != document.fields.end()) sections[at] = section->second;
            }
        }
        if (bm25) scored.bm25 = measure_bm25(engine, *bm25, query, grades);
        categories[at] = query.category;
        lengths[at] = length_slice(query.text);
    });
    fold_rare(sections);
    const auto add_slice = [&](const char* name, std::vector<std::string> parts) {
        if (std::any_of(parts.begin(), parts.end(), [&](const std::string& part) { return part != parts.front(); }))
            scores.slices[name] = std::move(parts);
    };
    add_slice("category", std::move(categories));
    add_slice("section", std::move(sections));
    add_slice("length", std::move(lengths));
    return scores;
}

std::vector<Measures> measure_expert(const JudgedScores& scores, std::size_t expert_idx) {
    const std::size_t experts = scores.experts.size();
    check(expert_idx < experts, "measure_expert: no such expert");
    return for_each_query(scores, [&](const ScoredQuery& query) {
        std::vector<double> own(query.documents.size());
        std::vector<bool> taken(own.size());
        for (std::size_t document = 0; document < own.size(); ++document) {
            own[document] = query.raw[document * experts + expert_idx];
            taken[document] = (query.brought_by[document] >> expert_idx & 1U) != 0;
        }
        return measure_list(query, own, taken);
    });
}

std::vector<Measures> measure_fusion(const JudgedScores& scores, const FusionSpec& spec) {
    const std::size_t experts = scores.experts.size();
    if (!spec.weights.empty() && spec.weights.size() != experts)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("fusion '{}' has {} weights, the model has {} experts", to_string(spec), spec.weights.size(), experts));
    if (spec.method == FusionMethod::Adaptive && !scores.linear)
        throw Error(ErrorKind::InvalidInput, fmt::format("model {} has no learned fusion", scores.model));
    return for_each_query(scores, [&](const ScoredQuery& query) {
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

std::vector<Measures> measure_oracle(const std::vector<std::vector<Measures>>& experts, int measure_idx) {
    check(!experts.empty(), "measure_oracle: no expert");
    std::vector<Measures> best = experts.front();
    for (const auto& expert : experts)
        for (std::size_t query = 0; query < best.size(); ++query)
            if (value(expert[query], measure_idx) > value(best[query], measure_idx)) best[query] = expert[query];
    return best;
}

std::vector<FusionSpec> usual_fusions(const JudgedScores& scores) {
    std::vector<FusionSpec> fusions{{FusionMethod::Sum}, {FusionMethod::MinMax}, {FusionMethod::ZScore}, {FusionMethod::Rrf},
                                    {FusionMethod::ReciprocalRank}};
    if (scores.linear) {
        fusions.push_back({.method = FusionMethod::ZScore, .weights = *scores.linear});
        fusions.push_back({FusionMethod::Adaptive});
    }
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
        experts.push_back(measure_expert(scores, expert_idx));
        add(scores.experts[expert_idx], "expert", experts.back());
        progress.check_cancelled();
    }
    for (const FusionSpec& fusion : fusions) {
        add("fusion:" + to_string(fusion), "fusion", measure_fusion(scores, fusion));
        progress.check_cancelled();
    }
    if (scores.has_bm25) {
        std::vector<Measures> bm25;
        for (const ScoredQuery& query : scores.queries)
            bm25.push_back(query.bm25);
        add("bm25", "baseline", std::move(bm25));
    }
    compare_all(evaluation, progress);
    add("oracle", "oracle", measure_oracle(experts, evaluation.primary));
    return evaluation;
}

} // namespace cameo
