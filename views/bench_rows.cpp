#include "views/bench_rows.hpp"

#include "views/format.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {
namespace {

void number_ranks(BenchList& list, std::size_t documents) {
    list.rank.assign(documents, 0);
    for (std::size_t row = 0; row < list.order.size(); ++row)
        list.rank[static_cast<std::size_t>(list.order[row])] = static_cast<std::int32_t>(row) + 1;
}

void count_relevant(BenchList& list, const BenchRows& rows) {
    const auto top = std::min<std::size_t>(list.order.size(), kTopK);
    list.relevant_in_top = static_cast<int>(
        std::count_if(list.order.begin(), list.order.begin() + static_cast<std::ptrdiff_t>(top),
                      [&](std::int32_t document) { return rows.is_relevant(document); }));
}

/// Decimals for the part of a list that counts; far tails would ask for digits that nobody needs.
int list_decimals(std::vector<double>& scores) {
    scores.resize(std::min<std::size_t>(scores.size(), kTopK));
    return score_decimals(scores);
}

BenchList fused_list(const Trace& trace, BenchRows& rows) {
    BenchList list;
    const std::size_t documents = trace.documents.size();
    rows.hit_of.assign(documents, -1);
    std::vector<double> scores;
    for (std::size_t hit = 0; hit < trace.fused.size(); ++hit) {
        const std::int32_t document = trace.fused[hit].document;
        if (document < 0 || static_cast<std::size_t>(document) >= documents) continue;
        if (rows.hit_of[static_cast<std::size_t>(document)] >= 0) continue;
        rows.hit_of[static_cast<std::size_t>(document)] = static_cast<std::int32_t>(hit);
        list.order.push_back(document);
        list.scale.include_parts(trace.fused[hit].used);
        scores.push_back(trace.fused[hit].score);
    }
    list.decimals = list_decimals(scores);
    number_ranks(list, documents);
    return list;
}

BenchList expert_list(const Trace& trace, std::size_t expert_idx) {
    BenchList list;
    const std::size_t documents = trace.documents.size();
    const auto raw = [&](std::int32_t document) {
        const auto& scores = trace.documents[static_cast<std::size_t>(document)].raw;
        return expert_idx < scores.size() ? static_cast<double>(scores[expert_idx]) : std::nan("");
    };
    const auto rank = [&](std::int32_t document) {
        const auto& ranks = trace.documents[static_cast<std::size_t>(document)].rank;
        return expert_idx < ranks.size() && ranks[expert_idx] > 0 ? ranks[expert_idx] : INT32_MAX;
    };
    list.order.resize(documents);
    std::iota(list.order.begin(), list.order.end(), 0);
    std::stable_sort(list.order.begin(), list.order.end(),
                     [&](std::int32_t one, std::int32_t other) { return rank(one) < rank(other); });
    std::vector<double> scores;
    for (const std::int32_t document : list.order) {
        list.scale.include(raw(document));
        scores.push_back(raw(document));
    }
    list.decimals = list_decimals(scores);
    number_ranks(list, documents);
    return list;
}

} // namespace

BenchRows make_bench_rows(const Trace& trace) {
    BenchRows rows;
    std::vector<ExpertKind> kinds;
    for (const auto& expert : trace.experts)
        kinds.push_back(expert.kind);
    rows.styles = expert_styles(kinds);

    rows.grade.assign(trace.documents.size(), BenchRows::kUnjudged);
    for (std::size_t document = 0; document < trace.documents.size(); ++document) {
        const auto& id = trace.documents[document].id;
        rows.position.emplace(id, static_cast<std::int32_t>(document));
        if (const auto judged = trace.grades.find(id); judged != trace.grades.end())
            rows.grade[document] = judged->second;
    }
    rows.relevant_total = static_cast<int>(std::count_if(trace.grades.begin(), trace.grades.end(),
                                                         [](const auto& judged) { return judged.second > 0; }));
    rows.fused = fused_list(trace, rows);
    count_relevant(rows.fused, rows);
    for (std::size_t expert_idx = 0; expert_idx < trace.experts.size(); ++expert_idx) {
        rows.experts.push_back(expert_list(trace, expert_idx));
        count_relevant(rows.experts.back(), rows);
    }
    return rows;
}

} // namespace cameo
