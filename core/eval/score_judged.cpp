#include "core/eval/score_judged.hpp"

#include "core/eval/retrieve_each.hpp"
#include "core/search/query_words.hpp"

#include <algorithm>

namespace cameo {

namespace {

std::string length_slice(const std::string& text) {
    const std::size_t words = query_words(text).size();
    if (words <= 3) return "1 to 3 words";
    if (words <= 6) return "4 to 6 words";
    if (words <= 10) return "7 to 10 words";
    return "more than 10 words";
}

/// Sections and the like have many rare parts: the common ones stand for themselves.
void fold_rare(std::vector<std::string>& parts) {
    constexpr std::size_t kMostParts = 12;
    std::map<std::string, std::size_t> counts;
    for (const std::string& part : parts)
        if (!part.empty()) ++counts[part];
    if (counts.size() <= kMostParts) return;
    std::vector<std::pair<std::size_t, std::string>> by_count;
    for (const auto& [part, count] : counts)
        by_count.emplace_back(count, part);
    std::sort(by_count.begin(), by_count.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
    });
    for (std::string& part : parts) {
        const auto kept = by_count.begin() + kMostParts - 1;
        const bool common = std::any_of(by_count.begin(), kept, [&](const auto& entry) { return entry.second == part; });
        if (!part.empty() && !common) part = "others";
    }
}

void measure_bm25(const SearchEngine& engine, const Bm25& bm25, const Query& query, const Grades& grades, ScoredQuery& scored) {
    const auto hits = bm25.search(query.text, kRunDepth);
    std::vector<DocumentOrdinal> ordinals;
    for (const ScoredDocument& hit : hits)
        ordinals.push_back(hit.document);
    auto names = engine.names(ordinals);
    std::vector<RankedDocument> list;
    for (std::size_t hit = 0; hit < hits.size(); ++hit)
        list.push_back({std::move(names[hit].id), hits[hit].score});
    const auto found = find_relevant(std::move(list), grades);
    scored.bm25 = measure_found(found, relevant_grades(grades));
    scored.bm25_first = first_rank(found);
}

} // namespace

JudgedScores unscored(const SearchEngine& engine, const JudgedScoresOptions& options) {
    const Collection& collection = engine.collection();
    JudgedScores scores;
    scores.model = engine.model().name();
    scores.model_version = engine.model().version();
    scores.collection = collection.name();
    scores.collection_version = collection.version();
    scores.documents = engine.index().info().documents;
    scores.split = options.split;
    scores.depth = options.depth;
    for (const ExpertInfo& expert : engine.model().experts()) {
        scores.experts.push_back(expert.name);
        scores.kinds.push_back(expert.kind);
    }
    scores.judged = read_split(collection, options.split);
    if (const LearnedFusion* learned = engine.learned_fusion()) scores.linear = learned->linear;
    return scores;
}

JudgedScores score_judged(const SearchEngine& engine, const Bm25* bm25, const JudgedScoresOptions& options, Progress& progress) {
    const Collection& collection = engine.collection();
    JudgedScores scores = unscored(engine, options);
    scores.has_bm25 = bm25 != nullptr;
    scores.queries.resize(scores.judged.queries.size());

    std::vector<std::string> categories(scores.queries.size()), lengths(scores.queries.size()), sections(scores.queries.size());
    retrieve_each(engine, scores.judged, options.depth, "scoring judged queries", progress, [&](std::size_t at, const Retrieval& found) {
        const Query& query = scores.judged.queries[at];
        ScoredQuery& scored = scores.queries[at];
        scored.documents = found.documents;
        scored.raw = found.raw;
        // Of an expert without a first stage its order of what the others brought: as evaluate() ranks it.
        scored.brought_by.assign(found.documents.size(), 0);
        for (std::size_t expert_idx = 0; expert_idx < found.hits.size(); ++expert_idx)
            for (const std::int32_t hit : found.hits[expert_idx]) scored.brought_by[static_cast<std::size_t>(hit)] |= 1u << expert_idx;
        scored.query_weights = engine.query_weights(found.raw);
        const Grades& grades = scores.judged.grades(at);
        for (const auto& [id, grade] : grades) {
            if (grade <= 0) continue;
            const auto place = std::lower_bound(found.names.begin(), found.names.end(), id,
                                                [](const DocumentName& name, const std::string& wanted) { return name.id < wanted; });
            const bool is_there = place != found.names.end() && place->id == id;
            scored.relevant.push_back({is_there ? static_cast<std::int32_t>(place - found.names.begin()) : -1, grade});
            if (!sections[at].empty()) continue;
            if (const auto ordinal = collection.find(id)) {
                const Document document = collection.document(*ordinal);
                if (const auto section = document.fields.find("section"); section != document.fields.end()) sections[at] = section->second;
            }
        }
        if (bm25) measure_bm25(engine, *bm25, query, grades, scored);
        categories[at] = query.category;
        lengths[at] = length_slice(query.text);
    });
    fold_rare(sections);
    const auto add_slice = [&](const char* name, std::vector<std::string> parts) {
        if (std::any_of(parts.begin(), parts.end(), [&](const std::string& part) { return part != parts.front(); }))
            scores.slices[name] = std::move(parts);
    };
    add_slice("category", std::move(categories));
    add_slice("section", std::move(sections));
    add_slice("length", std::move(lengths));
    return scores;
}

} // namespace cameo
