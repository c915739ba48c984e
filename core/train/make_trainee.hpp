#pragma once

#include "core/train/trainee.hpp"

// Private to core: shows ATen.

namespace cameo {

/// By the model's kind.   @param queries kept by reference   @param memory as Trunk's   @throws Error as the kind's own, or naming a kind without one.
std::unique_ptr<Trainee> make_trainee(const std::filesystem::path& model_folder,
                                      std::shared_ptr<const Collection> collection,
                                      const std::vector<TrainingQuery>& queries, const Recipe& recipe,
                                      std::shared_ptr<FrozenMemory> memory = nullptr);

} // namespace cameo
