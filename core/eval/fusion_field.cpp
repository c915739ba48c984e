#include "core/eval/fusion_field.hpp"

#include "core/base/error.hpp"
#include "core/eval/significance.hpp"
#include "core/jobs/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

/// One relevant document against all others of its query.
struct Rivals {
    std::size_t always = 0;      ///< documents that stand above it under every mix
    std::vector<double> margins; ///< [n, E] of those for which it depends: theirs minus its own
    std::vector<char> wins_ties; ///< [n]
    int grade = 1;
};

Rivals rivals_of(const std::vector<double>& scores, std::size_t experts, const RelevantDocument& relevant) {
    Rivals rivals{.grade = relevant.grade};
    const auto own = static_cast<std::size_t>(relevant.position);
    const std::size_t documents = scores.size() / experts;
    for (std::size_t other = 0; other < documents; ++other) {
        if (other == own) continue;
        bool below = true, above = true;
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
            const double margin = scores[other * experts + expert_idx] - scores[own * experts + expert_idx];
            below = below && margin < 0;
            above = above && margin > 0;
        }
        if (below) continue;
        if (above) {
            ++rivals.always;
            continue;
        }
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
            rivals.margins.push_back(scores[other * experts + expert_idx] - scores[own * experts + expert_idx]);
        rivals.wins_ties.push_back(other > own);
    }
    return rivals;
}

std::size_t rank_under(const Rivals& rivals, std::span<const double> weights) {
    const std::size_t experts = weights.size();
    std::size_t rank = 1 + rivals.always;
    for (std::size_t rival = 0; rival < rivals.wins_ties.size(); ++rival) {
        double margin = 0;
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
            margin += weights[expert_idx] * rivals.margins[rival * experts + expert_idx];
        rank += margin > 0 || (margin == 0 && rivals.wins_ties[rival]);
    }
    return rank;
}

std::vector<FusionPoint> grid(std::size_t experts, std::size_t steps) {
    std::vector<FusionPoint> points;
    const auto part = [&](std::size_t multiple) { return static_cast<double>(multiple) / static_cast<double>(steps); };
    for (std::size_t first = 0; first <= steps; ++first) {
        if (experts == 2) {
            points.push_back({.weights = {part(first), part(steps - first)}});
            continue;
        }
        for (std::size_t second = 0; first + second <= steps; ++second)
            points.push_back({.weights = {part(first), part(second), part(steps - first - second)}});
    }
    return points;
}

/// @param values [Q, P] one measure
BestMix best_mix(const std::vector<float>& values, std::size_t queries, std::size_t points, std::size_t equal, std::size_t folds) {
    BestMix best;
    std::vector<double> sums(points, 0.0), fold_sums(folds * points, 0.0);
    for (std::size_t query = 0; query < queries; ++query)
        for (std::size_t point = 0; point < points; ++point) {
            const double one = values[query * points + point];
            sums[point] += one;
            fold_sums[(query % folds) * points + point] += one;
        }
    // Among mixes that are as good equal weights come first, then the one that comes first.
    const auto largest = [&](const auto& sum_of) {
        std::size_t found = equal;
        for (std::size_t point = 0; point < points; ++point)
            if (sum_of(point) > sum_of(found) + 1e-9) found = point;
        return found;
    };
    best.point = largest([&](std::size_t point) { return sums[point]; });
    std::vector<double> validated(queries), plain(queries);
    for (std::size_t fold = 0; fold < folds; ++fold) {
        const std::size_t chosen = largest([&](std::size_t point) { return sums[point] - fold_sums[fold * points + point]; });
        best.chosen.push_back(chosen);
        for (std::size_t query = fold; query < queries; query += folds)
            validated[query] = values[query * points + chosen];
    }
    for (std::size_t query = 0; query < queries; ++query)
        plain[query] = values[query * points + equal];
    const auto mean_of = [&](const std::vector<double>& list) {
        return list.empty() ? 0 : std::accumulate(list.begin(), list.end(), 0.0) / static_cast<double>(list.size());
    };
    best.cross_validated = mean_of(validated);
    best.plain = mean_of(plain);
    const Interval interval = bootstrap_interval(validated, plain);
    best.low = interval.low;
    best.high = interval.high;
    return best;
}

} // namespace

std::size_t FusionField::at(std::size_t first, std::size_t second) const {
    return experts == 2 ? first : triangle_index(options.steps, first, second);
}

double FusionField::value_at(std::span<const double> weights, int measure_idx) const {
    check(weights.size() == experts, "FusionField::value_at: weights are not one an expert");
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    const auto steps = static_cast<double>(options.steps);
    const double first = steps * (sum > 0 ? weights[0] / sum : 1.0 / static_cast<double>(experts));
    const auto point_value = [&](std::size_t point) { return value(points[point].mean, measure_idx); };
    const double low = std::min(std::floor(first), steps - 1), part = first - low;
    const auto row = static_cast<std::size_t>(low);
    if (experts == 2) return (1 - part) * point_value(row) + part * point_value(row + 1);
    // Within the small triangle, the upright or the turned one, that holds the point.
    const double second = steps * (sum > 0 ? weights[1] / sum : 1.0 / 3);
    double across = std::floor(second), rest = second - across;
    const double down = part;
    if (low + across > steps - 1 && across > 0) { // on the far edge
        --across;
        rest += 1;
    }
    const auto a = row, b = static_cast<std::size_t>(across);
    const bool last = a + b + 1 >= options.steps; // no turned triangle beside it
    if (last) rest = std::min(rest, 1 - down);
    if (last || down + rest <= 1)
        return (1 - down - rest) * point_value(at(a, b)) + down * point_value(at(a + 1, b)) + rest * point_value(at(a, b + 1));
    return (1 - down) * point_value(at(a, b + 1)) + (1 - rest) * point_value(at(a + 1, b)) +
           (down + rest - 1) * point_value(at(a + 1, b + 1));
}

FusionField fusion_field(const JudgedScores& scores, const FusionFieldOptions& options, Progress& progress) {
    const std::size_t experts = scores.experts.size(), queries = scores.queries.size();
    if (experts != 2 && experts != 3)
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("model {} has {} experts: mixes of two or three can be laid out", scores.model, experts));
    check(options.steps > 0 && options.steps % experts == 0 && options.folds > 1, "fusion_field: steps or folds");
    FusionField field{.options = options, .experts = experts, .points = grid(experts, options.steps)};
    const std::size_t points = field.points.size();
    std::array<std::vector<float>, kMeasureCount> values;
    for (auto& of_measure : values)
        of_measure.resize(queries * points);
    progress.begin("trying mixes", Unit::Queries, static_cast<std::int64_t>(queries));
    parallel_for(queries, 4, [&](std::size_t begin, std::size_t end) {
        for (std::size_t query = begin; query < end; ++query) {
            progress.check_cancelled();
            const ScoredQuery& scored = scores.queries[query];
            std::vector<std::size_t> tie_order(scored.documents.size());
            std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
            const std::vector<double> used =
                unweighted_parts({.method = options.method, .rrf_k = options.rrf_k}, scored.raw, experts, tie_order);
            std::vector<Rivals> rivals;
            std::vector<int> gains;
            for (const RelevantDocument& relevant : scored.relevant) {
                gains.push_back(relevant.grade);
                if (relevant.position >= 0) rivals.push_back(rivals_of(used, experts, relevant));
            }
            for (std::size_t point = 0; point < points; ++point) {
                std::vector<FoundDocument> found;
                for (const Rivals& one : rivals)
                    if (const std::size_t rank = rank_under(one, field.points[point].weights); rank <= kRunDepth) found.push_back({rank, one.grade});
                const Measures measures = measure_found(std::move(found), gains);
                for (int measure = 0; measure < kMeasureCount; ++measure)
                    values[static_cast<std::size_t>(measure)][query * points + point] = static_cast<float>(value(measures, measure));
            }
            progress.advance();
        }
    });
    std::vector<std::size_t> all(queries);
    std::iota(all.begin(), all.end(), std::size_t{0});
    for (std::size_t point = 0; point < points; ++point) {
        std::array<double, kMeasureCount> sums{};
        for (std::size_t measure = 0; measure < kMeasureCount; ++measure)
            for (std::size_t query = 0; query < queries; ++query)
                sums[measure] += values[measure][query * points + point];
        for (double& sum : sums)
            sum = queries > 0 ? sum / static_cast<double>(queries) : 0;
        field.points[point].mean = {sums[0], sums[1], sums[2], sums[3], sums[4]};
    }
    const std::size_t each = options.steps / experts, equal = field.at(each, experts == 3 ? each : 0);
    const std::size_t folds = std::min(options.folds, std::max<std::size_t>(queries, 2));
    for (std::size_t measure = 0; measure < kMeasureCount; ++measure)
        field.best[measure] = best_mix(values[measure], queries, points, equal, folds);
    for (const ScoredQuery& query : scores.queries) {
        const double sum = std::accumulate(query.query_weights.begin(), query.query_weights.end(), 0.0);
        if (query.query_weights.size() != experts || !(sum > 0)) {
            field.adaptive.clear();
            break;
        }
        for (const double weight : query.query_weights)
            field.adaptive.push_back(weight / sum);
    }
    return field;
}

} // namespace cameo
