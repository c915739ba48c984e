#include "core/index/index.hpp"

#include <chrono>

namespace cameo {

Candidates Index::all_candidates(std::span<const Representation> query, std::size_t k, Progress& progress) const {
    Candidates all;
    for (std::size_t expert_idx = 0; expert_idx < query.size(); ++expert_idx) {
        progress.check_cancelled();
        const auto start = std::chrono::steady_clock::now();
        auto& expert = all.experts.emplace_back();
        expert.hits = candidates(expert_idx, query[expert_idx], k);
        expert.milliseconds = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    }
    return all;
}

} // namespace cameo
