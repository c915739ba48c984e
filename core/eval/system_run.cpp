#include "core/eval/system_run.hpp"

#include "core/base/error.hpp"
#include "core/index/bm25.hpp"
#include "core/search/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

namespace cameo {

namespace {

constexpr std::string_view kFusion = "fusion:";

/// Positions in the union, best first; of equal scores by id: the union comes in their order.
std::vector<std::int32_t> best_first(const std::vector<double>& scores) {
    std::vector<std::int32_t> places(scores.size());
    std::iota(places.begin(), places.end(), 0);
    std::ranges::stable_sort(places, std::ranges::greater(), [&](std::int32_t place) { return scores[static_cast<std::size_t>(place)]; });
    if (places.size() > kRunDepth) places.resize(kRunDepth);
    return places;
}

std::vector<RankedDocument> named(const SearchEngine& engine, std::span<const DocumentOrdinal> documents, std::span<const double> scores) {
    auto names = engine.names(documents);
    std::vector<RankedDocument> list;
    for (std::size_t at = 0; at < names.size(); ++at)
        list.push_back({std::move(names[at].id), scores[at]});
    return list;
}

} // namespace

RunFile system_run(const JudgedScores& scores, const std::string& system, const SearchEngine& engine, const Bm25* bm25, Progress& progress) {
    const std::size_t experts = scores.experts.size();
    const auto expert = std::ranges::find(scores.experts, system);
    std::optional<FusionSpec> fusion;
    if (system.starts_with(kFusion)) fusion = parse_fusion(system.substr(kFusion.size()));
    const bool is_bm25 = expert == scores.experts.end() && !fusion && system == "bm25" && bm25;
    if (expert == scores.experts.end() && !fusion && !is_bm25)
        throw Error(ErrorKind::NotFound, fmt::format("{} has no ranked lists of its own that could be written to a run file", system));

    RunFile run{.tag = system};
    std::ranges::replace_if(run.tag, [](unsigned char letter) { return std::isspace(letter) != 0; }, '_');
    progress.begin("ranking the judged queries", Unit::Queries, static_cast<std::int64_t>(scores.queries.size()));
    for (std::size_t at = 0; at < scores.queries.size(); ++at) {
        const ScoredQuery& query = scores.queries[at];
        std::vector<DocumentOrdinal> documents;
        std::vector<double> values;
        if (is_bm25) {
            for (const ScoredDocument& hit : bm25->search(scores.judged.queries[at].text, kRunDepth)) {
                documents.push_back(hit.document);
                values.push_back(hit.score);
            }
        } else if (fusion) {
            const std::vector<double> fused = fused_scores(query, experts, *fusion);
            for (const std::int32_t place : best_first(fused)) {
                documents.push_back(query.documents[static_cast<std::size_t>(place)]);
                values.push_back(fused[static_cast<std::size_t>(place)]);
            }
        } else {
            const auto expert_idx = static_cast<std::size_t>(expert - scores.experts.begin());
            for (const std::int32_t place : own_candidates(query, experts, expert_idx, kRunDepth)) {
                documents.push_back(query.documents[static_cast<std::size_t>(place)]);
                values.push_back(query.raw[static_cast<std::size_t>(place) * experts + expert_idx]);
            }
        }
        run.queries[scores.judged.queries[at].id] = named(engine, documents, values);
        progress.advance();
    }
    return run;
}

} // namespace cameo
