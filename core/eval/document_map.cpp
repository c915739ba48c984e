#include "core/eval/document_map.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

namespace cameo {

namespace {

constexpr std::size_t kLexicalWidth = 256;
constexpr std::size_t kPlacedAmong = 5; ///< documents that a text stands in the middle of

std::uint64_t mixed(std::uint64_t value) {
    value ^= value >> 31;
    value *= 0x7fb5d329728ea185ULL;
    value ^= value >> 27;
    value *= 0x81dadef4bc2dd44dULL;
    return value ^ value >> 33;
}

} // namespace

std::vector<float> map_vector(const Representation& text, ExpertKind kind) {
    switch (kind) {
    case ExpertKind::Global: return text.pooled;
    case ExpertKind::Local: {
        const auto width = static_cast<std::size_t>(text.tokens.width);
        std::vector<float> mean(width, 0.0f);
        for (std::size_t row = 0; row < text.tokens.count(); ++row)
            for (std::size_t column = 0; column < width; ++column)
                mean[column] += text.tokens.rows[row * width + column] / static_cast<float>(text.tokens.count());
        return mean;
    }
    case ExpertKind::Lexical: break;
    }
    std::vector<float> sums(kLexicalWidth, 0.0f);
    for (std::size_t at = 0; at < text.sparse.terms.size(); ++at) {
        const std::uint64_t hash = mixed(static_cast<std::uint64_t>(text.sparse.terms[at]) + 1);
        sums[hash % kLexicalWidth] += (hash >> 40 & 1U) != 0 ? text.sparse.weights[at] : -text.sparse.weights[at];
    }
    return sums;
}

namespace {

double cosine(const float* one, const float* other, std::size_t width) {
    double dot = 0, one_squares = 0, other_squares = 0;
    for (std::size_t column = 0; column < width; ++column) {
        dot += static_cast<double>(one[column]) * other[column];
        one_squares += static_cast<double>(one[column]) * one[column];
        other_squares += static_cast<double>(other[column]) * other[column];
    }
    return one_squares > 0 && other_squares > 0 ? dot / std::sqrt(one_squares * other_squares) : 0;
}

/// The middle of the places of the documents nearest to a vector.
MapPlace among_neighbours(const DocumentMap& map, const std::vector<float>& vector) {
    std::vector<std::pair<double, std::size_t>> near;
    for (std::size_t place = 0; place < map.places.size(); ++place)
        near.emplace_back(cosine(vector.data(), &map.rows[place * vector.size()], vector.size()), place);
    const auto taken = static_cast<std::ptrdiff_t>(std::min(kPlacedAmong, near.size()));
    std::partial_sort(near.begin(), near.begin() + taken, near.end(), std::greater());
    MapPlace found;
    for (std::ptrdiff_t at = 0; at < taken; ++at) {
        found.x += map.places[near[static_cast<std::size_t>(at)].second].x / static_cast<float>(taken);
        found.y += map.places[near[static_cast<std::size_t>(at)].second].y / static_cast<float>(taken);
    }
    return found;
}

} // namespace

MapPlace DocumentMap::place(const Representation& text) const {
    const std::vector<float> vector = map_vector(text, kind);
    if (vector.size() != mean.size()) return {};
    if (layout == MapLayout::Neighbours) return among_neighbours(*this, vector);
    MapPlace found;
    for (std::size_t column = 0; column < vector.size(); ++column) {
        found.x += (vector[column] - mean[column]) * axes[0][column];
        found.y += (vector[column] - mean[column]) * axes[1][column];
    }
    return found;
}

} // namespace cameo
