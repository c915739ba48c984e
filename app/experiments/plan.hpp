#pragma once

#include "core/model/came/create_came.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "core/train/recipe/recipe.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cameo {

/// One training of a plan, done once for each seed.
struct PlannedTraining {
    std::string name;
    std::string group; ///< "CAME", "temperature", …: what tables are made by
    std::string from;  ///< another training, with the same seed, whose model it goes on with; empty: `create`
    std::variant<CameOptions, SbmoeOptions> create;
    Recipe recipe;     ///< without model and seed
};

/// A line of a report's table.
struct PlannedRow {
    std::string label, training;
    std::string system; ///< "fusion:sum", "lexical", "bm25", …
};
struct PlannedTable {
    std::string name; ///< its place in the report
    std::string collection;
    std::string against; ///< the label of the row that the others are compared with; empty: none
    std::vector<PlannedRow> rows;
};

/// What `cameo experiments` runs.
struct ExperimentPlan {
    std::string collection;            ///< to train on
    std::vector<std::string> evaluate; ///< collections to measure on, their test queries
    std::vector<std::int64_t> seeds;
    std::vector<PlannedTraining> trainings; ///< each after the one that it goes on with
    std::vector<PlannedTable> tables;
};

/// Recipes that the plan names lie beside it.
/// @throws Error naming file, training and field: unknown, missing, a name twice, a `from` that does not come before.
ExperimentPlan read_plan(const std::filesystem::path& file);

} // namespace cameo
