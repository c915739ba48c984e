#pragma once

#include "app/experiments/plan.hpp"
#include "app/experiments/results.hpp"

#include <span>
#include <string>

namespace cameo {

/// A table in Markdown: MRR@10 of each row, of all queries and by category, as means over queries and seeds with the
/// standard deviation between seeds. Against the row that the table names: the difference over queries (each query's mean
/// over the seeds, so that queries are the sample), its 95 % bootstrap interval, and p of the paired randomisation test
/// after Holm over the table's rows. Or recorded numbers, as means over seeds. What is not done yet is said.
std::string to_markdown(const PlannedTable& table, std::span<const ExperimentResult> results);

/// Puts every table of the plan, and a link to its figure where it has one, between "<!-- table NAME -->" and "<!-- end -->" of a text.
/// @throws Error(InvalidInput) when a table has no place in the text, or a place no table.
std::string with_tables(const std::string& text, const ExperimentPlan& plan, std::span<const ExperimentResult> results);

} // namespace cameo
