#include "core/eval/document_map.hpp"

namespace cameo {

namespace {

constexpr std::size_t kLexicalWidth = 256;

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

MapPlace DocumentMap::place(const Representation& text) const {
    const std::vector<float> vector = map_vector(text, kind);
    if (vector.size() != mean.size()) return {};
    MapPlace found;
    for (std::size_t column = 0; column < vector.size(); ++column) {
        found.x += (vector[column] - mean[column]) * axes[0][column];
        found.y += (vector[column] - mean[column]) * axes[1][column];
    }
    return found;
}

} // namespace cameo
