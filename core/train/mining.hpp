#pragma once

#include "core/data/collection.hpp"
#include "core/jobs/progress.hpp"
#include "core/train/bank.hpp"
#include "core/train/recipe/recipe.hpp"
#include "core/train/training_data.hpp"

#include <cstdint>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// What a model made of the collection at some step, and what follows for the training.
struct Mined {
    std::shared_ptr<const Bank> bank;
    std::vector<std::vector<std::int32_t>> negatives; ///< [training queries], empty for those that were not looked up
    std::int64_t queries = 0;      ///< looked up
    double left_out = 0;           ///< share of the found documents that may be right themselves
    /// Of the queries whose right document was found: share of the negatives that the model's own fusion puts above it. They may
    /// be right as well, and nothing kept them out. NaN where an earlier version has mined.
    double above = std::numeric_limits<double>::quiet_NaN();
};

/// Indexes the collection with the model and looks the queries up, all experts over the union of what they find.
/// Negatives: each expert's `negatives_depth` best without the right ones, and without those that the model's own fusion
/// scores above `false_negative_margin` times the best right one's score, which may be right themselves.
/// Candidates of the bank: each expert's `competition_depth` best without the right ones.
///
/// The result is kept in `folder`: called again there it is read, or made again from the last whole shard of the index; all
/// of it where it is damaged.
/// @param wanted which of the training queries to look up
/// @throws Cancelled; Error as build_index.
Mined mine(const std::filesystem::path& model_folder, std::shared_ptr<const Collection> collection,
           const std::vector<TrainingQuery>& queries, const std::vector<std::uint32_t>& wanted, const Recipe& recipe,
           const std::filesystem::path& folder, Progress& progress);

/// What mine() has left in `folder`; nothing where it has not finished.
std::optional<Mined> read_mined(const std::filesystem::path& folder, const std::shared_ptr<const Collection>& collection,
                                const std::vector<TrainingQuery>& queries, Progress& progress);

/// What negatives are drawn from, as the recipe's negatives.from says; the given ones for a query that was not looked up.
/// @param given BM25's, or a teacher's
std::vector<std::vector<std::int32_t>> merge_negatives(const std::string& from,
                                                       const std::vector<std::vector<std::int32_t>>& given,
                                                       const std::vector<std::vector<std::int32_t>>& mined);

} // namespace cameo
