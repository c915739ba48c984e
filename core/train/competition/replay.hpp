#pragma once

#include "core/eval/judged_scores.hpp"
#include "core/train/competition/competition.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

// What CAME's competition would make of judged queries: a first-order estimate of training, from ranks that were measured
// once. Letters: I instances, E experts.

namespace cameo {

/// One judged query with one document that answers it.
struct CompetitionInstance {
    std::size_t query = 0;     ///< into JudgedScores::queries
    std::vector<double> ranks; ///< [E] of the document among the union under each expert, ties averaged
};

/// Every query with each of its relevant documents that some expert brought: of the others no rank is known, and to count them as
/// ranked alike would make a competition look like none. Parallel; a few hundredths of a second.
std::vector<CompetitionInstance> competition_instances(const JudgedScores& scores);

struct CompetitionReplay {
    std::vector<double> weights; ///< [I, E], each instance's add up to E
    std::vector<double> mean;    ///< [E]
    double away = 0;             ///< share of instances with a weight further than 0.1 from 1
};
CompetitionReplay replay(std::span<const CompetitionInstance> instances, std::size_t experts, const CompetitionSpec& spec);

/// How often each expert wins, over some instances.
struct WinShare {
    std::size_t instances = 0;
    std::vector<double> sole; ///< [E] share of instances that this expert alone ranks best
    double tied = 0;          ///< share where several are best together
};
struct WinShares {
    WinShare all;
    std::map<std::string, WinShare> categories; ///< of the queries that have one
};
WinShares win_shares(const JudgedScores& scores, std::span<const CompetitionInstance> instances);

/// An expert whose mean weight is below this learns hardly anything from what it is weighed by.
inline constexpr double kStarving = 0.25;

} // namespace cameo
