#pragma once

#include "core/train/miner.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cameo {

/// What a training has in its folder, and may go back to: its latest checkpoints, and its best one where those are damaged.
struct KeptSteps {
    std::vector<std::int64_t> checkpoints; ///< there are, ascending; at least one
    std::int64_t latest_kept = 1;          ///< Recipe::checkpoints_kept
    std::int64_t best = -1;                ///< -1: none yet
    std::optional<std::int64_t> mines;     ///< Miner::needs()
};

struct Superfluous {
    std::vector<std::int64_t> checkpoints;
    std::vector<std::int64_t> mined; ///< starts of rounds whose findings no step from a kept checkpoint on uses
};
Superfluous superfluous(const KeptSteps& kept, std::span<const MiningRound> rounds);

} // namespace cameo
