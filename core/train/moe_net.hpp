#pragma once

#include "core/data/collection.hpp"
#include "core/train/trainee.hpp"

#include <filesystem>
#include <memory>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// SB-MoE in training: an encoder (Trunk), its pooling and the block (moe_spec.hpp), with the loss of moe_loss.hpp and the
/// metrics of gate_metrics.hpp. On a GPU where there is one, in float32. On a processor, a frozen encoder's vectors have the
/// bits that the model is served with, and are kept (FrozenPooled).
///
/// Groups: "experts" (heads_rate), "gate" (gate_rate), and "encoder" (encoder_rate, weight_decay) where the recipe has a
/// rate for it and names what stays frozen; -1 frozen layers or a rate of 0 keep all of it. In the corrected form the
/// gate's noise is trained with the gate, and only the encoder decays. In the reference form, as in the authors' code,
/// one expert is chosen in training whatever the model chooses when it serves, the noise stays as it is, and everything
/// decays. Their encoders also drop values at random (BERT's dropout), which ours do not.
///
/// The noise is a function of seed, step, part and place in the part.
///
/// The bias of balancing without a loss is a buffer, "routing_bias", of which a step changes each number by bias_rate.
/// It is written with the model once any of it is not 0: without it the model that is served would send texts elsewhere
/// than the one that was trained.
///
/// @param folder of an "sbmoe" model   @param queries kept by reference
/// @throws Error naming what the model or the recipe lacks.
std::unique_ptr<Trainee> make_moe_net(const std::filesystem::path& folder, std::shared_ptr<const Collection> collection,
                                      const std::vector<TrainingQuery>& queries, const Recipe& recipe,
                                       std::shared_ptr<FrozenMemory> memory = nullptr);

} // namespace cameo
