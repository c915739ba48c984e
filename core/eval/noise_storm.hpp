#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

class Model;
class Index;
class Progress;
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

/// Is the routing of a query a decision or a coin toss? The noise that training adds to the gate's logits, drawn many times;
/// a served query has none.
struct NoiseStorm {
    std::string query, model_version, collection;
    std::size_t draws = 0;
    std::int64_t chosen = 0;       ///< k, how many experts serve a query
    std::vector<double> deviation; ///< [N] of the noise; all 0: the model has none
    std::vector<double> first;     ///< [N] share of the draws in which the expert is the first choice
    std::vector<double> served;    ///< [N] … in which it is among the k
    double same_choice = 1;        ///< share of the draws that choose the k experts that are chosen without noise
    double same_first = 1;         ///< … after which the same document is first
    std::vector<StormDocument> documents; ///< the gate's first, best first
};

/// @param trace of that model and index
/// @throws Error(InvalidInput) for a model without a gate, or a trace of another model; Cancelled.
NoiseStorm storm_gate(const Model& model, const Index& index, const Trace& trace, const NoiseStormOptions& options, Progress& progress);

} // namespace cameo
