#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

class Progress;
class SearchEngine;
struct Trace;

struct NoiseStormOptions {
    std::size_t draws = 1000;
    std::uint64_t seed = 1;
    std::size_t documents = 10; ///< how many of the gate's first documents are followed
};

/// Where a document of the union stands when the query is routed in other ways. Documents keep their vectors.
struct StormDocument {
    std::string id, title;
    std::int32_t rank = 0;       ///< as served
    std::int32_t top_1 = 0;      ///< with one expert
    std::int32_t all = 0;        ///< with every expert
    double p5 = 0, p50 = 0, p95 = 0; ///< of its ranks over the draws
};

/// Is the routing of a query a decision or a coin toss? The block's noise layer, drawn many times onto the gate's logits. A
/// served query has no noise, and a training with gate.noise=false leaves the layer as it was made: then it is a shake of that
/// size and not what training saw, which no file records.
struct NoiseStorm {
    std::string query, model_version, collection;
    std::size_t draws = 0;
    std::int64_t chosen = 0;       ///< k, how many experts serve a query
    std::vector<double> deviation; ///< [N] of the noise; all 0: the block has no noise layer
    std::vector<double> first;     ///< [N] share of the draws in which the expert is the first choice
    std::vector<double> served;    ///< [N] … in which it is among the k
    double same_choice = 1;        ///< share of the draws that choose the k experts that are chosen without noise
    double same_first = 1;         ///< … after which the same document is first
    std::vector<StormDocument> documents; ///< the gate's first, best first
};

/// @param trace of that engine
/// @throws Error(InvalidInput) for a model without a gate, a trace of another model or collection, or of documents that the
/// index does not cover; Cancelled.
NoiseStorm storm_gate(const SearchEngine& engine, const Trace& trace, const NoiseStormOptions& options, Progress& progress);

} // namespace cameo
