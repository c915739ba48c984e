#include "core/search/word_importance.hpp"

#include "core/base/error.hpp"
#include "core/search/query_words.hpp"
#include "core/search/retrieval.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cameo {

namespace {

constexpr std::size_t kFirst = 10; ///< of an expert's own list, which a word may change

/// One wording of the query: the document's scores, every expert's first documents, and the fused rank.
struct Wording {
    std::vector<double> raw;                          ///< [E]
    std::vector<std::vector<DocumentOrdinal>> first;  ///< [E]
    std::int32_t rank = 0;
};

Wording run(const SearchEngine& engine, const Trace& like, std::span<const Representation> query, DocumentOrdinal ordinal, const std::string& id, Progress& progress) {
    Retrieval found = retrieve(engine, query, like.depth, progress);
    const std::size_t experts = query.size();
    Wording made;
    Trace trace;
    trace.query_weights = engine.query_weights(found.raw);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        auto& first = made.first.emplace_back();
        for (const std::int32_t hit : found.hits[expert_idx])
            if (first.size() < kFirst) first.push_back(found.documents[static_cast<std::size_t>(hit)]);
        trace.experts.push_back({.name = like.experts[expert_idx].name, .kind = like.experts[expert_idx].kind});
        float score = 0;
        engine.index().score(expert_idx, query[expert_idx], std::span(&ordinal, 1), std::span(&score, 1));
        made.raw.push_back(score);
    }
    bool has_it = false;
    for (std::size_t document = 0; document < found.documents.size(); ++document) {
        UnionDocument& entry = trace.documents.emplace_back();
        entry.id = std::move(found.names[document].id);
        entry.raw.assign(found.raw.begin() + static_cast<std::ptrdiff_t>(document * experts), found.raw.begin() + static_cast<std::ptrdiff_t>((document + 1) * experts));
        has_it = has_it || found.documents[document] == ordinal;
    }
    if (!has_it) { // nobody brings it without this word: where would it stand?
        UnionDocument& entry = trace.documents.emplace_back();
        entry.id = id;
        entry.raw.assign(made.raw.begin(), made.raw.end());
    }
    trace = with_fusion(std::move(trace), like.fusion);
    const auto own = std::ranges::find(trace.documents, id, &UnionDocument::id) - trace.documents.begin();
    made.rank = fused_ranks(trace)[static_cast<std::size_t>(own)];
    return made;
}

double share_kept(const std::vector<DocumentOrdinal>& before, const std::vector<DocumentOrdinal>& now) {
    if (before.empty()) return 1;
    const auto kept = std::ranges::count_if(before, [&](DocumentOrdinal one) { return std::ranges::find(now, one) != now.end(); });
    return static_cast<double>(kept) / static_cast<double>(before.size());
}

} // namespace

QueryImportance word_importance(const SearchEngine& engine, const Trace& trace, std::string_view document_id, Progress& progress) {
    const Ledger ledger = engine.explain(trace, document_id); // and everything that can be wrong with the three
    const DocumentOrdinal ordinal = *engine.collection().find(document_id);
    std::vector<QueryWord> words = query_words(trace.query);
    std::vector<std::string> texts{trace.query};
    for (std::size_t word = 0; words.size() > 1 && word < std::min(words.size(), kMostWords); ++word) {
        words[word].state = WordState::Dropped;
        texts.push_back(text_of(words));
        words[word].state = WordState::Kept;
    }
    progress.begin("leaving out each word", Unit::Queries, static_cast<std::int64_t>(texts.size()));
    Progress inner(progress.stop_token());
    const auto representations = engine.model().encode(texts, Role::Query, inner);
    QueryImportance made{.document = std::string(document_id)};
    for (const ExpertTrace& expert : trace.experts) {
        made.experts.push_back(expert.name);
        made.kinds.push_back(expert.kind);
    }
    Wording whole;
    for (std::size_t text = 0; text < texts.size(); ++text) {
        const Wording one = run(engine, trace, representations[text], ordinal, made.document, inner);
        progress.advance();
        if (text == 0) {
            whole = one;
            continue;
        }
        WordImportance& word = made.words.emplace_back(WordImportance{.word = words[text - 1].text, .rank = one.rank});
        for (std::size_t expert_idx = 0; expert_idx < made.experts.size(); ++expert_idx) {
            word.lost.push_back(whole.raw[expert_idx] - one.raw[expert_idx]);
            word.kept.push_back(share_kept(whole.first[expert_idx], one.first[expert_idx]));
        }
    }
    made.raw = whole.raw;
    made.rank = whole.rank;
    return made;
}

} // namespace cameo
