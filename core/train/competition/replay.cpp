#include "core/train/competition/replay.hpp"

#include "core/jobs/parallel.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

std::vector<CompetitionInstance> competition_instances(const JudgedScores& scores) {
    const std::size_t experts = scores.experts.size();
    std::vector<std::vector<CompetitionInstance>> of_query(scores.queries.size());
    parallel_for(of_query.size(), 16, [&](std::size_t begin, std::size_t end) {
        for (std::size_t query = begin; query < end; ++query) {
            const ScoredQuery& scored = scores.queries[query];
            const std::size_t documents = scored.documents.size();
            for (const RelevantDocument& relevant : scored.relevant) {
                if (relevant.position < 0) continue;
                CompetitionInstance instance{.query = query};
                for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
                    std::vector<float> own(documents);
                    for (std::size_t document = 0; document < documents; ++document)
                        own[document] = scored.raw[document * experts + expert_idx];
                    instance.ranks.push_back(rank_of(own, static_cast<std::size_t>(relevant.position)));
                }
                of_query[query].push_back(std::move(instance));
            }
        }
    });
    std::vector<CompetitionInstance> all;
    for (auto& list : of_query)
        std::ranges::move(list, std::back_inserter(all));
    return all;
}

CompetitionReplay replay(std::span<const CompetitionInstance> instances, std::size_t experts, const CompetitionSpec& spec) {
    CompetitionReplay made;
    made.weights.resize(instances.size() * experts);
    made.mean.assign(experts, 0);
    for (std::size_t at = 0; at < instances.size(); ++at) {
        const auto weights = std::span(made.weights).subspan(at * experts, experts);
        competitive_weights(spec, instances[at].ranks, weights);
        bool away = false;
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
            made.mean[expert_idx] += weights[expert_idx];
            away = away || std::fabs(weights[expert_idx] - 1) > 0.1;
        }
        made.away += away;
    }
    const auto count = static_cast<double>(std::max<std::size_t>(instances.size(), 1));
    for (double& weight : made.mean)
        weight /= count;
    made.away /= count;
    return made;
}

WinShares win_shares(const JudgedScores& scores, std::span<const CompetitionInstance> instances) {
    WinShares shares;
    const std::size_t experts = scores.experts.size();
    const auto count = [&](WinShare& share, const CompetitionInstance& instance) {
        share.sole.resize(experts, 0);
        ++share.instances;
        const double best = *std::ranges::min_element(instance.ranks);
        const auto winners = std::ranges::count(instance.ranks, best);
        if (winners > 1) share.tied += 1;
        else share.sole[static_cast<std::size_t>(std::ranges::find(instance.ranks, best) - instance.ranks.begin())] += 1;
    };
    const auto divide = [](WinShare& share) {
        if (share.instances == 0) return;
        for (double& sole : share.sole)
            sole /= static_cast<double>(share.instances);
        share.tied /= static_cast<double>(share.instances);
    };
    for (const CompetitionInstance& instance : instances) {
        count(shares.all, instance);
        const std::string& category = scores.judged.queries[instance.query].category;
        if (!category.empty()) count(shares.categories[category], instance);
    }
    divide(shares.all);
    for (auto& [category, share] : shares.categories) divide(share);
    return shares;
}

} // namespace cameo
