#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

/// Documents of a ranked list that are written down.
inline constexpr std::size_t kProbeDepth = 10;

/// What a training is watched by: the queries that every validation asks, the documents that it ranks, and the systems that
/// rank them.
struct ProbeSet {
    struct Query {
        std::string id, text, category;
        std::int32_t right = 0; ///< the first right one of `documents`
        bool operator==(const Query&) const = default;
    };
    struct Document {
        std::string id, title;
        bool operator==(const Document&) const = default;
    };
    std::vector<std::string> systems; ///< [S] the experts, and "fusion" behind them
    std::vector<Query> queries;       ///< [Q]
    std::vector<Document> documents;  ///< [D]
    bool operator==(const ProbeSet&) const = default;
};

/// What a validation found for one query of the set.
struct ProbeRecord {
    std::vector<std::int32_t> ranks; ///< [S] of the best right document, from 1
    std::vector<std::int32_t> top;   ///< [S * min(kProbeDepth, D)] the best documents of each system, best first
    // Of an SB-MoE gate without noise; empty without one:
    std::vector<float> probabilities;    ///< [N] of the query
    std::vector<float> weights;          ///< [N] that the query is served by; 0: not chosen
    std::vector<float> document_weights; ///< [N] the same of the query's `right` document
    bool operator==(const ProbeRecord&) const = default;
};

} // namespace cameo
