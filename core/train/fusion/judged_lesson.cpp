#include "core/train/fusion/judged_lesson.hpp"

#include <algorithm>
#include <numeric>

namespace cameo {

std::vector<double> target_shares(std::span<const std::string> ids, const Grades& grades) {
    std::vector<double> shares;
    for (const std::string& id : ids) {
        const auto grade = grades.find(id);
        shares.push_back(grade == grades.end() ? 0 : std::max(grade->second, 0));
    }
    if (const double total = std::accumulate(shares.begin(), shares.end(), 0.0); total > 0)
        for (double& share : shares)
            share /= total;
    return shares;
}

Measures measure_weighed(std::span<const std::string> ids, std::span<const double> scores, std::span<const double> weights,
                         const Grades& grades) {
    std::vector<RankedDocument> list;
    list.reserve(ids.size());
    for (std::size_t document = 0; document < ids.size(); ++document)
        list.push_back({ids[document], std::inner_product(weights.begin(), weights.end(),
                                                          scores.subspan(document * weights.size()).begin(), 0.0)});
    return measure(std::move(list), grades);
}

} // namespace cameo
