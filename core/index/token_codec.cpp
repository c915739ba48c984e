#include "core/index/token_codec.hpp"

#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/index/faiss_job.hpp"
#include "core/index/section_file.hpp"
#include "core/index/simd.hpp"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexIVFFlat.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace cameo {

namespace {

constexpr SectionKind kCodecKind = section_kind("CODC");
constexpr std::uint32_t kCodecVersion = 1;
constexpr std::size_t kMostCentroids = 65536;
constexpr std::size_t kMostHeldOut = 50'000; // rows that the intervals are cut by
// Up to here a product of matrices finds the nearest centroid faster than a detour over lists of centroids.
constexpr std::size_t kFlatCentroids = 4096;
constexpr std::size_t kProbes = 8;

std::size_t values_in_a_byte(std::int32_t bits) {
    return 8 / static_cast<std::size_t>(bits);
}

void check_bits(std::int32_t bits, const auto& refuse) {
    if (bits != 0 && bits != 1 && bits != 2 && bits != 4)
        refuse(std::to_string(bits) + " bits for each value of a token vector: expected 0, 1, 2 or 4");
}

bool are_of_unit_length(std::span<const float> rows, std::size_t width) {
    for (std::size_t begin = 0; begin < rows.size(); begin += width) {
        double squares = 0;
        for (const float value : rows.subspan(begin, width))
            squares += double{value} * value;
        if (std::abs(std::sqrt(squares) - 1) > 1e-2) return false;
    }
    return true;
}

// The intervals of sorted values, and what each stands for, with the least squared error (Lloyd 1982; Max 1960): from
// quantiles on, cutoffs halfway between what the intervals stand for, which is the mean of what they hold.
void cut_with_least_error(const std::vector<float>& sorted, std::size_t intervals, std::vector<float>& cutoffs, std::vector<float>& weights) {
    std::vector<double> sums{0};
    for (const float value : sorted)
        sums.push_back(sums.back() + value);
    std::vector<std::size_t> ends; // of each interval, in places
    for (std::size_t interval = 1; interval <= intervals; ++interval)
        ends.push_back(interval * sorted.size() / intervals);
    constexpr int kMostSteps = 100;
    for (int step = 0; step < kMostSteps; ++step) {
        weights.clear();
        cutoffs.clear();
        std::size_t begin = 0;
        for (const std::size_t end : ends) {
            const float nearest = sorted[std::min(begin, sorted.size() - 1)]; // of an interval that holds nothing
            weights.push_back(end > begin ? static_cast<float>((sums[end] - sums[begin]) / static_cast<double>(end - begin)) : nearest);
            begin = end;
        }
        for (std::size_t interval = 0; interval + 1 < intervals; ++interval)
            cutoffs.push_back((weights[interval] + weights[interval + 1]) / 2);
        auto moved = ends;
        for (std::size_t interval = 0; interval + 1 < intervals; ++interval)
            moved[interval] = static_cast<std::size_t>(std::ranges::upper_bound(sorted, cutoffs[interval]) - sorted.begin());
        if (moved == ends) return;
        ends = std::move(moved);
    }
}

// values * spread + origin, then brought to length 1 where that is asked for. Sixteen partial sums, so that the compiler may take
// whole registers; the same function for each set of instructions.
[[gnu::always_inline]] inline void add_origin(float* values, const float* spread, const float* origin, std::size_t width, bool unit) {
    constexpr std::size_t kLanes = 16;
    float squares[kLanes] = {};
    std::size_t h = 0;
    for (; h + kLanes <= width; h += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane) {
            values[h + lane] = values[h + lane] * spread[h + lane] + origin[h + lane];
            squares[lane] += values[h + lane] * values[h + lane];
        }
    for (; h < width; ++h) {
        values[h] = values[h] * spread[h] + origin[h];
        squares[0] += values[h] * values[h];
    }
    float sum = 0;
    for (const float square : squares)
        sum += square;
    if (!unit || !(sum > 0)) return;
    const float scale = 1 / std::sqrt(sum);
    for (h = 0; h < width; ++h)
        values[h] *= scale;
}

using AddOrigin = void (*)(float*, const float*, const float*, std::size_t, bool);
void add_origin_portable(float* values, const float* spread, const float* origin, std::size_t width, bool unit) {
    add_origin(values, spread, origin, width, unit);
}
#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void add_origin_avx2(float* values, const float* spread, const float* origin, std::size_t width, bool unit) {
    add_origin(values, spread, origin, width, unit);
}
__attribute__((target("avx512f,avx2,fma"))) void add_origin_avx512(float* values, const float* spread, const float* origin, std::size_t width, bool unit) {
    add_origin(values, spread, origin, width, unit);
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

struct TokenCodec::Nearest {
    faiss::IndexFlatL2 flat;
    std::unique_ptr<faiss::IndexIVFFlat> lists; ///< of the centroids themselves, where they are many
    const faiss::Index& index() const { return lists ? static_cast<const faiss::Index&>(*lists) : flat; }
};

TokenCodec::~TokenCodec() = default;

TokenCodec::Options TokenCodec::options_for(std::int64_t tokens, std::int32_t bits, bool draft) {
    // ColBERT takes 16 sqrt(n) centroids. Where they only find candidates, four times fewer keep the table of a query's
    // similarities in the processor's cache and the build short, and lose nothing that rescoring does not bring back.
    const int factor = bits > 0 ? 16 : 4;
    const auto wanted = std::bit_floor(static_cast<std::size_t>(factor * std::sqrt(static_cast<double>(std::max<std::int64_t>(tokens, 1)))));
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
        const std::size_t held = std::min(count, kMostHeldOut);
        std::vector<float> held_out(held * values);
        for (std::size_t at = 0; at < held; ++at)
            std::copy_n(rows.data() + at * count / held * values, values, held_out.data() + at * values);
        progress.check_cancelled();
        codec->cut_residuals(held_out);
        codec->prepare();
        codec->m_error = codec->reconstruction_error(held_out);
    }
    return codec;
}

void TokenCodec::cut_residuals(std::span<const float> rows) {
    const auto width = static_cast<std::size_t>(m_width);
    std::vector<std::uint16_t> codes(rows.size() / width);
    encode(rows, codes, {});
    std::vector<float> distances(rows.size());
    for (std::size_t at = 0; at < rows.size(); ++at)
        distances[at] = rows[at] - m_origins[codes[at / width] * width + at % width];
    measure_spread(distances);
    std::vector<float> scaled;
    for (std::size_t at = 0; at < distances.size(); ++at)
        if (m_spread[at % width] > 0) scaled.push_back(distances[at] / m_spread[at % width]);
    if (scaled.empty()) scaled.push_back(0);
    std::sort(scaled.begin(), scaled.end());
    cut_with_least_error(scaled, std::size_t{1} << m_bits, m_cutoffs, m_weights);
    // A value that never differs from its centroid's has no spread, and whatever interval it is in stands for none.
    for (float& spread : m_spread)
        spread = std::max(spread, std::numeric_limits<float>::min());
}

void TokenCodec::measure_spread(std::span<const float> distances) {
    const auto width = static_cast<std::size_t>(m_width);
    std::vector<double> squares(width);
    for (std::size_t at = 0; at < distances.size(); ++at)
        squares[at % width] += double{distances[at]} * distances[at];
    m_spread.clear();
    for (const double sum : squares)
        m_spread.push_back(static_cast<float>(std::sqrt(sum * static_cast<double>(width) / static_cast<double>(distances.size()))));
}

// Everything that follows from centroids, cutoffs and weights.
void TokenCodec::prepare() {
    const auto width = static_cast<std::size_t>(m_width);
    m_origins.resize(m_centroids.size());
    to_float(m_centroids, m_origins);
    m_steps.clear();
    if (!m_weights.empty()) {
        const std::size_t in_byte = values_in_a_byte(m_bits);
        for (std::size_t byte = 0; byte < 256; ++byte)
            for (std::size_t value = 0; value < in_byte; ++value)
                m_steps.push_back(m_weights[byte >> (value * static_cast<std::size_t>(m_bits)) & ((std::size_t{1} << m_bits) - 1)]);
    }
    const std::int32_t shape[] = {m_width, m_bits, m_unit ? 1 : 0};
    m_fingerprint = checksum64(std::as_bytes(std::span(shape)));
    m_fingerprint = checksum64(std::as_bytes(std::span(m_centroids)), m_fingerprint);
    m_fingerprint = checksum64(std::as_bytes(std::span(m_spread)), m_fingerprint);
    m_fingerprint = checksum64(std::as_bytes(std::span(m_weights)), m_fingerprint);
    if (m_nearest) return;

    m_nearest = std::make_unique<Nearest>(Nearest{faiss::IndexFlatL2(m_width), nullptr});
    const auto count = static_cast<std::int64_t>(centroids());
    if (centroids() <= kFlatCentroids) {
        m_nearest->flat.add(count, m_origins.data());
        return;
    }
    const auto lists = static_cast<std::size_t>(std::sqrt(static_cast<double>(count)));
    auto grouped = std::make_unique<faiss::IndexIVFFlat>(&m_nearest->flat, width, lists);
    grouped->own_fields = false;
    grouped->cp.niter = 10;
    grouped->cp.seed = 1234;
    grouped->nprobe = kProbes;
    grouped->train(count, m_origins.data());
    grouped->add(count, m_origins.data());
    m_nearest->lists = std::move(grouped);
}

std::size_t TokenCodec::centroids() const {
    return m_centroids.size() / static_cast<std::size_t>(m_width);
}

std::size_t TokenCodec::residual_bytes() const {
    return (static_cast<std::size_t>(m_width) * static_cast<std::size_t>(m_bits) + 7) / 8;
}

std::uint64_t TokenCodec::bytes() const {
    return m_centroids.size() * sizeof(Half) + (m_cutoffs.size() + m_weights.size() + m_spread.size()) * sizeof(float);
}

void TokenCodec::encode(std::span<const float> rows, std::span<std::uint16_t> codes, std::span<std::uint8_t> residuals) const {
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = codes.size(), in_row = residual_bytes();
    check(rows.size() == count * width && (residuals.empty() || residuals.size() == count * in_row), "TokenCodec::encode: lengths do not fit");
    std::vector<std::int64_t> labels;
    constexpr std::size_t kBatch = 4096;
    for (std::size_t first = 0; first < count; first += kBatch) {
        const std::size_t here = std::min(kBatch, count - first);
        labels.resize(here);
        std::vector<float> distances(here);
        run_faiss_search([&] {
            m_nearest->index().search(static_cast<std::int64_t>(here), rows.data() + first * width, 1, distances.data(), labels.data());
        });
        for (std::size_t at = 0; at < here; ++at)
            codes[first + at] = static_cast<std::uint16_t>(std::max<std::int64_t>(labels[at], 0)); // none is near what is no number
    }
    if (residuals.empty()) return;

    const auto bits = static_cast<std::size_t>(m_bits);
    std::fill(residuals.begin(), residuals.end(), std::uint8_t{0});
    std::vector<std::uint8_t> intervals(width);
    std::vector<float> distances(width);
    for (std::size_t row = 0; row < count; ++row) {
        const float* const values = rows.data() + row * width;
        const float* const origin = m_origins.data() + std::size_t{codes[row]} * width;
        for (std::size_t h = 0; h < width; ++h)
            distances[h] = (values[h] - origin[h]) / m_spread[h];
        std::fill(intervals.begin(), intervals.end(), std::uint8_t{0});
        for (const float cutoff : m_cutoffs)
            for (std::size_t h = 0; h < width; ++h)
                intervals[h] = static_cast<std::uint8_t>(intervals[h] + (distances[h] > cutoff ? 1 : 0));
        std::uint8_t* const packed = residuals.data() + row * in_row;
        for (std::size_t h = 0; h < width; ++h)
            packed[h * bits / 8] = static_cast<std::uint8_t>(packed[h * bits / 8] | intervals[h] << (h * bits % 8));
    }
}

void TokenCodec::decode(std::span<const std::uint16_t> codes, std::span<const std::uint8_t> residuals, std::span<Half> rows) const {
    check(m_bits > 0, "TokenCodec::decode: only centroids are kept");
    const auto width = static_cast<std::size_t>(m_width);
    const std::size_t count = codes.size(), in_row = residual_bytes(), in_byte = values_in_a_byte(m_bits);
    check(residuals.size() == count * in_row && rows.size() == count * width, "TokenCodec::decode: lengths do not fit");
    const AddOrigin add = best_add_origin();
    std::vector<float> values(in_row * in_byte); // the last byte may stand for more values than there are
    for (std::size_t row = 0; row < count; ++row) {
        const std::uint8_t* const packed = residuals.data() + row * in_row;
        for (std::size_t byte = 0; byte < in_row; ++byte)
            std::copy_n(m_steps.data() + std::size_t{packed[byte]} * in_byte, in_byte, values.data() + byte * in_byte);
        add(values.data(), m_spread.data(), m_origins.data() + std::size_t{codes[row]} * width, width, m_unit);
        to_half(std::span(values).first(width), rows.subspan(row * width, width));
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
    SectionWriter writer(kCodecKind, kCodecVersion);
    writer.add(shape);
    writer.add(error);
    writer.add(m_centroids);
    writer.add(m_cutoffs);
    writer.add(m_weights);
    writer.add(m_origin);
    writer.add(m_spread);
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
    take(codec->m_cutoffs, 3);
    take(codec->m_weights, 4);
    codec->m_origin = file->text(5);
    take(codec->m_spread, 6);
    const std::size_t intervals = codec->m_bits == 0 ? 0 : std::size_t{1} << codec->m_bits;
    const auto finite = [](const std::vector<float>& values) { return std::ranges::all_of(values, [](float value) { return std::isfinite(value); }); };
    const bool fits = !codec->m_centroids.empty() && codec->m_centroids.size() % shape[0] == 0 && codec->centroids() <= kMostCentroids &&
                      codec->m_weights.size() == intervals && codec->m_cutoffs.size() + 1 == std::max<std::size_t>(intervals, 1) &&
                      codec->m_spread.size() == (codec->m_bits == 0 ? 0 : shape[0]) && finite(codec->m_spread) &&
                      finite(codec->m_weights) && std::ranges::is_sorted(codec->m_cutoffs);
    if (!fits) file->damaged("its sections contradict each other");
    codec->prepare();
    return codec;
}

} // namespace cameo
