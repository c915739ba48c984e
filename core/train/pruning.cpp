#include "core/train/pruning.hpp"

#include <algorithm>

namespace cameo {

Superfluous superfluous(const KeptSteps& kept, std::span<const MiningRound> rounds) {
    const auto& steps = kept.checkpoints;
    const std::int64_t oldest = steps[steps.size() - std::min(steps.size(), std::size_t(kept.latest_kept))];
    Superfluous gone;
    for (const auto step : steps) {
        const bool mined_soon = std::ranges::any_of(rounds, [&](const auto& round) { return round.start == step && round.apply >= oldest; });
        if (step < oldest && step != kept.best && step != kept.mines && !mined_soon)
            gone.checkpoints.push_back(step);
    }
    for (const auto& round : rounds) {
        const bool serves_best = round.start <= kept.best && kept.best < round.until;
        if (round.until <= oldest && !serves_best)
            gone.mined.push_back(round.start);
    }
    return gone;
}

} // namespace cameo
