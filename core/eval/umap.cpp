#include "core/eval/umap.hpp"

#include "core/base/error.hpp"

#include <faiss/utils/distances.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <random>
#include <string>

namespace cameo {

namespace {

constexpr std::size_t kTogether = 512;     ///< points whose neighbours are searched at once: a cancel is heard between
constexpr int kNegatives = 5;              ///< points that each point is pushed from when it is pulled to one
constexpr float kExtent = 10;              ///< half the width of the picture at the start
constexpr double kLongestStep = 4;         ///< of one pull or push
constexpr double kSpread = 1;              ///< scale of the picture's distances

std::vector<float> unit_rows(std::span<const float> rows, std::size_t width) {
    std::vector<float> unit(rows.begin(), rows.end());
    for (std::size_t at = 0; at < unit.size(); at += width) {
        double squares = 0;
        for (std::size_t column = 0; column < width; ++column) squares += static_cast<double>(unit[at + column]) * unit[at + column];
        const auto scale = static_cast<float>(squares > 0 ? 1 / std::sqrt(squares) : 0);
        for (std::size_t column = 0; column < width; ++column) unit[at + column] *= scale;
    }
    return unit;
}

/// The curve 1 / (1 + a d^2b) that lies nearest to: 1 up to the least distance, from there exp(-(d - least) / spread). Fitted by
/// Gauss-Newton steps over a grid, as the paper says it is; for 0.1 and 1 it is a = 1.577, b = 0.895.
std::pair<double, double> fit_curve(double least, double spread) {
    double a = 1, b = 1;
    for (int round = 0; round < 100; ++round) {
        double aa = 0, ab = 0, bb = 0, ra = 0, rb = 0;
        for (int step = 1; step < 300; ++step) {
            const double d = 3 * spread * step / 299, wanted = d <= least ? 1 : std::exp(-(d - least) / spread);
            const double power = std::pow(d, 2 * b), value = 1 / (1 + a * power), rest = wanted - value;
            const double by_a = -power * value * value, by_b = -a * power * 2 * std::log(d) * value * value;
            aa += by_a * by_a;
            ab += by_a * by_b;
            bb += by_b * by_b;
            ra += by_a * rest;
            rb += by_b * rest;
        }
        const double determinant = aa * bb - ab * ab;
        if (!(std::fabs(determinant) > 1e-300)) break;
        const double step_a = (ra * bb - rb * ab) / determinant, step_b = (rb * aa - ra * ab) / determinant;
        a = std::max(a + step_a, 1e-3);
        b = std::max(b + step_b, 1e-3);
        if (std::fabs(step_a) + std::fabs(step_b) < 1e-10) break;
    }
    return {a, b};
}

/// sigma such that the weights of one point's neighbours add up to log2(K).
double find_sigma(std::span<const float> distances, double rho) {
    const double wanted = std::log2(static_cast<double>(distances.size()));
    double low = 0, high = INFINITY, sigma = 1;
    for (int round = 0; round < 64; ++round) {
        double sum = 0;
        for (const float distance : distances) sum += distance > rho ? std::exp(-(distance - rho) / sigma) : 1;
        if (std::fabs(sum - wanted) < 1e-5) break;
        if (sum > wanted) {
            high = sigma;
            sigma = (low + high) / 2;
        } else {
            low = sigma;
            sigma = std::isinf(high) ? sigma * 2 : (low + high) / 2;
        }
    }
    const double mean = std::accumulate(distances.begin(), distances.end(), 0.0) / static_cast<double>(distances.size());
    return std::max(sigma, 1e-3 * std::max(mean, 1e-6));
}

double clipped(double step) { return std::clamp(step, -kLongestStep, kLongestStep); }

} // namespace

NeighbourGraph neighbour_graph(std::span<const float> rows, std::size_t width, std::size_t k, Progress& progress) {
    const std::size_t points = rows.size() / width;
    if (points < 3) throw Error(ErrorKind::InvalidInput, "neighbours need three points, there are " + std::to_string(points));
    k = std::min(k, points - 1);
    const std::vector<float> unit = unit_rows(rows, width);
    NeighbourGraph graph{.k = k};
    graph.neighbours.reserve(points * k);
    graph.distances.reserve(points * k);
    std::vector<float> scores(kTogether * (k + 1));
    std::vector<std::int64_t> found(scores.size());
    progress.begin("finding neighbours", Unit::Documents, static_cast<std::int64_t>(points));
    for (std::size_t begin = 0; begin < points; begin += kTogether) {
        const std::size_t count = std::min(kTogether, points - begin);
        faiss::knn_inner_product(&unit[begin * width], unit.data(), width, count, points, k + 1, scores.data(), found.data());
        for (std::size_t at = 0; at < count; ++at) {
            std::size_t taken = 0;
            for (std::size_t place = 0; place <= k && taken < k; ++place) {
                const std::int64_t other = found[at * (k + 1) + place];
                if (other < 0 || static_cast<std::size_t>(other) == begin + at) continue; // equal points may stand before itself
                graph.neighbours.push_back(static_cast<std::int32_t>(other));
                graph.distances.push_back(std::max(0.0f, 1 - scores[at * (k + 1) + place]));
                ++taken;
            }
            check(taken == k, "neighbour_graph: too few neighbours");
        }
        progress.advance(static_cast<std::int64_t>(count));
    }
    return graph;
}

std::vector<WeightedEdge> fuzzy_edges(const NeighbourGraph& graph) {
    const std::size_t points = graph.neighbours.size() / graph.k;
    std::map<std::pair<std::int32_t, std::int32_t>, std::pair<float, float>> edges; // weight upwards, downwards
    for (std::size_t point = 0; point < points; ++point) {
        const auto distances = std::span(graph.distances).subspan(point * graph.k, graph.k);
        const auto nearest = std::ranges::find_if(distances, [](float distance) { return distance > 0; });
        const double rho = nearest == distances.end() ? 0 : *nearest, sigma = find_sigma(distances, rho);
        for (std::size_t place = 0; place < graph.k; ++place) {
            const auto own = static_cast<std::int32_t>(point), other = graph.neighbours[point * graph.k + place];
            const auto weight = static_cast<float>(distances[place] > rho ? std::exp(-(distances[place] - rho) / sigma) : 1);
            auto& [up, down] = edges[std::minmax(own, other)];
            (own < other ? up : down) = weight;
        }
    }
    std::vector<WeightedEdge> made;
    for (const auto& [ends, weights] : edges)
        made.push_back({ends.first, ends.second, weights.first + weights.second - weights.first * weights.second});
    return made;
}

std::vector<MapPlace> umap(const NeighbourGraph& graph, std::span<const MapPlace> first, const UmapOptions& options, Progress& progress) {
    check(first.size() * graph.k == graph.neighbours.size(), "umap: places are not one a point");
    std::vector<MapPlace> places(first.begin(), first.end());
    std::mt19937_64 random(options.seed);
    float extent = 1e-12f;
    for (const MapPlace& place : places) extent = std::max({extent, std::fabs(place.x), std::fabs(place.y)});
    // Points that start on one another could never be told apart.
    std::normal_distribution<float> shake(0, 1e-4f);
    for (MapPlace& place : places) place = {place.x / extent * kExtent + shake(random), place.y / extent * kExtent + shake(random)};

    auto edges = fuzzy_edges(graph);
    float heaviest = 0;
    for (const WeightedEdge& edge : edges) heaviest = std::max(heaviest, edge.weight);
    std::erase_if(edges, [&](const WeightedEdge& edge) { return edge.weight * static_cast<float>(options.epochs) < heaviest; });
    std::vector<double> next(edges.size());
    for (std::size_t edge = 0; edge < edges.size(); ++edge) next[edge] = heaviest / edges[edge].weight;
    const auto [a, b] = fit_curve(options.min_distance, kSpread);
    std::uniform_int_distribution<std::size_t> anyone(0, places.size() - 1);
    progress.begin("placing neighbours together", Unit::Steps, options.epochs);
    for (int epoch = 0; epoch < options.epochs; ++epoch) {
        const double rate = 1 - static_cast<double>(epoch) / options.epochs;
        const auto push_away = [&](MapPlace& one) {
            for (int sample = 0; sample < kNegatives; ++sample) {
                const MapPlace& other = places[anyone(random)];
                const double x = one.x - other.x, y = one.y - other.y, squared = x * x + y * y;
                if (!(squared > 0)) continue;
                const double force = 2 * b / ((0.001 + squared) * (1 + a * std::pow(squared, b)));
                one.x += static_cast<float>(rate * clipped(force * x));
                one.y += static_cast<float>(rate * clipped(force * y));
            }
        };
        for (std::size_t edge = 0; edge < edges.size(); ++edge) {
            if (next[edge] > epoch + 1) continue; // an edge of half the weight is drawn half as often
            next[edge] += heaviest / edges[edge].weight;
            MapPlace &one = places[static_cast<std::size_t>(edges[edge].from)], &other = places[static_cast<std::size_t>(edges[edge].to)];
            // Each end pulls once, as each direction is an edge of its own in the paper.
            for (int end = 0; end < 2; ++end) {
                const double x = one.x - other.x, y = one.y - other.y, squared = x * x + y * y;
                const double force = squared > 0 ? -2 * a * b * std::pow(squared, b - 1) / (1 + a * std::pow(squared, b)) : 0;
                const auto step_x = static_cast<float>(rate * clipped(force * x)), step_y = static_cast<float>(rate * clipped(force * y));
                one.x += step_x;
                one.y += step_y;
                other.x -= step_x;
                other.y -= step_y;
                push_away(end == 0 ? one : other);
            }
        }
        progress.advance();
    }
    return places;
}

double trustworthiness(std::span<const float> rows, std::size_t width, std::span<const MapPlace> places, std::span<const std::size_t> points, std::size_t k) {
    const std::size_t count = places.size();
    check(count > 2 * k && !points.empty(), "trustworthiness: too few points");
    const std::vector<float> unit = unit_rows(rows, width);
    double penalty = 0;
    std::vector<std::size_t> order(count), rank(count);
    std::vector<double> near(count);
    for (const std::size_t point : points) {
        const auto sort_by = [&](const auto& distance) {
            std::iota(order.begin(), order.end(), std::size_t{0});
            for (std::size_t other = 0; other < count; ++other) near[other] = other == point ? -INFINITY : distance(other);
            std::ranges::stable_sort(order, {}, [&](std::size_t other) { return near[other]; });
        };
        sort_by([&](std::size_t other) {
            double dot = 0;
            for (std::size_t column = 0; column < width; ++column) dot += static_cast<double>(unit[point * width + column]) * unit[other * width + column];
            return -dot;
        });
        for (std::size_t place = 0; place < count; ++place) rank[order[place]] = place; // 0: itself
        sort_by([&](std::size_t other) { return std::hypot(places[other].x - places[point].x, places[other].y - places[point].y); });
        for (std::size_t place = 1; place <= k; ++place)
            if (rank[order[place]] > k) penalty += static_cast<double>(rank[order[place]] - k);
    }
    const auto n = static_cast<double>(count), asked = static_cast<double>(points.size()), of = static_cast<double>(k);
    return 1 - 2 / (asked * of * (2 * n - 3 * of - 1)) * penalty;
}

} // namespace cameo
