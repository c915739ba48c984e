#include "core/train/competition/competition.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace cameo {

std::string_view name(RankGain gain) {
    switch (gain) {
    case RankGain::Reciprocal: return "reciprocal";
    case RankGain::NegativeLog: return "negative_log";
    case RankGain::Negative: return "negative";
    }
    return "";
}

RankGain rank_gain(std::string_view named) {
    for (const auto form : {RankGain::Reciprocal, RankGain::NegativeLog, RankGain::Negative})
        if (name(form) == named)
            return form;
    throw Error(ErrorKind::InvalidInput, "there is no gain \"" + std::string(named) +
                                             "\"; there are reciprocal, negative_log and negative");
}

double gain(RankGain form, double rank) {
    switch (form) {
    case RankGain::Reciprocal: return 1 / rank;
    case RankGain::NegativeLog: return -std::log(rank);
    case RankGain::Negative: return -rank;
    }
    return 0;
}

double rank_of(std::span<const float> scores, std::size_t positive) {
    check(positive < scores.size(), "rank_of: no such candidate");
    const float own = scores[positive];
    std::size_t above = 0, equal = 0;
    for (std::size_t at = 0; at < scores.size(); ++at) {
        if (at == positive)
            continue;
        if (std::isnan(own))
            std::isnan(scores[at]) ? ++equal : ++above;
        else if (scores[at] > own)
            ++above;
        else if (scores[at] == own)
            ++equal;
    }
    return 1 + double(above) + double(equal) / 2;
}

void competitive_weights(const CompetitionSpec& spec, std::span<const double> ranks, std::span<double> weights) {
    check(ranks.size() == weights.size() && !ranks.empty(), "competitive_weights: one rank and one weight an expert");
    const double tau = spec.temperature;
    if (!(tau >= 0))
        throw Error(ErrorKind::InvalidInput, "competition: a temperature of " + std::to_string(tau) +
                                                 ", expected 0 or more");
    for (std::size_t e = 0; e < ranks.size(); ++e)
        weights[e] = gain(spec.form, ranks[e]);
    // Against the best one, so that nothing overflows and the limits need no case of their own: a loser's exponent is
    // -infinity at tau = 0, and everybody's is 0 at tau = infinity.
    const double best = *std::ranges::max_element(weights);
    double sum = 0;
    for (double& weight : weights) {
        weight = weight == best ? 1 : std::exp((weight - best) / tau);
        sum += weight;
    }
    for (double& weight : weights)
        weight *= double(ranks.size()) / sum;
}

} // namespace cameo
