#include "core/search/retrieval.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace cameo {

namespace {

double milliseconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

Retrieval retrieve(const SearchEngine& engine, std::span<const Representation> query, std::int32_t depth,
                   Progress& progress) {
    const Index& index = engine.index();
    const std::size_t experts = query.size();
    check(depth > 0, "retrieve: depth below 1");
    Retrieval found;
    found.candidates_ms.resize(experts);

    const Candidates candidates = index.all_candidates(query, static_cast<std::size_t>(depth), engine.candidate_options(), progress);
    check(candidates.experts.size() == experts, "Index::all_candidates: not one list an expert");
    found.unanswered = candidates.unanswered;
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
        found.candidates_ms[expert_idx] = candidates.experts[expert_idx].milliseconds;

    const auto rescore_start = std::chrono::steady_clock::now();
    std::vector<DocumentOrdinal> ordinals;
    for (const ExpertCandidates& expert : candidates.experts)
        for (const ScoredDocument& hit : expert.hits)
            ordinals.push_back(hit.document);
    std::sort(ordinals.begin(), ordinals.end());
    ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
    const std::size_t documents = ordinals.size();

    // The index knows ordinals; people see ids, and ties stand by ids.
    std::vector<DocumentName> names = engine.names(ordinals);
    std::vector<std::size_t> by_id(documents);
    std::iota(by_id.begin(), by_id.end(), std::size_t{0});
    std::sort(by_id.begin(), by_id.end(),
              [&](std::size_t a, std::size_t b) { return names[a].id < names[b].id; });
    std::unordered_map<DocumentOrdinal, std::int32_t> position;
    position.reserve(documents);
    found.documents.reserve(documents);
    found.names.reserve(documents);
    for (const std::size_t at : by_id) {
        position.emplace(ordinals[at], static_cast<std::int32_t>(found.documents.size()));
        found.documents.push_back(ordinals[at]);
        found.names.push_back(std::move(names[at]));
    }

    found.raw.resize(documents * experts);
    found.brought_by.resize(documents);
    found.hits.resize(experts);
    std::vector<float> scores(documents);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        progress.check_cancelled();
        index.score(expert_idx, query[expert_idx], found.documents, scores);
        for (std::size_t document = 0; document < documents; ++document)
            found.raw[document * experts + expert_idx] = scores[document];
        for (const ScoredDocument& hit : candidates.experts[expert_idx].hits) {
            const std::int32_t at = position.at(hit.document);
            found.hits[expert_idx].push_back(at);
            if (candidates.experts[expert_idx].brought) found.brought_by[static_cast<std::size_t>(at)] |= 1u << expert_idx;
        }
        const auto key = [&](std::int32_t at) { // what a damaged model gives comes last
            const float score = scores[static_cast<std::size_t>(at)];
            return std::isfinite(score) ? score : -INFINITY;
        };
        std::sort(found.hits[expert_idx].begin(), found.hits[expert_idx].end(),
                  [&](std::int32_t a, std::int32_t b) { return key(a) != key(b) ? key(a) > key(b) : a < b; });
    }
    found.rescore_ms = milliseconds_since(rescore_start);
    return found;
}

} // namespace cameo
