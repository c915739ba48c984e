#include "core/eval/lay_out_map.hpp"

#include "core/base/error.hpp"
#include "core/eval/routing.hpp"
#include "core/eval/umap.hpp"
#include "core/jobs/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace cameo {

namespace {

constexpr int kIterations = 60;
constexpr std::size_t kAsked = 300; ///< documents whose neighbourhoods are compared with the picture's
constexpr std::size_t kPiece = 512; ///< documents of one partial sum: sums do not depend on the number of threads

using Pair = std::array<std::vector<double>, 2>; ///< two vectors [W]

/// X'(X v) for two vectors at once, over rows that are centred. @param rows [D, W]
Pair multiply(const std::vector<float>& rows, std::size_t width, const Pair& v) {
    const std::size_t documents = rows.size() / width, pieces = (documents + kPiece - 1) / kPiece;
    std::vector<Pair> partial(pieces, Pair{std::vector<double>(width, 0.0), std::vector<double>(width, 0.0)});
    parallel_for(pieces, 1, [&](std::size_t begin, std::size_t end) {
        for (std::size_t piece = begin; piece < end; ++piece)
            for (std::size_t document = piece * kPiece; document < std::min(documents, (piece + 1) * kPiece); ++document) {
                const float* row = &rows[document * width];
                double dots[2] = {0, 0};
                for (std::size_t column = 0; column < width; ++column) {
                    dots[0] += row[column] * v[0][column];
                    dots[1] += row[column] * v[1][column];
                }
                for (std::size_t column = 0; column < width; ++column) {
                    partial[piece][0][column] += dots[0] * row[column];
                    partial[piece][1][column] += dots[1] * row[column];
                }
            }
    });
    Pair sum{std::vector<double>(width, 0.0), std::vector<double>(width, 0.0)};
    for (const Pair& piece : partial)
        for (std::size_t each = 0; each < 2; ++each)
            for (std::size_t column = 0; column < width; ++column)
                sum[each][column] += piece[each][column];
    return sum;
}

double dot(const std::vector<double>& a, const std::vector<double>& b) {
    double sum = 0;
    for (std::size_t at = 0; at < a.size(); ++at)
        sum += a[at] * b[at];
    return sum;
}

/// Length 1 each and at right angles.
void orthonormalise(Pair& v) {
    for (std::size_t each = 0; each < 2; ++each) {
        // Where nothing but rounding is left of it, any direction does: the first unit vector that is not along the other one.
        const double before = std::sqrt(dot(v[each], v[each]));
        for (std::size_t unit = 0; unit <= v[each].size(); ++unit) {
            for (int pass = 0; pass < 2 * static_cast<int>(each); ++pass) { // once more for what rounding has left
                const double along = dot(v[1], v[0]);
                for (std::size_t at = 0; at < v[1].size(); ++at)
                    v[1][at] -= along * v[0][at];
            }
            const double length = std::sqrt(dot(v[each], v[each]));
            if (length > 1e-12 * (unit == 0 ? before : 1) && length > 1e-150) {
                for (double& value : v[each])
                    value /= length;
                break;
            }
            std::ranges::fill(v[each], 0.0);
            if (unit < v[each].size()) v[each][unit] = 1;
        }
    }
}

/// Turns two axes within their plane so that the first shows most and the places along them do not go together.
/// @return sums of squares along the two
std::array<double, 2> turn(Pair& axes, std::vector<std::array<double, 2>>& places) {
    double xx = 0, xy = 0, yy = 0;
    for (const auto& [x, y] : places) {
        xx += x * x;
        xy += x * y;
        yy += y * y;
    }
    const double angle = 0.5 * std::atan2(2 * xy, xx - yy), c = std::cos(angle), s = std::sin(angle);
    const auto turned = [&](double& x, double& y) {
        const double old = x;
        x = c * old + s * y;
        y = c * y - s * old;
    };
    for (std::size_t column = 0; column < axes[0].size(); ++column)
        turned(axes[0][column], axes[1][column]);
    std::array<double, 2> squares{};
    for (auto& [x, y] : places) {
        turned(x, y);
        squares[0] += x * x;
        squares[1] += y * y;
    }
    return squares;
}

/// Ids, sections, gates and vectors of the documents that are laid out. @return [D, W]
std::vector<float> read_documents(const SearchEngine& engine, std::int64_t count, DocumentMap& map, Progress& progress) {
    const auto experts = engine.model().experts();
    const std::int64_t all = engine.index().info().documents;
    const auto gated = std::ranges::find_if(experts, [](const ExpertInfo& info) { return info.gate > 0; });
    progress.begin("reading vectors", Unit::Documents, count);
    std::vector<float> rows, logits;
    for (std::int64_t at = 0; at < count; ++at) {
        const DocumentOrdinal ordinal = at * all / count;
        const std::vector<float> vector = map_vector(engine.index().document(map.expert_idx, ordinal), map.kind);
        if (map.mean.empty()) {
            map.mean.assign(vector.size(), 0.0f);
            rows.reserve(static_cast<std::size_t>(count) * vector.size());
        }
        check(vector.size() == map.mean.size(), "lay_out_map: vectors differ in width");
        rows.insert(rows.end(), vector.begin(), vector.end());
        const Document document = engine.collection().document(ordinal);
        map.documents.push_back(ordinal);
        map.ids.push_back(document.id);
        const auto section = document.fields.find("section");
        map.sections.push_back(section == document.fields.end() ? std::string() : section->second);
        if (gated != experts.end()) {
            const auto gate = engine.index().gate(static_cast<std::size_t>(gated - experts.begin()), ordinal);
            logits.insert(logits.end(), gate.begin(), gate.end());
        }
        progress.advance();
    }
    if (!logits.empty()) map.first_choice = first_choices(logits, static_cast<std::size_t>(gated->gate));
    return rows;
}

/// Sets mean, axes, variance and places. @param rows [D, W]; they are centred
void find_directions(std::vector<float> rows, DocumentMap& map, Progress& progress) {
    const std::size_t width = map.mean.size(), documents = map.documents.size();
    std::vector<double> mean(width, 0.0);
    const auto each_row = [&](const auto& work) {
        for (std::size_t document = 0; document < documents; ++document) {
            if (document % kPiece == 0) progress.check_cancelled();
            work(document, &rows[document * width]);
        }
    };
    each_row([&](std::size_t, const float* row) {
        for (std::size_t column = 0; column < width; ++column)
            mean[column] += row[column];
    });
    for (std::size_t column = 0; column < width; ++column)
        map.mean[column] = static_cast<float>(mean[column] / static_cast<double>(documents));
    double variance = 0;
    each_row([&](std::size_t, float* row) {
        for (std::size_t column = 0; column < width; ++column) {
            row[column] -= map.mean[column];
            variance += static_cast<double>(row[column]) * row[column];
        }
    });
    // Orthogonal iteration from two fixed vectors: the same picture every time.
    Pair axes{std::vector<double>(width), std::vector<double>(width)};
    for (std::size_t column = 0; column < width; ++column) {
        axes[0][column] = std::sin(1.0 + static_cast<double>(column));
        axes[1][column] = std::cos(2.0 + 1.7 * static_cast<double>(column));
    }
    orthonormalise(axes);
    progress.begin("finding the main directions", Unit::Steps, kIterations);
    for (int iteration = 0; iteration < kIterations; ++iteration) {
        axes = multiply(rows, width, axes);
        orthonormalise(axes);
        progress.advance();
    }
    std::vector<std::array<double, 2>> places(documents);
    each_row([&](std::size_t document, const float* row) {
        for (std::size_t each = 0; each < 2; ++each)
            for (std::size_t column = 0; column < width; ++column)
                places[document][each] += row[column] * axes[each][column];
    });
    const auto squares = turn(axes, places);
    for (std::size_t each = 0; each < 2; ++each) {
        map.variance[each] = variance > 0 ? squares[each] / variance : 0;
        map.axes[each].assign(axes[each].begin(), axes[each].end());
    }
    for (const auto& [x, y] : places)
        map.places.push_back({static_cast<float>(x), static_cast<float>(y)});
}

/// Moves the places so that neighbours stand together.
void gather_neighbours(std::vector<float> rows, DocumentMap& map, Progress& progress) {
    const UmapOptions options;
    const NeighbourGraph graph = neighbour_graph(rows, map.mean.size(), options.neighbours, progress);
    map.places = umap(graph, map.places, options, progress);
    map.layout = MapLayout::Neighbours;
    const std::size_t documents = map.documents.size();
    if (documents > 2 * options.neighbours) {
        std::vector<std::size_t> some;
        for (std::size_t at = 0; at < std::min(kAsked, documents); ++at) some.push_back(at * documents / std::min(kAsked, documents));
        progress.begin("asking how far it can be trusted", Unit::Steps, 1);
        map.trust = trustworthiness(rows, map.mean.size(), map.places, some, options.neighbours);
        progress.advance();
    }
    map.rows = std::move(rows);
}

} // namespace

DocumentMap lay_out_map(const SearchEngine& engine, std::size_t expert_idx, const MapOptions& options, Progress& progress) {
    const auto experts = engine.model().experts();
    if (expert_idx >= experts.size())
        throw Error(ErrorKind::InvalidInput, fmt::format("model {} has {} experts", engine.model().name(), experts.size()));
    const std::int64_t all = engine.index().info().documents, count = std::min(all, options.most);
    if (count < 3) throw Error(ErrorKind::InvalidInput, fmt::format("a map needs three documents, the index has {}", all));
    DocumentMap map{.model = engine.model().name(), .model_version = engine.model().version(), .collection = engine.collection().name(),
                    .collection_version = engine.collection().version(), .expert = experts[expert_idx].name, .expert_idx = expert_idx, .kind = experts[expert_idx].kind};
    map.left_out = all - count;
    std::vector<float> rows = read_documents(engine, count, map, progress);
    find_directions(rows, map, progress);
    if (options.layout == MapLayout::Neighbours) gather_neighbours(std::move(rows), map, progress);
    return map;
}

std::vector<std::pair<DocumentName, float>> map_neighbours(const SearchEngine& engine, std::size_t expert_idx, std::string_view document_id, std::size_t k) {
    const auto ordinal = engine.collection().find(document_id);
    if (!ordinal || *ordinal >= engine.index().info().documents)
        throw Error(ErrorKind::NotFound, fmt::format("document '{}' is not in the index", document_id));
    Representation query = engine.index().document(expert_idx, *ordinal);
    // As long as a query may be: an index is made for those, and hundreds of token vectors would take seconds.
    const auto most = static_cast<std::size_t>(std::max(engine.model().experts()[expert_idx].max_query_tokens, 1));
    if (query.tokens.count() > most) {
        query.tokens.rows.resize(most * static_cast<std::size_t>(query.tokens.width));
        query.tokens.tokens.resize(most);
        query.tokens.spans.resize(most);
    }
    const auto found = engine.index().candidates(expert_idx, query, k + 1, engine.candidate_options());
    std::vector<DocumentOrdinal> ordinals;
    std::vector<float> scores;
    for (const ScoredDocument& one : found) {
        if (one.document == *ordinal || ordinals.size() == k) continue;
        ordinals.push_back(one.document);
        scores.push_back(one.score);
    }
    auto names = engine.names(ordinals);
    std::vector<std::pair<DocumentName, float>> neighbours;
    for (std::size_t at = 0; at < names.size(); ++at)
        neighbours.emplace_back(std::move(names[at]), scores[at]);
    return neighbours;
}

} // namespace cameo
