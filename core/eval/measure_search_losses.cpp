#include "core/eval/measure_search_losses.hpp"

#include "core/jobs/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <numeric>

namespace cameo {
namespace {

constexpr std::size_t kFirst = 100, kCompared = 50;

} // namespace

std::vector<ScoredDocument> exact_first(const SearchEngine& engine, std::size_t expert_idx, const Representation& query, std::size_t count) {
    const Index& index = engine.index();
    std::vector<DocumentOrdinal> all(static_cast<std::size_t>(index.info().documents));
    std::iota(all.begin(), all.end(), DocumentOrdinal{0});
    std::erase_if(all, [&](DocumentOrdinal document) { return engine.collection().removed().contains(document); });
    std::vector<float> scores(all.size());
    index.score(expert_idx, query, all, scores);
    std::vector<ScoredDocument> ranked;
    for (std::size_t at = 0; at < all.size(); ++at) ranked.push_back({all[at], scores[at]});
    const std::size_t kept = std::min(count, ranked.size());
    std::partial_sort(ranked.begin(), ranked.begin() + static_cast<std::ptrdiff_t>(kept), ranked.end(), better);
    ranked.resize(kept);
    return ranked;
}

std::size_t missing_from(const std::vector<ScoredDocument>& wanted, const std::vector<ScoredDocument>& found) {
    std::vector<DocumentOrdinal> there;
    for (const ScoredDocument& one : found) there.push_back(one.document);
    std::ranges::sort(there);
    return static_cast<std::size_t>(std::ranges::count_if(wanted, [&](const ScoredDocument& one) { return !std::ranges::binary_search(there, one.document); }));
}

SearchLosses measure_search_losses(const SearchEngine& engine, const JudgedSplit& judged, Progress& progress) {
    const Index& index = engine.index();
    const std::size_t experts = index.info().experts.size(), queries = judged.queries.size();
    SearchLosses losses;
    for (const ExpertIndexInfo& expert : index.info().experts)
        losses.experts.push_back({.name = expert.name, .structure = expert.structure,
                                  .cut_documents = static_cast<double>(expert.truncated_documents) / static_cast<double>(std::max<std::int64_t>(index.info().documents, 1)),
                                  .cut_queries = 0, .lost_candidates = 0});
    std::vector<std::string> texts;
    for (const Query& query : judged.queries) texts.push_back(query.text);
    progress.begin("reading queries as the experts do", Unit::Queries, static_cast<std::int64_t>(queries));
    const auto encoded = engine.model().encode(texts, Role::Query, progress);
    for (std::size_t expert = 0; expert < experts; ++expert)
        losses.experts[expert].cut_queries = static_cast<double>(std::ranges::count_if(encoded, [&](const auto& query) { return query[expert].truncated; })) / static_cast<double>(std::max<std::size_t>(queries, 1));

    const bool approximates = std::ranges::any_of(index.info().experts, [](const ExpertIndexInfo& expert) { return !expert.exact_candidates; });
    if (!approximates || queries == 0) return losses;
    losses.compared = std::min(kCompared, queries);
    progress.begin("comparing approximate searches with exact ones", Unit::Queries, static_cast<std::int64_t>(losses.compared));
    for (std::size_t expert = 0; expert < experts; ++expert) {
        if (index.info().experts[expert].exact_candidates) continue;
        std::atomic<std::size_t> lost = 0, wanted = 0;
        parallel_for(losses.compared, 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end; ++at) {
                progress.check_cancelled();
                const Representation& query = encoded[at * queries / losses.compared][expert];
                const auto exact = exact_first(engine, expert, query, kFirst);
                lost += missing_from(exact, index.candidates(expert, query, kFirst, engine.candidate_options()));
                wanted += exact.size();
            }
        });
        losses.experts[expert].lost_candidates = wanted > 0 ? static_cast<double>(lost) / static_cast<double>(wanted) : 0;
    }
    return losses;
}

} // namespace cameo
