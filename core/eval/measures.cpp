#include "core/eval/measures.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace cameo {

namespace {

constexpr double Measures::*kMembers[kMeasureCount] = {
    &Measures::mrr_10, &Measures::ndcg_10, &Measures::recall_100, &Measures::recall_1000, &Measures::map};
constexpr const char* kNames[kMeasureCount] = {"MRR@10", "nDCG@10", "Recall@100", "Recall@1000", "MAP"};

double discounted(int gain, std::size_t rank) {
    return gain / std::log2(static_cast<double>(rank) + 1);
}

} // namespace

const char* measure_name(int measure_idx) {
    check(measure_idx >= 0 && measure_idx < kMeasureCount, "measure_name: no such measure");
    return kNames[measure_idx];
}

double value(const Measures& measures, int measure_idx) {
    check(measure_idx >= 0 && measure_idx < kMeasureCount, "value: no such measure");
    return measures.*kMembers[measure_idx];
}

Measures measure_found(std::vector<FoundDocument> found, std::vector<int> gains) {
    Measures result;
    if (gains.empty()) return result;
    const auto relevant = static_cast<double>(gains.size());
    std::sort(found.begin(), found.end(), [](const FoundDocument& a, const FoundDocument& b) { return a.rank < b.rank; });
    std::sort(gains.begin(), gains.end(), std::greater<>());
    double ideal = 0, gained = 0, precisions = 0;
    for (std::size_t rank = 1; rank <= std::min<std::size_t>(10, gains.size()); ++rank)
        ideal += discounted(gains[rank - 1], rank);
    for (std::size_t at = 0; at < found.size(); ++at) {
        const std::size_t rank = found[at].rank;
        precisions += static_cast<double>(at + 1) / static_cast<double>(rank);
        if (rank <= 10) gained += discounted(found[at].grade, rank);
        if (rank <= 10 && result.mrr_10 == 0) result.mrr_10 = 1.0 / static_cast<double>(rank);
        if (rank <= 100) result.recall_100 += 1 / relevant;
        if (rank <= 1000) result.recall_1000 += 1 / relevant;
    }
    result.ndcg_10 = gained / ideal;
    result.map = precisions / relevant;
    return result;
}

std::vector<int> relevant_grades(const Grades& grades) {
    std::vector<int> gains;
    for (const auto& [document, grade] : grades)
        if (grade > 0) gains.push_back(grade);
    return gains;
}

std::int32_t first_rank(std::span<const FoundDocument> found) {
    std::size_t first = 0;
    for (const FoundDocument& one : found)
        if (first == 0 || one.rank < first) first = one.rank;
    return static_cast<std::int32_t>(first);
}

std::vector<FoundDocument> find_relevant(std::vector<RankedDocument> ranking, const Grades& grades) {
    std::sort(ranking.begin(), ranking.end(), [](const RankedDocument& a, const RankedDocument& b) {
        const auto score_a = static_cast<float>(a.score), score_b = static_cast<float>(b.score);
        return score_a != score_b ? score_a > score_b : a.document_id > b.document_id;
    });
    std::vector<FoundDocument> found;
    for (std::size_t rank = 1; rank <= ranking.size(); ++rank) {
        const auto judged = grades.find(ranking[rank - 1].document_id);
        if (judged != grades.end() && judged->second > 0) found.push_back({rank, judged->second});
    }
    return found;
}

Measures measure(std::vector<RankedDocument> ranking, const Grades& grades) {
    std::vector<int> gains = relevant_grades(grades);
    if (gains.empty()) return {};
    return measure_found(find_relevant(std::move(ranking), grades), std::move(gains));
}

Measures larger(const Measures& a, const Measures& b) {
    Measures result;
    for (const auto member : kMembers)
        result.*member = std::max(a.*member, b.*member);
    return result;
}

Measures mean(std::span<const Measures> per_query, std::span<const std::size_t> places) {
    Measures result;
    if (places.empty()) return result;
    for (const auto member : kMembers) {
        double sum = 0;
        for (const std::size_t place : places)
            sum += per_query[place].*member;
        result.*member = sum / static_cast<double>(places.size());
    }
    return result;
}

} // namespace cameo
