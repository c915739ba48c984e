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
    std::string from;  ///< another training, with the same seed, whose model it goes on with; empty: `create`
    std::variant<CameOptions, SbmoeOptions> create;
    Recipe recipe;     ///< without model and seed
    std::vector<std::string> evaluate; ///< names of the evaluations it is measured in
};

/// Documents that models are measured on, with their test queries.
struct PlannedEvaluation {
    std::string name;           ///< what tables call it
    std::string collection;
    std::int64_t documents = 0; ///< of a sample (core/data/sampled_collection.hpp); 0: all
};

/// The system that is the sum with the weights that each seed's model has learned, whatever they are.
inline constexpr const char* kLearnedWeights = "fusion:learned";

/// A line of a report's table.
struct PlannedRow {
    std::string label, training;
    std::string system; ///< "fusion:sum", "lexical", "bm25", kLearnedWeights, …
};
struct PlannedTable {
    std::string name; ///< its place in the report
    std::string collection;
    std::string against; ///< the label of the row that the others are compared with; empty: none
    std::vector<PlannedRow> rows;
    /// Of a table of recorded numbers instead of measures: ExperimentResult::numbers, one a column; empty: measures.
    std::vector<std::string> numbers;
    bool figure = false; ///< of measures: as a picture as well
};

/// What `cameo experiments` runs.
struct ExperimentPlan {
    std::string collection; ///< to train on
    std::vector<PlannedEvaluation> evaluate;
    std::vector<std::int64_t> seeds;
    std::vector<PlannedTraining> trainings; ///< each after the one that it goes on with
    std::vector<PlannedTable> tables;
};

/// Recipes that the plan names lie beside it.
/// @throws Error naming file, training and field: unknown, missing, a name twice, a `from` that does not come before.
ExperimentPlan read_plan(const std::filesystem::path& file);

} // namespace cameo
