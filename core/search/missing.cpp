#include "core/search/missing.hpp"

#include "core/base/error.hpp"
#include "core/search/trace.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

namespace cameo {

namespace {

/// How another document stands to this one, over one expert's weight.
struct Line {
    double at_zero = 0, slope = 0; ///< its score minus this one's
    bool wins_ties = false;
};

/// The number with the fewest digits, three or more, that is near `inside` and within the open stretch: one that can be typed.
double shortest(double inside, double low, double high) {
    for (int digits = 3; digits < 17; ++digits) {
        char text[32];
        std::snprintf(text, sizeof text, "%.*g", digits, inside);
        const double rounded = std::strtod(text, nullptr);
        if (rounded > low && rounded < high) return rounded;
    }
    return inside;
}

} // namespace

std::optional<double> nearest_weight(std::span<const double> parts, std::span<const double> weights, std::span<const std::size_t> tie_order,
                                     std::size_t expert_idx, std::size_t document, std::size_t within) {
    const std::size_t experts = weights.size(), documents = parts.size() / experts;
    const auto without = [&](std::size_t which) {
        double sum = 0;
        for (std::size_t other = 0; other < experts; ++other)
            if (other != expert_idx) sum += weights[other] * parts[which * experts + other];
        return sum;
    };
    const double own = without(document), own_slope = parts[document * experts + expert_idx];
    std::int64_t above = 0; // just behind a weight of 0
    std::vector<std::pair<double, int>> crossings; // weight, what crossing it upwards adds to `above`
    for (std::size_t other = 0; other < documents; ++other) {
        if (other == document) continue;
        const Line line{without(other) - own, parts[other * experts + expert_idx] - own_slope, tie_order[other] < tie_order[document]};
        if (line.at_zero > 0 || (line.at_zero == 0 && (line.slope > 0 || (line.slope == 0 && line.wins_ties)))) ++above;
        if (line.slope == 0) continue;
        const double crossing = -line.at_zero / line.slope;
        if (crossing > 0 && std::isfinite(crossing)) crossings.emplace_back(crossing, line.slope > 0 ? 1 : -1);
    }
    std::ranges::sort(crossings);
    const double now = weights[expert_idx];
    std::optional<double> nearest;
    double low = 0;
    for (std::size_t at = 0; at <= crossings.size(); ++at) {
        const double high = at < crossings.size() ? crossings[at].first : std::numeric_limits<double>::infinity();
        if (high > low && above < static_cast<std::int64_t>(within)) {
            // Inside of the stretch, where nothing is equal; from its near end, or as it is.
            const double step = std::min((high - low) / 2, std::max(low, 0.1) * 1e-3);
            const double inside = now <= low    ? shortest(low + step, low, high)
                                  : now >= high ? shortest(high - std::min((high - low) / 2, high * 1e-3), low, high)
                                                : now;
            const bool fits = inside <= kLargestFusionNumber;
            if (fits && (!nearest || std::abs(inside - now) < std::abs(*nearest - now))) nearest = inside;
        }
        if (at < crossings.size()) above += crossings[at].second;
        low = std::max(low, high);
    }
    return nearest;
}

MissingDocument under_fusion(MissingDocument missing, const Trace& trace) {
    const std::size_t experts = trace.experts.size();
    check(missing.experts.size() == experts, "under_fusion: another model's experts");
    Trace whole = trace;
    whole.ledgers.clear();
    auto own = std::ranges::find(whole.documents, missing.id, &UnionDocument::id);
    const bool outside = own == whole.documents.end();
    if (outside) {
        UnionDocument entry;
        entry.id = missing.id;
        for (const MissingExpert& part : missing.experts)
            entry.raw.push_back(static_cast<float>(part.raw));
        whole.documents.push_back(std::move(entry));
        own = std::prev(whole.documents.end());
    }
    const auto place = static_cast<std::size_t>(own - whole.documents.begin());
    whole = with_fusion(std::move(whole), trace.fusion);
    missing.rank = fused_ranks(whole)[place];
    missing.fusion = describe(trace.fusion, trace.query_weights);

    const FusionSpec fixed = for_query(trace.fusion, trace.query_weights);
    const std::vector<double> parts = unweighted_parts(whole, fixed);
    const std::vector<double> weights = fixed.weights.empty() ? std::vector<double>(experts, 1.0) : fixed.weights;
    std::vector<std::size_t> by_id(whole.documents.size()), tie_order(whole.documents.size());
    std::iota(by_id.begin(), by_id.end(), std::size_t{0});
    std::ranges::sort(by_id, {}, [&](std::size_t which) -> const std::string& { return whole.documents[which].id; });
    for (std::size_t at = 0; at < by_id.size(); ++at)
        tie_order[by_id[at]] = at;
    bool lost = false;
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        MissingExpert& part = missing.experts[expert_idx];
        part.weight = weights[expert_idx];
        part.weight_needed = nearest_weight(parts, weights, tie_order, expert_idx, place, static_cast<std::size_t>(missing.within));
        lost |= part.lost;
    }
    using Stage = MissingDocument::Stage;
    missing.stage = outside ? (lost ? Stage::Search : Stage::Depth) : missing.rank > missing.within ? Stage::Fusion : Stage::Shown;
    return missing;
}

FusionSpec with_weight(const Trace& trace, std::size_t expert_idx, double weight) {
    FusionSpec spec = for_query(trace.fusion, trace.query_weights);
    check(expert_idx < trace.experts.size(), "with_weight: no such expert");
    spec.weights.resize(trace.experts.size(), 1.0);
    spec.weights[expert_idx] = weight;
    return simplified(std::move(spec));
}

std::optional<std::size_t> easiest_weight(const MissingDocument& missing) {
    const auto effort = [](const MissingExpert& expert) { return std::abs(*expert.weight_needed - expert.weight) / std::max(expert.weight, 1e-9); };
    std::optional<std::size_t> best;
    for (std::size_t expert_idx = 0; expert_idx < missing.experts.size(); ++expert_idx)
        if (missing.experts[expert_idx].weight_needed && (!best || effort(missing.experts[expert_idx]) < effort(missing.experts[*best]))) best = expert_idx;
    return best;
}

} // namespace cameo
