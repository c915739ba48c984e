#include "core/index/forecast_build.hpp"

#include "core/base/error.hpp"
#include "core/base/random_id.hpp"
#include "core/index/global_structure.hpp"
#include "core/index/hnsw_graph.hpp"
#include "core/index/lexical_structure.hpp"
#include "core/index/pool_tokens.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace cameo {

namespace {

constexpr std::int64_t kWorthIt = 4096; // documents: fewer are encoded in a minute or two
constexpr std::int64_t kForecastSample = 128;
constexpr double kSeismicTerms = 32, kSeismicBytes = 80; // of a document, and of each of them with its share of a summary: as measured

std::string gigabytes(std::uint64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

// The ordinals among begin to end - 1 that no shard has, as ranges.
std::vector<SegmentRange> gaps(const Shards& shards, std::int64_t begin, std::int64_t end) {
    std::vector<SegmentRange> missing;
    for (const auto& shard : shards) {
        const auto& info = shard->info();
        if (info.first >= end) break;
        if (info.first > begin) missing.push_back({begin, info.first - begin});
        begin = std::max(begin, info.first + info.documents);
    }
    if (begin < end) missing.push_back({begin, end - begin});
    return missing;
}

// Of documents that stand evenly spaced in the gaps.
std::vector<std::string> sample_texts(const Collection& collection, const std::vector<SegmentRange>& missing, std::int64_t documents) {
    std::vector<std::string> texts;
    std::int64_t passed = 0;
    for (const auto& range : missing) {
        for (auto at = static_cast<std::int64_t>(texts.size()); at < kForecastSample; ++at) {
            const auto ordinal = range.first + at * documents / kForecastSample - passed;
            if (ordinal >= range.end()) break;
            texts.push_back(collection.removed().contains(ordinal) ? std::string() : collection.document(ordinal).content());
        }
        passed += range.documents;
    }
    return texts;
}

} // namespace

std::uint64_t forecast_structures(const ForwardStore& store, std::int64_t documents, const IndexManifest& manifest) {
    double bytes = 0;
    for (std::size_t expert_idx = 0; expert_idx < store.experts().size(); ++expert_idx) {
        const auto& expert = store.experts()[expert_idx];
        const double entries = static_cast<double>(store.entries(expert_idx)) / static_cast<double>(store.documents());
        const double windows = 1.0 / static_cast<double>(LexicalStructure::kWindow);
        double of_document = 0;
        switch (expert.kind) {
        case ExpertKind::Lexical:
            of_document = entries * LexicalStructure::kPostingBytes + windows * (expert.width + 1) * sizeof(std::uint64_t);
            if (manifest.lexical_structure == kLexicalSeismic) of_document += kSeismicBytes * std::min(entries, kSeismicTerms);
            break;
        case ExpertKind::Local:
            of_document = entries * (expert.codec != 0 ? sizeof(std::uint32_t) : sizeof(std::uint32_t) + sizeof(std::uint16_t));
            break;
        case ExpertKind::Global: {
            const auto form = GlobalStructure::structure_for(documents, expert.width, manifest.global_structure);
            if (form != "Flat") of_document = manifest.global_structure.empty() ? (2 * HnswGraph::kLinks + 4) * sizeof(std::int32_t) : expert.width * sizeof(float);
            break;
        }
        }
        bytes += of_document * static_cast<double>(documents);
    }
    return static_cast<std::uint64_t>(bytes);
}

void check_room(const IndexForecast& forecast, const std::filesystem::path& folder, std::int32_t local_bits) {
    if (forecast.bytes <= forecast.free) return;
    throw Error(ErrorKind::Environment, folder.string() + ": the index will take about " + gigabytes(forecast.bytes) + " more, and " +
                                            gigabytes(forecast.free) + " are free on this disk: make room" +
                                            (local_bits == 0 ? ", or take --local-bits 2" : ""));
}

void forecast_build(const ShardPlace& place, const Shards& shards, std::int64_t begin, std::int64_t end, const IndexOptions& options,
                    Progress& progress) {
    const auto missing = gaps(shards, begin, end);
    std::int64_t documents = 0;
    for (const auto& range : missing)
        documents += range.documents;
    if (documents < kWorthIt) return;
    progress.begin("estimating time and disk", Unit::Documents, kForecastSample);
    const auto texts = sample_texts(place.collection, missing, documents);
    const auto started = std::chrono::steady_clock::now();
    auto encoded = place.model.encode(texts, Role::Document, progress);
    pool_documents(encoded, place.manifest.experts);
    ShardInfo info{.documents = static_cast<std::int64_t>(encoded.size()), .model_version = place.manifest.model_version, .experts = place.manifest.experts};
    const auto file = place.folder / ("forecast.tmp-" + random_id()); // of this process alone; a leftover after a kill
    const double written = static_cast<double>(write_shard(file, info, encoded, place.codecs));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    const ForwardStore sample({Shard::open(file)}, place.codecs);
    std::filesystem::remove(file);

    const double times = static_cast<double>(documents) / static_cast<double>(encoded.size());
    IndexForecast forecast{.documents = documents, .seconds = seconds.count() * times};
    forecast.bytes = static_cast<std::uint64_t>(written * times) + forecast_structures(sample, documents, place.manifest);
    forecast.free = std::filesystem::space(place.folder).available;
    check_room(forecast, place.folder, place.manifest.local_bits);
    if (options.on_forecast) options.on_forecast(forecast);
}

} // namespace cameo
