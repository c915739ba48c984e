#include "core/train/fusion/lesson_book.hpp"

#include "core/eval/retrieve_each.hpp"
#include "core/train/fusion/judged_lesson.hpp"

#include <numeric>

namespace cameo {

LessonBook::LessonBook(const SearchEngine& engine, const std::string& split, std::int32_t depth, Progress& progress)
    : m_judged(read_split(engine.collection(), split)), m_experts(engine.model().experts().size()),
      m_pages(m_judged.queries.size()) {
    retrieve_each(engine, m_judged, depth, "retrieving judged queries", progress,
                  [&](std::size_t query, const Retrieval& found) { m_pages[query] = read(query, found); });
}

LessonBook::Page LessonBook::read(std::size_t query, const Retrieval& found) const {
    const std::size_t documents = found.documents.size();
    Page page;
    page.documents.reserve(documents);
    for (const DocumentName& name : found.names)
        page.documents.push_back(name.id);
    for (std::size_t expert_idx = 0; expert_idx < m_experts; ++expert_idx) {
        std::vector<RankedDocument> list;
        for (const std::int32_t hit : found.hits[expert_idx]) {
            const auto document = static_cast<std::size_t>(hit);
            list.push_back({page.documents[document], found.raw[document * m_experts + expert_idx]});
        }
        page.experts.push_back(measure(std::move(list), m_judged.grades(query)));
    }

    std::vector<std::size_t> tie_order(documents); // the union comes in order of ids
    std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
    std::vector<double> used(found.raw.size()), fused(documents);
    std::vector<std::int32_t> ranks(found.raw.size());
    fuse({FusionMethod::Sum}, found.raw, m_experts, tie_order, used, fused, ranks);
    page.sum = measure_weighed(page.documents, fused, std::vector<double>{1}, m_judged.grades(query));
    page.raw.z = used;
    fuse({FusionMethod::ZScore}, found.raw, m_experts, tie_order, used, fused, ranks);
    page.lesson.z = std::move(used);
    page.lesson.features = gate_features(found.raw, m_experts);

    page.raw.target = page.lesson.target = target_shares(page.documents, m_judged.grades(query));
    return page;
}

Measures LessonBook::weighed(std::size_t query, std::span<const double> weights) const {
    return measure_weighed(m_pages[query].documents, m_pages[query].lesson.z, weights, m_judged.grades(query));
}

Measures LessonBook::weighed_raw(std::size_t query, std::span<const double> weights) const {
    return measure_weighed(m_pages[query].documents, m_pages[query].raw.z, weights, m_judged.grades(query));
}

} // namespace cameo
