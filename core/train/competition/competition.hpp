#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace cameo {

/// CAME's specialized learning (arXiv 2311.02834): the experts compete on every instance, and each is trained in
/// proportion to how well it ranks the positive. The paper's exact formula could not be read; ours is
///     w_e = E softmax_e(g(r_e) / tau)
/// with r_e the rank of the positive among the instance's candidates under expert e (from 1, ties: the average
/// rank) and g one of three forms that is a setting. No gradient goes through w. tau -> infinity is the standardized
/// stage exactly (all w_e = 1); tau -> 0 is winner takes all.
enum class RankGain {
    Reciprocal,  ///< g(r) = 1 / r
    NegativeLog, ///< g(r) = -ln r
    Negative,    ///< g(r) = -r
};

/// "reciprocal", "negative_log", "negative"
std::string_view name(RankGain gain);
/// @throws Error(InvalidInput) listing the names there are.
RankGain rank_gain(std::string_view name);
double gain(RankGain form, double rank);

struct CompetitionSpec {
    RankGain form = RankGain::Reciprocal;
    double temperature = 1; ///< tau, 0 to infinity, both included
};

/// Rank of scores[positive] among all the scores, from 1, higher is better; ties share the average of their ranks. A
/// score that is not a number ranks behind all numbers.
/// @pre positive < scores.size()
double rank_of(std::span<const float> scores, std::size_t positive);

/// w_e for one instance. They add up to E. With tau = 0 the best ranks share E among them.
/// @param ranks [E], each >= 1   @param weights [E]
/// @throws Error(InvalidInput) when tau is negative or not a number. Thread-safe.
void competitive_weights(const CompetitionSpec& spec, std::span<const double> ranks, std::span<double> weights);

} // namespace cameo
