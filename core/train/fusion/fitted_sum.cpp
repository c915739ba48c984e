#include "core/train/fusion/fitted_sum.hpp"

#include "core/base/error.hpp"
#include "core/index/top_k.hpp"
#include "core/train/fusion/judged_lesson.hpp"

#include <cmath>
#include <set>

namespace cameo {

namespace {

constexpr std::size_t kBestOfAnExpert = 100;

/// Positions, ascending, of what some expert has among its best.
std::set<DocumentOrdinal> union_of_the_best(std::span<const float> raw, std::size_t experts) {
    std::set<DocumentOrdinal> united;
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        TopK best(kBestOfAnExpert);
        for (std::size_t at = expert_idx; at < raw.size(); at += experts)
            best.add(static_cast<DocumentOrdinal>(at / experts), std::isfinite(raw[at]) ? raw[at] : -INFINITY);
        for (const ScoredDocument& found : best.take())
            united.insert(found.document);
    }
    return united;
}

} // namespace

FittedSum::FittedSum(std::size_t experts) : m_experts(experts) { check(experts > 0, "FittedSum: no experts"); }

void FittedSum::add(std::span<const std::string> ids, std::span<const float> raw, const Grades& grades) {
    check(raw.size() == ids.size() * m_experts, "FittedSum::add: one score of every expert for every document");
    Page page{.lesson = {}, .ids = {}, .grades = grades};
    for (const DocumentOrdinal position : union_of_the_best(raw, m_experts)) {
        const auto document = static_cast<std::size_t>(position);
        page.ids.push_back(ids[document]);
        for (const float score : raw.subspan(document * m_experts, m_experts))
            page.lesson.z.push_back(std::isfinite(score) ? score : 0.0);
    }
    page.lesson.target = target_shares(page.ids, grades);
    m_pages.push_back(std::move(page));
}

std::vector<double> FittedSum::fit(const std::function<void()>& called) const {
    std::vector<const FusionLesson*> lessons;
    for (const Page& page : m_pages)
        if (page.lesson.teaches()) lessons.push_back(&page.lesson);
    if (lessons.empty()) return std::vector<double>(m_experts, 1.0);
    return fit_linear(lessons, m_experts, {}, called);
}

std::vector<Measures> FittedSum::measures(std::span<const double> weights) const {
    check(weights.size() == m_experts, "FittedSum::measures: a weight for every expert");
    std::vector<Measures> all;
    for (const Page& page : m_pages)
        all.push_back(measure_weighed(page.ids, page.lesson.z, weights, page.grades));
    return all;
}

} // namespace cameo
