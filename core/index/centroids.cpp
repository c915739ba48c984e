#include "core/index/centroids.hpp"

#include "core/base/error.hpp"
#include "core/index/faiss_job.hpp"

#include <faiss/Clustering.h>
#include <faiss/IndexFlat.h>

#include <algorithm>

namespace cameo {

namespace {

std::vector<float> sample_rows(const ForwardStore& store, std::size_t expert_idx, std::size_t tokens,
                               std::size_t sample) {
    const auto width = static_cast<std::size_t>(store.experts()[expert_idx].width);
    std::vector<float> rows(sample * width);
    std::size_t taken = 0, passed = 0;
    for (const auto& shard : store.shards()) {
        for (std::int64_t local = 0; local < shard->info().documents; ++local) {
            const auto document = shard->tokens(expert_idx, local);
            for (std::size_t row = 0; row < document.tokens.size(); ++row, ++passed) {
                // The i-th of the sample is token floor(i * tokens / sample).
                if (taken == sample || passed != taken * tokens / sample) continue;
                to_float(document.rows.subspan(row * width, width),
                         std::span(rows).subspan(taken * width, width));
                ++taken;
            }
        }
    }
    check(taken == sample, "sample_rows: a sample of the wrong size");
    return rows;
}

} // namespace

TokenClusters cluster_tokens(const ForwardStore& store, std::size_t expert_idx, const ClusterOptions& options,
                             Progress& progress) {
    const auto width = static_cast<std::size_t>(store.experts()[expert_idx].width);
    const auto tokens = static_cast<std::size_t>(store.entries(expert_idx));
    check(tokens > 0 && options.centroids >= 1 && options.centroids <= 65536,
          "cluster_tokens: nothing to do");
    const std::size_t centroids = std::min(options.centroids, tokens);
    TokenClusters clusters;
    clusters.centroids.resize(centroids * width);
    clusters.codes.reserve(tokens);

    run_faiss_job("clustering token vectors", progress, [&] {
        faiss::IndexFlatL2 nearest(static_cast<std::int64_t>(width));
        {
            const std::size_t sample = std::min(tokens, centroids * options.sample_per_centroid);
            const auto rows = sample_rows(store, expert_idx, tokens, sample);
            faiss::ClusteringParameters parameters;
            parameters.niter = options.iterations;
            parameters.seed = 1234;
            parameters.min_points_per_centroid = 1;
            parameters.max_points_per_centroid = static_cast<int>(options.sample_per_centroid);
            faiss::Clustering clustering(static_cast<int>(width), static_cast<int>(centroids), parameters);
            clustering.train(static_cast<std::int64_t>(sample), rows.data(), nearest);
            to_half(clustering.centroids, clusters.centroids);
        }
        // Codes belong to the centroids as they are stored, in half precision.
        std::vector<float> rounded(clusters.centroids.size());
        to_float(clusters.centroids, rounded);
        nearest.reset();
        nearest.add(static_cast<std::int64_t>(centroids), rounded.data());

        constexpr std::size_t kBatch = 4096;
        std::vector<float> batch;
        std::vector<std::int64_t> labels;
        const auto flush = [&] {
            const std::size_t rows = batch.size() / width;
            labels.resize(rows);
            nearest.assign(static_cast<std::int64_t>(rows), batch.data(), labels.data());
            for (const auto label : labels)
                clusters.codes.push_back(static_cast<std::uint16_t>(std::max<std::int64_t>(label, 0)));
            batch.clear();
            progress.check_cancelled();
        };
        for (const auto& shard : store.shards()) {
            for (std::int64_t local = 0; local < shard->info().documents; ++local) {
                const auto document = shard->tokens(expert_idx, local);
                const std::size_t before = batch.size();
                batch.resize(before + document.rows.size());
                to_float(document.rows, std::span(batch).subspan(before));
                if (batch.size() >= kBatch * width) flush();
            }
        }
        if (!batch.empty()) flush();
    });
    return clusters;
}

} // namespace cameo
