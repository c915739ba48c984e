#pragma once

#include "core/train/mining.hpp"

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>

namespace cameo {

/// One look through the collection with a model of the training itself.
struct MiningRound {
    std::int64_t start = 0; ///< the checkpoint whose model looks
    std::int64_t apply = 0; ///< the step from which what it found is used
    std::int64_t until = 0; ///< the step from which something newer is
    bool operator==(const MiningRound&) const = default;
};

/// Every `mine_every` steps, and where the specialized stage begins, whose ranks need a bank. A function of the recipe.
std::vector<MiningRound> mining_rounds(const Recipe& recipe);
/// What a round is made by: where nobody competes before the next one, as deep as negatives are drawn and no deeper.
Recipe recipe_of(const MiningRound& round, const Recipe& recipe);

/// Runs rounds in the background, so that a step is only late when it needs what is not there yet. What a round
/// finds depends on its checkpoint alone, never on how long it took.
class Miner {
public:
    using Look = std::function<Mined(const MiningRound&, Progress&)>; ///< called on a thread of its own
    explicit Miner(Look look) : m_look(std::move(look)) {}
    ~Miner();

    void begin(const MiningRound& round);
    /// Waits for a round, which it begins if nobody has, and says meanwhile how far that is. @throws what the round has thrown; Cancelled.
    Mined finish(const MiningRound& round, Progress& progress);
    /// The checkpoint that a round in the background still needs.
    std::optional<std::int64_t> needs() const;

private:
    class RoundProgress;

    Look m_look;
    std::optional<MiningRound> m_round;
    std::future<Mined> m_result;
    std::stop_source m_stop;
    std::shared_ptr<RoundProgress> m_progress; ///< of the round
};

} // namespace cameo
