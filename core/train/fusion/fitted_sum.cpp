#include "core/train/fusion/fitted_sum.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

constexpr std::size_t kBestOfAnExpert = 100;

/// Positions, ascending, of what some expert has among its best.
std::vector<std::size_t> union_of_the_best(std::span<const float> raw, std::size_t experts) {
    const std::size_t documents = raw.size() / experts, depth = std::min(kBestOfAnExpert, documents);
    std::vector<bool> is_in(documents, false);
    std::vector<std::size_t> order(documents);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        const auto score = [&](std::size_t document) {
            const float found = raw[document * experts + expert_idx];
            return std::isfinite(found) ? found : -INFINITY;
        };
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(depth), order.end(),
                          [&](std::size_t a, std::size_t b) { return score(a) != score(b) ? score(a) > score(b) : a < b; });
        for (std::size_t place = 0; place < depth; ++place)
            is_in[order[place]] = true;
    }
    std::vector<std::size_t> united;
    for (std::size_t document = 0; document < documents; ++document)
        if (is_in[document]) united.push_back(document);
    return united;
}

} // namespace

FittedSum::FittedSum(std::size_t experts) : m_experts(experts) { check(experts > 0, "FittedSum: no experts"); }

void FittedSum::add(std::span<const std::string> ids, std::span<const float> raw, const Grades& grades) {
    check(raw.size() == ids.size() * m_experts, "FittedSum::add: one score of every expert for every document");
    Page page{.lesson = {}, .ids = {}, .grades = grades};
    double total = 0;
    for (const std::size_t document : union_of_the_best(raw, m_experts)) {
        page.ids.push_back(ids[document]);
        for (const float score : raw.subspan(document * m_experts, m_experts))
            page.lesson.z.push_back(std::isfinite(score) ? score : 0.0);
        const auto grade = grades.find(ids[document]);
        page.lesson.target.push_back(grade == grades.end() ? 0.0 : std::max(grade->second, 0));
        total += page.lesson.target.back();
    }
    if (total > 0)
        for (double& share : page.lesson.target)
            share /= total;
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
    for (const Page& page : m_pages) {
        std::vector<RankedDocument> list;
        for (std::size_t document = 0; document < page.ids.size(); ++document) {
            const auto scores = std::span(page.lesson.z).subspan(document * m_experts, m_experts);
            list.push_back({page.ids[document], std::inner_product(weights.begin(), weights.end(), scores.begin(), 0.0)});
        }
        all.push_back(measure(std::move(list), page.grades));
    }
    return all;
}

} // namespace cameo
