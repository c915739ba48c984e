#pragma once

#include "core/index/forward_store.hpp"
#include "tests/support/temporary_folder.hpp"

#include <cmath>
#include <random>

namespace cameo {

/// Writes documents as shards of one expert and opens them as a store.
inline std::shared_ptr<const ForwardStore> store_of(const TemporaryFolder& folder, const StoredExpert& expert,
                                                    const std::vector<Representation>& documents,
                                                    std::int64_t shard_documents = 1000, DocumentOrdinal from = 0,
                                                    std::shared_ptr<const TokenCodec> codec = nullptr) {
    std::vector<std::shared_ptr<const Shard>> shards;
    const auto count = static_cast<std::int64_t>(documents.size());
    const TokenCodecs codecs = codec ? TokenCodecs{codec} : TokenCodecs{};
    for (std::int64_t first = 0; first < count; first += shard_documents) {
        const auto end = std::min(count, first + shard_documents);
        std::vector<std::vector<Representation>> here;
        for (auto at = first; at < end; ++at)
            here.push_back({documents[static_cast<std::size_t>(at)]});
        const auto file = folder / (expert.name + std::to_string(from + first) + (codec ? "coded" : ""));
        write_shard(file, {from + first, end - first, "1", 0, {expert}}, here, codecs);
        shards.push_back(Shard::open(file));
    }
    return std::make_shared<const ForwardStore>(std::move(shards), codecs);
}

/// Terms 0 .. vocabulary - 1, small ones frequent; weights in eighths when `ties`, so that many scores are
/// equal.
inline SparseVector random_sparse(std::mt19937& random, std::int32_t vocabulary, std::size_t most_terms,
                                  bool ties) {
    std::map<std::int32_t, float> weights;
    for (std::size_t count = random() % (most_terms + 1); count > 0; --count) {
        const auto a = static_cast<std::int32_t>(random() % static_cast<unsigned>(vocabulary));
        const auto b = static_cast<std::int32_t>(random() % static_cast<unsigned>(vocabulary));
        weights[static_cast<std::int32_t>(std::int64_t{a} * b / vocabulary)] =
            ties ? static_cast<float>(1 + random() % 8) / 8
                 : std::exp(static_cast<float>(random() % 1000) / 250 - 2);
    }
    SparseVector sparse;
    for (const auto& [term, weight] : weights) {
        sparse.terms.push_back(term);
        sparse.weights.push_back(weight);
    }
    return sparse;
}

inline std::vector<float> random_unit(std::mt19937& random, std::size_t width) {
    std::normal_distribution<float> normal;
    std::vector<float> vector(width);
    double squares = 0;
    for (auto& value : vector) {
        value = normal(random);
        squares += double{value} * value;
    }
    for (auto& value : vector)
        value = static_cast<float>(value / std::sqrt(squares));
    return vector;
}

} // namespace cameo
