#pragma once

#include "core/model/assembly/manifest.hpp"

#include <filesystem>

namespace cameo {

inline constexpr std::int64_t kMostMoeExperts = 31; ///< beside the gate's own

/// The manifest of an sbmoe model with its one expert, the gate's, followed by one for each expert of the block, "expert 1"
/// to "expert N": these serve every query and every document. The fusion is the gate's own ranking unless the manifest
/// names another one.
/// @param folder of the model   @throws Error naming the file that has no block, or what the manifest asks of it.
Manifest with_moe_experts(Manifest manifest, const std::filesystem::path& folder);

/// Whether training has changed nothing but the block: the encoder is its checkpoint's own, as other models have it.
bool has_only_block(const WeightsFile& changes);

/// The block behind the expert with that place in the list above; 0 is the gate's.
std::shared_ptr<const MoeHead> read_moe_head(const Manifest& manifest, std::size_t expert_idx, std::int64_t hidden,
                                             TensorTable& tensors);

} // namespace cameo
