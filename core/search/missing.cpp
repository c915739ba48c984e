#include "core/search/missing.hpp"

#include "core/base/error.hpp"
#include "core/search/engine.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <utility>

namespace cameo {

namespace {

constexpr std::int64_t kScoreTogether = 512;

/// How another document stands to this one, over one expert's weight.
struct Line {
    double at_zero = 0, slope = 0; ///< its score minus this one's
    bool wins_ties = false;
};

/// Rank of a document among all that are indexed, and the score of the one at rank `within`.
struct Standing {
    std::int64_t rank = 1;
    double last_shown = std::numeric_limits<double>::quiet_NaN();
};

Standing stand(const Index& index, std::size_t expert_idx, const Representation& query, DocumentOrdinal ordinal, float score, std::size_t within, Progress& progress) {
    Standing found;
    const std::int64_t documents = index.info().documents;
    std::vector<DocumentOrdinal> ordinals;
    std::vector<float> scores, best;
    for (std::int64_t begin = 0; begin < documents; begin += kScoreTogether) {
        ordinals.resize(static_cast<std::size_t>(std::min(kScoreTogether, documents - begin)));
        std::iota(ordinals.begin(), ordinals.end(), begin);
        scores.resize(ordinals.size());
        index.score(expert_idx, query, ordinals, scores);
        for (std::size_t at = 0; at < ordinals.size(); ++at)
            found.rank += better({ordinals[at], scores[at]}, {ordinal, score});
        best.insert(best.end(), scores.begin(), scores.end());
        if (best.size() > within) {
            std::ranges::nth_element(best, best.begin() + static_cast<std::ptrdiff_t>(within) - 1, std::ranges::greater());
            best.resize(within);
        }
        progress.advance(std::ssize(ordinals));
    }
    if (best.size() == within) found.last_shown = *std::ranges::min_element(best);
    return found;
}

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
            if (!nearest || std::abs(inside - now) < std::abs(*nearest - now)) nearest = inside;
        }
        if (at < crossings.size()) above += crossings[at].second;
        low = std::max(low, high);
    }
    return nearest;
}

MissingDocument find_missing(const SearchEngine& engine, const Trace& trace, const std::string& document_id, std::int32_t within, Progress& progress) {
    check(within >= 1, "find_missing: within");
    const Ledger ledger = engine.explain(trace, document_id); // and everything that can be wrong with the three
    const DocumentOrdinal ordinal = *engine.collection().find(document_id);
    const std::size_t experts = trace.experts.size();
    MissingDocument missing{.id = document_id, .title = ledger.title, .within = within, .depth = trace.depth,
                            .fusion = describe(trace.fusion, trace.query_weights)};

    Trace whole = trace;
    whole.ledgers.clear();
    auto own = std::ranges::find(whole.documents, document_id, &UnionDocument::id);
    const bool outside = own == whole.documents.end();
    const std::uint32_t brought_by = outside ? 0 : own->brought_by;
    if (outside) {
        UnionDocument entry;
        entry.id = document_id;
        entry.ordinal = ordinal;
        for (const ExpertLedger& part : ledger.experts)
            entry.raw.push_back(static_cast<float>(part.raw));
        whole.documents.push_back(std::move(entry));
        own = std::prev(whole.documents.end());
    }
    const auto place = static_cast<std::size_t>(own - whole.documents.begin());
    whole = with_fusion(std::move(whole), trace.fusion);
    missing.rank = fused_ranks(whole)[place];

    const FusionSpec fixed = for_query(trace.fusion, trace.query_weights);
    const std::vector<double> parts = unweighted_parts(whole, fixed);
    const std::vector<double> weights = fixed.weights.empty() ? std::vector<double>(experts, 1.0) : fixed.weights;
    std::vector<std::size_t> by_id(whole.documents.size()), tie_order(whole.documents.size());
    std::iota(by_id.begin(), by_id.end(), std::size_t{0});
    std::ranges::sort(by_id, {}, [&](std::size_t which) -> const std::string& { return whole.documents[which].id; });
    for (std::size_t at = 0; at < by_id.size(); ++at)
        tie_order[by_id[at]] = at;

    const IndexInfo& info = engine.index().info();
    progress.begin("scoring every document", Unit::Documents, info.documents * static_cast<std::int64_t>(experts));
    bool lost = false;
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        const ExpertTrace& expert = trace.experts[expert_idx];
        const float raw = whole.documents[place].raw[expert_idx];
        const Standing standing = stand(engine.index(), expert_idx, expert.query, ordinal, raw, static_cast<std::size_t>(within), progress);
        // A lexical expert's candidates share a term with the query, however few there are.
        const bool can_bring = expert.kind != ExpertKind::Lexical || raw > 0;
        MissingExpert part{.name = expert.name, .kind = expert.kind, .raw = raw, .rank = standing.rank, .candidate = (brought_by >> expert_idx & 1U) != 0,
                           .truncated = engine.index().document(expert_idx, ordinal).truncated, .weight = weights[expert_idx],
                           .weight_needed = nearest_weight(parts, weights, tie_order, expert_idx, place, static_cast<std::size_t>(within))};
        part.lost = can_bring && !part.candidate && standing.rank <= trace.depth && !info.experts[expert_idx].exact_candidates;
        if (standing.rank <= within) part.short_by = 0;
        else if (std::isfinite(standing.last_shown)) part.short_by = standing.last_shown - raw;
        lost |= part.lost;
        if (outside && can_bring && (missing.depth_needed == 0 || standing.rank < missing.depth_needed)) missing.depth_needed = standing.rank;
        missing.experts.push_back(std::move(part));
    }
    using Stage = MissingDocument::Stage;
    missing.stage = outside ? (lost ? Stage::Search : Stage::Depth) : missing.rank > within ? Stage::Fusion : Stage::Shown;
    return missing;
}

} // namespace cameo
