#pragma once

#include "core/model/aten/moe_tensors.hpp"
#include "core/train/recipe/recipe.hpp"
#include "core/train/training_data.hpp"

#include <string>
#include <utility>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// An SB-MoE block's loss over a part: the ranking of each query's document, and whatever keeps the gate in balance.
struct MoeLoss {
    at::Tensor total;                                       ///< a scalar, the sum of the terms
    std::vector<std::pair<std::string, at::Tensor>> terms; ///< "ranking", "importance", …: with their weights
};

/// Products over the recipe's temperature, softmax, cross-entropy (losses.hpp), and the terms of balance.hpp that have a
/// weight in the recipe, over all of the part's texts; agreement is about the gate's probabilities without noise.
/// Corrected form: each document once, other right documents of a query taken out. Reference form, as the authors' code
/// has it: the candidates are every query's document in turn, one that two queries share twice, and nothing is taken out;
/// negatives that the recipe draws, which their code does not know, follow.
/// `load` counts only where it means something: noise was drawn and not every expert is chosen. `importance` is about
/// weights, of which an expert that no text chose has none: it keeps a gate from collapsing and does not undo it.
/// @param pass of the part's texts, queries first
MoeLoss moe_loss(const MoePass& pass, const MoeSpec& spec, const TrainingBatch& batch, const Recipe& recipe);

} // namespace cameo
