#pragma once

#include "core/train/record/probe.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace cameo {

/// How the probe queries of some kind fared at one validation.
struct ProbeCategory {
    std::size_t queries = 0;
    std::vector<double> reciprocal; ///< [S] mean reciprocal rank of the best right document among the first 10: MRR@10
    std::vector<double> first;      ///< [experts] share of queries that this expert alone ranks best
    double tied = 0;                ///< share where several are best together
};

/// How a gate sent the probe queries and their right documents. Entropies in bits.
struct ProbeRouting {
    std::vector<double> query_load, document_load; ///< [N] share of the texts that each expert serves; together k
    double agreement = 0;   ///< share of the queries whose right document has the same heaviest expert
    double entropy = 0;     ///< mean entropy of a query's probabilities
    double marginal = 0;    ///< entropy of the mean probabilities
    double information() const { return marginal - entropy; } ///< what a query tells about its expert
};

struct ProbeSummary {
    std::map<std::string, ProbeCategory> categories; ///< "": all of them
    ProbeRouting routing; ///< empty loads: there is no gate
};

/// @param records [Q], as read with the set   @pre each has a rank for each system
ProbeSummary summarise(const ProbeSet& set, std::span<const ProbeRecord> records);

/// The expert that alone ranks a right document best; -1: several are best together.
/// @param ranks [experts] from 1; 0: it was not in the list, which is the last of all
int best_alone(std::span<const std::int32_t> ranks);

/// The expert with the largest weight; -1: it has none.
int heaviest(std::span<const float> weights);

} // namespace cameo
