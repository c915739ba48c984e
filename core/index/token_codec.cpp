#include "core/index/token_codec.hpp"

#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/index/faiss_job.hpp"
#include "core/index/nearest_row.hpp"
#include "core/index/section_file.hpp"
#include "core/index/simd.hpp"
#include "core/jobs/parallel.hpp"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <faiss/impl/ProductQuantizer.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <numeric>

namespace cameo {

namespace {

constexpr SectionKind kCodecKind = section_kind("CODC");
constexpr std::uint32_t kCodecVersion = 2;
constexpr std::size_t kMostCentroids = 65536;
constexpr std::size_t kMostResiduals = 65'536; // rows of the sample that directions are found among
constexpr std::size_t kDirections = TokenCodec::kDirections;
constexpr float kLevels = 255;                 // of a residual's length above 0
// Up to here the nearest centroid is found by looking at all of them, beyond that in the lists of the nearest few of their groups.
constexpr std::size_t kFlatCentroids = 4096;
constexpr std::size_t kNearGroups = 8;
constexpr std::size_t kRowsTogether = 1024; // that a thread codes at a time
// Read back in two passes over some rows: a row's directions are short, and what is read wide right after it was written narrow
// waits for the writes to reach the cache.
constexpr std::size_t kRowsDecodedTogether = 8;

void check_bits(std::int32_t bits, const auto& refuse) {
    if (bits != 0 && bits != 1 && bits != 2 && bits != 4)
        refuse(std::to_string(bits) + " bits for each value of a token vector: expected 0, 1, 2 or 4");
}

float length_of(std::span<const float> row) {
    float squares = 0;
    for (const float value : row)
        squares += value * value;
    return std::sqrt(squares);
}

// values * length + origin, then brought to length 1 where that is asked for. Sixteen partial sums, so that the compiler may take
// whole registers; the same function for each set of instructions.
[[gnu::always_inline]] inline void add_origin(float* values, float length, const float* origin, std::size_t width, bool unit) {
    constexpr std::size_t kLanes = 16;
    float squares[kLanes] = {};
    std::size_t h = 0;
    for (; h + kLanes <= width; h += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            values[h + lane] = values[h + lane] * length + origin[h + lane];
            squares[lane] += values[h + lane] * values[h + lane];
        }
    for (; h < width; ++h) {
        values[h] = values[h] * length + origin[h];
        squares[0] += values[h] * values[h];
    }
    for (std::size_t half = kLanes / 2; half > 0; half /= 2)
        for (std::size_t lane = 0; lane < half; ++lane)
            squares[lane] += squares[lane + half];
    if (!unit || !(squares[0] > 0)) return;
    const float scale = 1 / std::sqrt(squares[0]);
    for (h = 0; h < width; ++h)
        values[h] *= scale;
}

template <std::size_t kTogether>
void take_directions(const float* directions, const std::uint8_t* packed, std::size_t subspaces, float* values) {
    for (std::size_t subspace = 0; subspace < subspaces; ++subspace)
        std::memcpy(values + subspace * kTogether, directions + (subspace * kDirections + packed[subspace]) * kTogether, kTogether * sizeof(float));
}
// One row's, of each subspace that which its byte names: 8 values at 1 bit, 4 at 2, 2 at 4.
void take_directions(const float* directions, const std::uint8_t* packed, std::size_t subspaces, std::size_t together, float* values) {
    if (together == 8) return take_directions<8>(directions, packed, subspaces, values);
    if (together == 4) return take_directions<4>(directions, packed, subspaces, values);
    take_directions<2>(directions, packed, subspaces, values);
}

void prefetch(const float* values, std::size_t count) {
    for (std::size_t at = 0; at < count; at += 64 / sizeof(float))
        __builtin_prefetch(values + at);
}

using AddOrigin = void (*)(float*, float, const float*, std::size_t, bool);
void add_origin_portable(float* values, float length, const float* origin, std::size_t width, bool unit) {
    add_origin(values, length, origin, width, unit);
}
#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void add_origin_avx2(float* values, float length, const float* origin, std::size_t width, bool unit) {
    add_origin(values, length, origin, width, unit);
}
__attribute__((target("avx512f,avx2,fma"))) void add_origin_avx512(float* values, float length, const float* origin, std::size_t width, bool unit) {
    add_origin(values, length, origin, width, unit);
}
#endif

AddOrigin best_add_origin() {
#if defined(__x86_64__)
    if (best_simd() == Simd::Avx512) return add_origin_avx512;
    if (best_simd() == Simd::Avx2) return add_origin_avx2;
#endif
    return add_origin_portable;
}

} // namespace

bool are_of_unit_length(std::span<const float> rows, std::size_t width) {
    for (std::size_t begin = 0; begin < rows.size(); begin += width) {
        double squares = 0;
        for (const float value : rows.subspan(begin, width))
            squares += double{value} * value;
        if (std::abs(std::sqrt(squares) - 1) > 1e-2) return false;
    }
    return true;
}

struct TokenCodec::Quantizers {
    struct Group {
        NearestRow rows;
        std::vector<std::uint16_t> centroids;
    };
    std::unique_ptr<NearestRow> group_of; ///< where centroids are many
    std::vector<Group> groups;            ///< at least one
    std::vector<NearestRow> directions;   ///< of each subspace

    /// @param rows [N, width]  @param codes [N]
    void nearest_centroids(std::span<const float> rows, std::size_t width, std::span<std::uint16_t> codes) const {
        if (!group_of) {
            for (std::size_t at = 0; at < codes.size(); ++at)
                codes[at] = static_cast<std::uint16_t>(groups.front().rows.find(rows.data() + at * width).row);
            return;
        }
        // Group by group, so that a group's centroids are in the cache for all rows that it may be the nearest group of.
        std::vector<std::vector<std::uint32_t>> rows_of(groups.size());
        std::vector<float> distances, nearest(codes.size(), std::numeric_limits<float>::infinity());
        std::vector<std::uint32_t> order(groups.size());
        for (std::size_t at = 0; at < codes.size(); ++at) {
            group_of->distances(rows.data() + at * width, distances);
            std::iota(order.begin(), order.end(), 0u);
            const std::size_t near = std::min(kNearGroups, order.size());
            std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(near - 1), order.end(),
                             [&](std::uint32_t a, std::uint32_t b) { return distances[a] != distances[b] ? distances[a] < distances[b] : a < b; });
            for (std::size_t place = 0; place < near; ++place)
                rows_of[order[place]].push_back(static_cast<std::uint32_t>(at));
            codes[at] = 0;
        }
        for (std::size_t group = 0; group < groups.size(); ++group) {
            if (groups[group].centroids.empty()) continue;
            for (const std::size_t at : rows_of[group]) {
                const auto found = groups[group].rows.find(rows.data() + at * width);
                if (!(found.distance < nearest[at])) continue;
                nearest[at] = found.distance;
                codes[at] = groups[group].centroids[found.row];
            }
        }
    }
};

TokenCodec::TokenCodec() = default;
TokenCodec::~TokenCodec() = default;

TokenCodec::Options TokenCodec::options_for(std::int64_t tokens, std::int32_t bits, bool draft) {
    // ColBERT takes 16 sqrt(n) centroids. Where they only find candidates, four times fewer keep the table of a query's
    // similarities in the processor's cache and the build short, and lose nothing that rescoring does not bring back.
    const int factor = bits > 0 ? 16 : 4;
    const double centroids = factor * std::sqrt(static_cast<double>(std::max<std::int64_t>(tokens, 1)));
    const auto wanted = std::bit_floor(static_cast<std::size_t>(centroids * std::numbers::sqrt2)); // the nearest power of two
    Options options{.bits = bits, .centroids = std::clamp<std::size_t>(wanted, 64, draft ? 512 : 16384)};
    if (draft) options.iterations = 3;
    return options;
}

std::shared_ptr<const TokenCodec> TokenCodec::train(std::span<const float> rows, std::int32_t width, const Options& options,
                                                    Progress& progress) {
    check_bits(options.bits, [](const std::string& what) { throw Error(ErrorKind::InvalidInput, what); });
    check(width > 0 && !rows.empty() && rows.size() % static_cast<std::size_t>(width) == 0, "TokenCodec::train: rows are not [N, width]");
    check(options.centroids >= 1 && options.centroids <= kMostCentroids, "TokenCodec::train: impossible number of centroids");
    const auto values = static_cast<std::size_t>(width);
    const std::size_t count = rows.size() / values;

    std::shared_ptr<TokenCodec> codec(new TokenCodec);
    codec->m_width = width;
    codec->m_bits = options.bits;
    codec->m_origin = options.origin;
    codec->m_unit = are_of_unit_length(rows, values);
    const std::size_t centroids = std::min(options.centroids, count);
    run_faiss_job("clustering token vectors", progress, [&] {
        faiss::IndexFlatL2 nearest(static_cast<std::int64_t>(width));
        faiss::ClusteringParameters parameters;
        parameters.niter = options.iterations;
        parameters.seed = 1234;
        parameters.min_points_per_centroid = 1;
        parameters.max_points_per_centroid = static_cast<int>(options.rows_per_centroid);
        faiss::Clustering clustering(width, static_cast<int>(centroids), parameters);
        clustering.train(static_cast<std::int64_t>(count), rows.data(), nearest);
        codec->m_centroids.resize(clustering.centroids.size());
        to_half(clustering.centroids, codec->m_centroids);
    });
    codec->prepare();
    if (options.bits > 0) {
        // Evenly spaced over the sample, which is in the order of the documents.
        const std::size_t held = std::min(count, kMostResiduals);
        std::vector<float> some(held * values);
        for (std::size_t at = 0; at < held; ++at)
            std::copy_n(rows.data() + at * count / held * values, values, some.data() + at * values);
        run_faiss_job("finding the directions of residuals", progress, [&] { codec->find_directions(some); });
        codec->prepare();
        codec->m_error = codec->reconstruction_error(some);
    }
    return codec;
}

std::size_t TokenCodec::values_in_a_subspace() const {
    return 8 / static_cast<std::size_t>(m_bits);
}

std::size_t TokenCodec::subspaces() const {
    return (static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_bits) + 7) / 8;
}

void TokenCodec::find_directions(std::span<const float> rows) {
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = rows.size() / width, padded = subspaces() * values_in_a_subspace();
    std::vector<std::uint16_t> codes(count);
    encode(rows, codes, {});
    // k-means wants as many rows as directions: of a handful all are there several times.
    std::vector<float> directions(std::max(count, kDirections) * padded);
    for (std::size_t at = 0; at * padded < directions.size(); ++at) {
        const float* const origin = m_origins.data() + std::size_t{codes[at % count]} * width;
        const std::span residual(directions.data() + at * padded, width);
        for (std::size_t h = 0; h < width; ++h)
            residual[h] = rows[at % count * width + h] - origin[h];
        const float length = length_of(residual);
        m_longest = std::max(m_longest, length);
        for (float& value : residual)
            value = length > 0 ? value / length : 0;
    }
    // A subspace is little work: a thread takes it whole, where FAISS would have threads wait for each other at every step.
    const std::size_t together = values_in_a_subspace(), rows_of_each = directions.size() / padded;
    m_directions.resize(subspaces() * kDirections * together);
    parallel_for(subspaces(), 1, [&](std::size_t subspace, std::size_t) {
        const OneThreadEach one_thread;
        std::vector<float> values(rows_of_each * together);
        for (std::size_t at = 0; at < rows_of_each; ++at)
            std::copy_n(directions.data() + at * padded + subspace * together, together, values.data() + at * together);
        faiss::ProductQuantizer quantizer(together, 1, 8);
        quantizer.cp.niter = 15;
        quantizer.cp.seed = 1234;
        quantizer.cp.min_points_per_centroid = 1;
        quantizer.train(rows_of_each, values.data());
        std::ranges::copy(quantizer.centroids, m_directions.data() + subspace * kDirections * together);
    });
}

// Everything that follows from centroids, cutoffs and weights.
void TokenCodec::prepare() {
    m_origins.resize(m_centroids.size());
    to_float(m_centroids, m_origins);
    const std::int32_t shape[] = {m_width, m_bits, m_unit ? 1 : 0, std::bit_cast<std::int32_t>(m_longest)};
    m_fingerprint = checksum64(std::as_bytes(std::span(shape)));
    m_fingerprint = checksum64(std::as_bytes(std::span(m_centroids)), m_fingerprint);
    m_fingerprint = checksum64(std::as_bytes(std::span(m_directions)), m_fingerprint);
    if (!m_quantizers) {
        m_quantizers = std::make_unique<Quantizers>();
        group_centroids();
    }
    m_quantizers->directions.clear();
    const std::size_t of_subspace = m_directions.empty() ? 0 : kDirections * values_in_a_subspace();
    for (std::size_t begin = 0; begin < m_directions.size(); begin += of_subspace)
        m_quantizers->directions.emplace_back(std::span(m_directions).subspan(begin, of_subspace), values_in_a_subspace());
}

void TokenCodec::group_centroids() {
    const auto width = static_cast<std::size_t>(m_width);
    auto& quantizers = *m_quantizers;
    if (centroids() <= kFlatCentroids) {
        quantizers.groups.push_back({NearestRow(m_origins, width), {}});
        return;
    }
    const auto count = static_cast<std::size_t>(std::sqrt(static_cast<double>(centroids())));
    std::vector<float> middles;
    run_faiss_search([&] {
        faiss::IndexFlatL2 nearest(m_width);
        faiss::ClusteringParameters parameters;
        parameters.niter = 10;
        parameters.seed = 1234;
        faiss::Clustering clustering(m_width, static_cast<int>(count), parameters);
        clustering.train(static_cast<std::int64_t>(centroids()), m_origins.data(), nearest);
        middles = std::move(clustering.centroids);
    });
    quantizers.group_of = std::make_unique<NearestRow>(middles, width);
    std::vector<std::vector<std::uint16_t>> members(count);
    for (std::size_t centroid = 0; centroid < centroids(); ++centroid)
        members[quantizers.group_of->find(m_origins.data() + centroid * width).row].push_back(static_cast<std::uint16_t>(centroid));
    for (auto& of_group : members) {
        std::vector<float> rows;
        for (const std::size_t centroid : of_group)
            rows.insert(rows.end(), m_origins.begin() + static_cast<std::ptrdiff_t>(centroid * width), m_origins.begin() + static_cast<std::ptrdiff_t>((centroid + 1) * width));
        if (of_group.empty()) rows.assign(width, 0); // never looked at
        quantizers.groups.push_back({NearestRow(rows, width), std::move(of_group)});
    }
}

std::size_t TokenCodec::centroids() const {
    return m_centroids.size() / static_cast<std::size_t>(m_width);
}

std::size_t TokenCodec::residual_bytes() const {
    return m_bits == 0 ? 0 : 1 + subspaces();
}

std::uint64_t TokenCodec::bytes() const {
    return m_centroids.size() * sizeof(Half) + m_directions.size() * sizeof(float);
}

void TokenCodec::encode(std::span<const float> rows, std::span<std::uint16_t> codes, std::span<std::uint8_t> residuals) const {
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = codes.size();
    check(rows.size() == count * width && (residuals.empty() || residuals.size() == count * residual_bytes()), "TokenCodec::encode: lengths do not fit");
    parallel_for(count, kRowsTogether, [&](std::size_t begin, std::size_t end) {
        const auto here = rows.subspan(begin * width, (end - begin) * width);
        if (std::ranges::all_of(here, [](float value) { return std::isfinite(value); }))
            m_quantizers->nearest_centroids(here, width, codes.subspan(begin, end - begin));
        else
            std::fill(codes.begin() + static_cast<std::ptrdiff_t>(begin), codes.begin() + static_cast<std::ptrdiff_t>(end), std::uint16_t{0});
        if (!residuals.empty()) encode_residuals(here, codes.subspan(begin, end - begin), residuals.subspan(begin * residual_bytes(), (end - begin) * residual_bytes()));
    });
}

void TokenCodec::encode_residuals(std::span<const float> rows, std::span<const std::uint16_t> codes, std::span<std::uint8_t> residuals) const {
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t together = values_in_a_subspace(), padded = subspaces() * together, in_row = residual_bytes();
    std::vector<float> directions(codes.size() * padded); // the last byte may stand for more values than there are
    for (std::size_t at = 0; at < codes.size(); ++at) {
        const float* const origin = m_origins.data() + std::size_t{codes[at]} * width;
        const std::span residual(directions.data() + at * padded, width);
        for (std::size_t h = 0; h < width; ++h)
            residual[h] = rows[at * width + h] - origin[h];
        const float length = length_of(residual);
        const float share = m_longest > 0 && length > 0 ? std::min(length / m_longest, 1.0f) : 0.0f; // 0 of what is no number
        residuals[at * in_row] = static_cast<std::uint8_t>(share * kLevels + 0.5f);
        if (length > 0)
            for (float& value : residual)
                value /= length;
    }
    for (std::size_t subspace = 0; subspace < subspaces(); ++subspace)
        for (std::size_t at = 0; at < codes.size(); ++at)
            residuals[at * in_row + 1 + subspace] = static_cast<std::uint8_t>(m_quantizers->directions[subspace].find(directions.data() + at * padded + subspace * together).row);
}

void TokenCodec::decode(std::span<const std::uint16_t> codes, std::span<const std::uint8_t> residuals, std::span<Half> rows) const {
    check(m_bits > 0, "TokenCodec::decode: only centroids are kept");
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = codes.size(), in_row = residual_bytes(), together = values_in_a_subspace();
    check(residuals.size() == count * in_row && rows.size() == count * width, "TokenCodec::decode: lengths do not fit");
    const AddOrigin add = best_add_origin();
    const std::size_t padded = subspaces() * together; // the last byte may stand for more values than there are
    std::vector<float> values(kRowsDecodedTogether * padded);
    for (std::size_t begin = 0; begin < count; begin += kRowsDecodedTogether) {
        const std::size_t here = std::min(kRowsDecodedTogether, count - begin);
        for (std::size_t at = 0; at < here; ++at) {
            const std::uint8_t* const packed = residuals.data() + (begin + at) * in_row;
            prefetch(m_origins.data() + std::size_t{codes[begin + at]} * width, width);
            take_directions(m_directions.data(), packed + 1, subspaces(), together, values.data() + at * padded);
        }
        for (std::size_t at = 0; at < here; ++at) {
            const std::size_t row = begin + at;
            const float length = residual_length(residuals[row * in_row]);
            add(values.data() + at * padded, length, m_origins.data() + std::size_t{codes[row]} * width, width, m_unit);
            to_half(std::span(values).subspan(at * padded, width), rows.subspan(row * width, width));
        }
    }
}

float TokenCodec::residual_length(std::uint8_t level) const { return static_cast<float>(level) / kLevels * m_longest; }

void TokenCodec::direction_products(std::span<const float> row, std::span<float> to) const {
    const std::size_t together = values_in_a_subspace();
    check(row.size() == static_cast<std::size_t>(m_width) && to.size() == subspaces() * kDirections, "TokenCodec::direction_products: lengths do not fit");
    std::vector<float> padded(row.begin(), row.end());
    padded.resize(subspaces() * together);
    for (std::size_t at = 0; at < to.size(); ++at) {
        const float* const values = padded.data() + at / kDirections * together;
        float product = 0;
        for (std::size_t h = 0; h < together; ++h)
            product += values[h] * m_directions[at * together + h];
        to[at] = product;
    }
}

double TokenCodec::reconstruction_error(std::span<const float> rows) const {
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = rows.size() / width;
    std::vector<std::uint16_t> codes(count);
    std::vector<std::uint8_t> residuals(count * residual_bytes());
    std::vector<Half> kept(rows.size());
    encode(rows, codes, residuals);
    decode(codes, residuals, kept);
    std::vector<float> values(width);
    double squares = 0;
    for (std::size_t row = 0; row < count; ++row) {
        to_float(std::span(kept).subspan(row * width, width), values);
        for (std::size_t h = 0; h < width; ++h) {
            const double off = double{rows[row * width + h]} - values[h];
            squares += off * off;
        }
    }
    return squares / static_cast<double>(count);
}

void TokenCodec::save(const std::filesystem::path& file) const {
    const std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(m_width), static_cast<std::uint64_t>(m_bits), m_unit ? 1u : 0u};
    const std::vector<double> error{m_error};
    const std::vector<float> longest{m_longest};
    SectionWriter writer(kCodecKind, kCodecVersion);
    writer.add(shape);
    writer.add(error);
    writer.add(m_centroids);
    writer.add(m_directions);
    writer.add(longest);
    writer.add(m_origin);
    writer.write(file);
}

std::shared_ptr<const TokenCodec> TokenCodec::load(const std::filesystem::path& path) {
    const auto file = SectionFile::open(path, kCodecKind, kCodecVersion);
    file->verify_all();
    const auto shape = file->section<std::uint64_t>(0);
    const auto error = file->section<double>(1);
    if (shape.size() != 3 || error.size() != 1 || shape[0] < 1 || shape[0] > 65536 || shape[2] > 1) file->damaged("its shape is impossible");
    check_bits(static_cast<std::int32_t>(std::min<std::uint64_t>(shape[1], 99)), [&](const std::string& what) { file->damaged(what); });
    std::shared_ptr<TokenCodec> codec(new TokenCodec);
    codec->m_width = static_cast<std::int32_t>(shape[0]);
    codec->m_bits = static_cast<std::int32_t>(shape[1]);
    codec->m_unit = shape[2] == 1;
    codec->m_error = error[0];
    const auto take = [&]<class T>(std::vector<T>& to, std::size_t section_idx) {
        const auto from = file->section<T>(section_idx);
        to.assign(from.begin(), from.end());
    };
    take(codec->m_centroids, 2);
    take(codec->m_directions, 3);
    const auto longest = file->section<float>(4);
    codec->m_origin = file->text(5);
    const std::size_t directions = codec->m_bits == 0 ? 0 : codec->subspaces() * kDirections * codec->values_in_a_subspace();
    const bool fits = !codec->m_centroids.empty() && codec->m_centroids.size() % shape[0] == 0 && codec->centroids() <= kMostCentroids &&
                      codec->m_directions.size() == directions && longest.size() == 1 && std::isfinite(longest[0]) && longest[0] >= 0 &&
                      std::ranges::all_of(codec->m_directions, [](float value) { return std::isfinite(value); });
    if (!fits) file->damaged("its sections contradict each other");
    codec->m_longest = longest[0];
    codec->prepare();
    return codec;
}

} // namespace cameo
