#pragma once

#include "core/eval/document_map.hpp"
#include "core/jobs/progress.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// Letters: D points, W dimensions, K neighbours.

struct UmapOptions {
    std::size_t neighbours = 15;  ///< K, of each point, itself left out: few show detail, many the whole
    double min_distance = 0.1;    ///< how near two points may come in the picture
    int epochs = 200;
    std::uint64_t seed = 42;
};

/// The K nearest neighbours of every point by cosine: [D, K] row-major, nearest first, and their distances 1 - cosine. Exact.
struct NeighbourGraph {
    std::size_t k = 0;
    std::vector<std::int32_t> neighbours;
    std::vector<float> distances;
};
/// @param rows [D, W]   @throws Error(InvalidInput) for fewer than three points; Cancelled.
NeighbourGraph neighbour_graph(std::span<const float> rows, std::size_t width, std::size_t k, Progress& progress);

/// Weights of the graph's edges as UMAP makes them (McInnes, Healy and Melville 2018, section 3.1): exp(-(d - rho) / sigma) with rho
/// the distance of the nearest neighbour and sigma such that a point's weights add up to log2(K), then a + b - ab of both
/// directions. Each edge once, from the lower point to the higher one.
struct WeightedEdge {
    std::int32_t from = 0, to = 0;
    float weight = 0;
};
std::vector<WeightedEdge> fuzzy_edges(const NeighbourGraph& graph);

/// Uniform manifold approximation and projection: neighbours in the space stay neighbours in the picture, as far as two dimensions allow;
/// distances between groups mean little. The same input and seed give the same picture.
/// @param first [D] where the points start, such as their PCA
/// @throws Cancelled
std::vector<MapPlace> umap(const NeighbourGraph& graph, std::span<const MapPlace> first, const UmapOptions& options, Progress& progress);

/// How far a picture can be trusted: 1 where every point's k neighbours in the picture are among its neighbours in the space, lower
/// the further away they are there (Venna and Kaski 2001).
/// @param points which are asked, all others are their neighbours   @param rows [D, W], compared by cosine
double trustworthiness(std::span<const float> rows, std::size_t width, std::span<const MapPlace> places, std::span<const std::size_t> points, std::size_t k);

} // namespace cameo
