#include "core/train/bank.hpp"

#include "core/train/competition/competition.hpp"

namespace cameo {

std::vector<double> Bank::ranks(std::size_t query_idx, std::int32_t positive,
                                std::span<const Representation> query) const {
    const auto& own = candidates.at(query_idx);
    std::vector<DocumentOrdinal> documents{positive};
    documents.insert(documents.end(), own.begin(), own.end());
    std::vector<float> scores(documents.size());
    std::vector<double> ranks;
    for (std::size_t expert_idx = 0; expert_idx < query.size(); ++expert_idx) {
        index->score(expert_idx, query[expert_idx], documents, scores);
        ranks.push_back(rank_of(scores, 0));
    }
    return ranks;
}

} // namespace cameo
