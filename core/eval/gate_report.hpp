#pragma once

#include "core/eval/expert_similarity.hpp"
#include "core/eval/routing.hpp"
#include "core/index/index.hpp"

namespace cameo {

/// Where a model has its gate. @throws Error(InvalidInput) for a model without one, naming its kind, and for one of a single
/// expert: a dense block.
std::size_t gate_expert(const Model& model);

struct GateReportOptions {
    std::string split = "test"; ///< whose queries; all queries where a collection has no judgments
    /// Spread evenly over their order: the queries, and the documents, whose experts' outputs are compared.
    /// Without an index also the documents whose gates are read, and the most judged pairs.
    std::int64_t sample = 500;
};

/// One text that an expert serves.
struct GateExample {
    std::string name;       ///< a query's text, a document's title, or its id where it has none
    double probability = 0; ///< of that expert
};

/// A model's gate and its experts on one role's texts.
struct GateSide {
    RoutingSummary routing;
    ExpertSimilarity similarity;
    /// [N] some of the texts whose first choice the expert is, the surest first; of the documents that were read.
    std::vector<std::vector<GateExample>> examples;
};

/// What the gate of an SB-MoE model does with a collection: whether it collapsed, whether it knows its input,
/// whether a query meets its documents, and whether the experts differ at all.
struct GateReport {
    std::string model, model_version, collection, split;
    std::vector<std::string> experts; ///< [N] their names
    GateSide queries;                 ///< all of the split
    GateSide documents;               ///< all of the index, or a sample
    bool from_index = false;          ///< which of the two
    RouteAgreement agreement;         ///< judged query/positive pairs whose document's gate was read
    CategoryRouting categories;
};

/// @param index of that model and collection, perhaps over a part of it; null: documents are encoded
/// @throws Error(InvalidInput) for a model without a gate, Error(NotFound) when the collection has no queries
/// in that split (naming those it has); Cancelled.
GateReport report_gate(const Model& model, const Collection& collection, const Index* index,
                       const GateReportOptions& options, Progress& progress);

std::string to_table(const GateReport& report); ///< for people
std::string to_json(const GateReport& report);  ///< docs/gate-json.md

} // namespace cameo
