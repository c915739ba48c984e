#pragma once

#include "core/data/collection.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace cameo {

/// The judged queries of a split, in the collection's order. Positions are into `queries`.
struct JudgedSplit {
    std::vector<Query> queries;
    Qrels qrels;
    std::vector<std::size_t> all;
    std::map<std::string, std::vector<std::size_t>> by_category;

    const Grades& grades(std::size_t query) const { return qrels.find(queries[query].id)->second; }
};

/// @throws Error(NotFound) when the collection has no judgments in that split, naming those it has.
JudgedSplit read_split(const Collection& collection, const std::string& split);

/// The measure (measure_name()) to judge by: MRR@10, or nDCG@10 where some documents are more relevant than others.
int primary_measure(const Qrels& qrels);

} // namespace cameo
