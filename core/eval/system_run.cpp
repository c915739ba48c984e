#include "core/eval/system_run.hpp"

#include "core/base/error.hpp"
#include "core/index/bm25.hpp"
#include "core/search/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <optional>
#include <utility>

namespace cameo {

namespace {

constexpr std::string_view kFusion = "fusion:";

/// A document of a list, by its position in the union, with its score.
using Ranked = std::pair<std::size_t, double>;

/// Then by id: the union comes in their order.
bool best_first(const Ranked& a, const Ranked& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; }

std::vector<Ranked> expert_list(const ScoredQuery& query, std::size_t experts, std::size_t expert_idx) {
    std::vector<Ranked> list;
    for (std::size_t document = 0; document < query.documents.size(); ++document)
        if ((query.brought_by[document] >> expert_idx & 1U) != 0) list.emplace_back(document, query.raw[document * experts + expert_idx]);
    std::ranges::sort(list, best_first);
    return list;
}

std::vector<Ranked> fused_list(const ScoredQuery& query, std::size_t experts, const FusionSpec& fusion) {
    const std::size_t documents = query.documents.size();
    std::vector<std::size_t> tie_order(documents);
    std::iota(tie_order.begin(), tie_order.end(), std::size_t{0});
    std::vector<double> used(query.raw.size()), fused(documents);
    std::vector<std::int32_t> ranks(query.raw.size());
    fuse(for_query(fusion, query.query_weights), query.raw, experts, tie_order, used, fused, ranks);
    std::vector<Ranked> list;
    for (std::size_t document = 0; document < documents; ++document)
        list.emplace_back(document, fused[document]);
    std::ranges::sort(list, best_first);
    return list;
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
        } else {
            auto list = fusion ? fused_list(query, experts, *fusion) : expert_list(query, experts, static_cast<std::size_t>(expert - scores.experts.begin()));
            if (list.size() > kRunDepth) list.resize(kRunDepth);
            for (const auto& [document, score] : list) {
                documents.push_back(query.documents[document]);
                values.push_back(score);
            }
        }
        run.queries[scores.judged.queries[at].id] = named(engine, documents, values);
        progress.advance();
    }
    return run;
}

} // namespace cameo
