#include "core/search/find_missing.hpp"

#include "core/base/error.hpp"
#include "core/search/engine.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace cameo {

namespace {

constexpr std::int64_t kScoreTogether = 512;

/// Rank of a document among all that are indexed, and the score of the one at rank `within`.
struct Standing {
    std::int64_t rank = 1;
    double last_shown = std::numeric_limits<double>::quiet_NaN();
};

Standing stand(const SearchEngine& engine, std::size_t expert_idx, const Representation& query, DocumentOrdinal ordinal, float score, std::size_t within, Progress& progress) {
    Standing found;
    const Index& index = engine.index();
    const std::int64_t documents = index.info().documents;
    std::vector<DocumentOrdinal> ordinals;
    std::vector<float> scores, best;
    for (std::int64_t begin = 0; begin < documents; begin += kScoreTogether) {
        ordinals.resize(static_cast<std::size_t>(std::min(kScoreTogether, documents - begin)));
        std::iota(ordinals.begin(), ordinals.end(), begin);
        progress.advance(std::ssize(ordinals));
        std::erase_if(ordinals, [&](DocumentOrdinal one) { return engine.collection().removed().contains(one); });
        scores.resize(ordinals.size());
        index.score(expert_idx, query, ordinals, scores);
        for (std::size_t at = 0; at < ordinals.size(); ++at)
            found.rank += better({ordinals[at], scores[at]}, {ordinal, score});
        best.insert(best.end(), scores.begin(), scores.end());
        if (best.size() > within) {
            std::ranges::nth_element(best, best.begin() + static_cast<std::ptrdiff_t>(within) - 1, std::ranges::greater());
            best.resize(within);
        }
    }
    if (best.size() == within) found.last_shown = *std::ranges::min_element(best);
    return found;
}

/// How many candidates have to be asked of an expert for its own search to find the document: its rank, or where that search
/// is approximate the first of the doublings from there that has it. 0: none does.
std::int64_t depth_that_finds(const SearchEngine& engine, std::size_t expert_idx, const Representation& query, DocumentOrdinal ordinal, std::int64_t at_least, Progress& progress) {
    const Index& index = engine.index();
    const std::int64_t documents = index.info().documents;
    if (index.info().experts[expert_idx].exact_candidates) return at_least;
    for (std::int64_t depth = at_least;; depth = std::min(2 * depth, documents)) {
        progress.check_cancelled();
        const auto found = index.candidates(expert_idx, query, static_cast<std::size_t>(depth), engine.candidate_options());
        if (std::ranges::find(found, ordinal, &ScoredDocument::document) != found.end()) return depth;
        if (depth >= documents) return 0;
    }
}

} // namespace

MissingDocument find_missing(const SearchEngine& engine, const Trace& trace, const std::string& document_id, std::int32_t within, Progress& progress) {
    check(within >= 1, "find_missing: within");
    const Ledger ledger = engine.explain(trace, document_id); // and everything that can be wrong with the three
    const DocumentOrdinal ordinal = *engine.collection().find(document_id);
    const std::size_t experts = trace.experts.size();
    MissingDocument missing{.id = document_id, .title = ledger.title, .within = within, .depth = trace.depth};
    const auto own = std::ranges::find(trace.documents, document_id, &UnionDocument::id);
    const bool outside = own == trace.documents.end();
    const IndexInfo& info = engine.index().info();
    missing.indexed = info.documents;
    progress.begin("scoring every document", Unit::Documents, info.documents * static_cast<std::int64_t>(experts));
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        const ExpertTrace& expert = trace.experts[expert_idx];
        const float raw = outside ? static_cast<float>(ledger.experts[expert_idx].raw) : own->raw[expert_idx];
        const Standing standing = stand(engine, expert_idx, expert.query, ordinal, raw, static_cast<std::size_t>(within), progress);
        // A lexical expert's candidates share a term with the query, however few there are.
        const bool can_bring = expert.kind != ExpertKind::Lexical || raw > 0;
        MissingExpert part{.name = expert.name, .kind = expert.kind, .raw = raw, .rank = standing.rank, .candidate = !outside && (own->brought_by >> expert_idx & 1U) != 0,
                           .truncated = engine.index().document(expert_idx, ordinal).truncated};
        part.lost = can_bring && !part.candidate && standing.rank <= trace.depth && !info.experts[expert_idx].exact_candidates;
        if (part.lost) part.loss = engine.index().loss(expert_idx, expert.query, static_cast<std::size_t>(trace.depth), engine.candidate_options(), ordinal);
        if (standing.rank <= within) part.short_by = 0;
        else if (std::isfinite(standing.last_shown)) part.short_by = standing.last_shown - raw;
        // What was asked for already has not brought it.
        const std::int64_t at_least = std::max<std::int64_t>(standing.rank, trace.depth + 1);
        if (outside && can_bring && (missing.depth_needed == 0 || at_least < missing.depth_needed)) {
            const std::int64_t needed = depth_that_finds(engine, expert_idx, expert.query, ordinal, at_least, progress);
            if (needed > 0 && (missing.depth_needed == 0 || needed < missing.depth_needed)) missing.depth_needed = needed;
        }
        missing.experts.push_back(std::move(part));
    }
    return under_fusion(std::move(missing), trace);
}

} // namespace cameo
