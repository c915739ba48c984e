#pragma once

#include "core/data/collection.hpp"
#include "core/train/trainee.hpp"

// Private to core: shows ATen.

namespace cameo {

/// CAME (arXiv 2311.02834) in training. With L_e the softmax cross-entropy of each query's positive against the part's
/// other documents under expert e, scores multiplied by the expert's scale:
///   standardized   L = sum_e mean_q L_eq
///   specialized    L = sum_e mean_q w_eq L_eq, w as in competition.hpp
/// and in both, with their weights, the same loss of the sum of the scores, and FLOPS of the lexical impacts.
///
/// Scales: where the model has none, prepare() sets them so that the scores of negatives spread alike under all experts:
/// s_e = s_global sd_global / sd_e, sd over each query's centred scores of its negatives. The local expert stands in for a
/// global one that is not there; a lexical expert alone keeps its impacts as they are.
///
/// @param queries kept by reference
/// @throws Error as Model::load, and Error(Unsupported) for what is not trained here.
std::unique_ptr<Trainee> make_came_net(const std::filesystem::path& model_folder,
                                       std::shared_ptr<const Collection> collection,
                                       const std::vector<TrainingQuery>& queries, const Recipe& recipe,
                                       std::shared_ptr<FrozenMemory> memory = nullptr);

} // namespace cameo
