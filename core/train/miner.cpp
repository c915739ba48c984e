#include "core/train/miner.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <set>

namespace cameo {

std::vector<MiningRound> mining_rounds(const Recipe& recipe) {
    const std::int64_t total = recipe.standardized_steps + recipe.specialized_steps;
    std::set<std::int64_t> applies;
    if (recipe.mine_every > 0)
        for (std::int64_t step = recipe.mine_every; step < total; step += recipe.mine_every)
            applies.insert(step);
    if (recipe.specialized_steps > 0)
        applies.insert(recipe.standardized_steps);
    std::vector<MiningRound> rounds;
    std::int64_t earlier = 0; // one at a time: a round begins when the one before is in use
    for (const auto apply : applies) {
        if (!rounds.empty())
            rounds.back().until = apply;
        rounds.push_back({std::max(earlier, apply - recipe.mine_lag), apply, total});
        earlier = apply;
    }
    return rounds;
}

Recipe recipe_of(const MiningRound& round, const Recipe& recipe) {
    Recipe own = recipe;
    if (round.until <= recipe.standardized_steps)
        own.competition_depth = std::min(own.competition_depth, own.negatives_depth);
    return own;
}

/// How far a round in the background is, for whoever waits for it on another thread.
class Miner::RoundProgress final : public Progress {
public:
    using Progress::Progress;

    void begin(std::string stage, Unit unit, std::optional<std::int64_t> total, std::int64_t already) override {
        const std::scoped_lock lock(m_mutex);
        Progress::begin(stage, unit, total, already);
        m_stage = {std::move(stage), unit, total};
        ++m_stages;
    }

    /// Tells another progress what has come since it was told last. One thread.
    void show(Progress& other) {
        const std::scoped_lock lock(m_mutex);
        const auto now = done();
        if (m_told_stages != m_stages)
            other.begin(m_stage.name, m_stage.unit, m_stage.total, now);
        else
            other.advance(now - m_told);
        m_told_stages = m_stages;
        m_told = now;
    }

private:
    struct Stage {
        std::string name;
        Unit unit = Unit::Steps;
        std::optional<std::int64_t> total;
    };
    std::mutex m_mutex;
    Stage m_stage;
    int m_stages = 0, m_told_stages = 0;
    std::int64_t m_told = 0;
};

Miner::~Miner() {
    m_stop.request_stop();
    if (m_result.valid())
        m_result.wait();
}

void Miner::begin(const MiningRound& round) {
    check(!m_round, "Miner: a round is still going on");
    m_round = round;
    m_stop = {};
    m_progress = std::make_shared<RoundProgress>(m_stop.get_token());
    m_result = std::async(std::launch::async, [look = m_look, round, progress = m_progress] { return look(round, *progress); });
}

Mined Miner::finish(const MiningRound& round, Progress& progress) {
    if (m_round != round) {
        check(!m_round, "Miner: another round is going on");
        begin(round);
    }
    while (m_result.wait_for(std::chrono::milliseconds(100)) == std::future_status::timeout) {
        progress.check_cancelled();
        m_progress->show(progress);
    }
    m_round.reset();
    return m_result.get();
}

std::optional<std::int64_t> Miner::needs() const { return m_round ? std::optional(m_round->start) : std::nullopt; }

} // namespace cameo
