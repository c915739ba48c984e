#include "core/search/trace.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace cameo {

std::vector<std::int32_t> fused_ranks(const Trace& trace) {
    std::vector<std::int32_t> ranks(trace.documents.size());
    for (std::size_t position = 0; position < trace.fused.size(); ++position)
        ranks[static_cast<std::size_t>(trace.fused[position].document)] =
            static_cast<std::int32_t>(position + 1);
    return ranks;
}

namespace {

/// The position of each document's id among all ids.
std::vector<std::size_t> tie_order_of(const Trace& trace) {
    std::vector<std::size_t> by_id(trace.documents.size()), tie_order(by_id.size());
    std::iota(by_id.begin(), by_id.end(), std::size_t{0});
    std::sort(by_id.begin(), by_id.end(),
              [&](std::size_t a, std::size_t b) { return trace.documents[a].id < trace.documents[b].id; });
    for (std::size_t position = 0; position < by_id.size(); ++position)
        tie_order[by_id[position]] = position;
    return tie_order;
}

/// [D, E] row-major.
std::vector<float> raw_scores(const Trace& trace) {
    std::vector<float> raw;
    raw.reserve(trace.documents.size() * trace.experts.size());
    for (const UnionDocument& document : trace.documents)
        raw.insert(raw.end(), document.raw.begin(), document.raw.end());
    return raw;
}

} // namespace

std::vector<FusionLine> fusion_lines(const Trace& trace) {
    return fusion_lines(for_query(trace.fusion, trace.query_weights), raw_scores(trace), trace.experts.size());
}

std::vector<double> unweighted_parts(const Trace& trace, const FusionSpec& spec) {
    return unweighted_parts(spec, raw_scores(trace), trace.experts.size(), tie_order_of(trace));
}

Trace with_fusion(Trace trace, const FusionSpec& spec) {
    const std::size_t experts = trace.experts.size();
    const std::size_t documents = trace.documents.size();
    if (experts == 0) { // and so no documents: one that is still empty
        trace.fusion = spec;
        return trace;
    }

    const std::vector<std::size_t> tie_order = tie_order_of(trace);
    const std::vector<float> raw = raw_scores(trace);
    std::vector<double> used(raw.size()), fused(documents);
    std::vector<std::int32_t> ranks(raw.size());
    fuse(for_query(spec, trace.query_weights), raw, experts, tie_order, used, fused, ranks);

    trace.fusion = spec;
    trace.fused.assign(documents, {});
    for (std::size_t document = 0; document < documents; ++document) {
        const auto row = static_cast<std::ptrdiff_t>(document * experts);
        const auto next = row + static_cast<std::ptrdiff_t>(experts);
        trace.documents[document].rank.assign(ranks.begin() + row, ranks.begin() + next);
        FusedHit& hit = trace.fused[document];
        hit.document = static_cast<std::int32_t>(document);
        hit.score = fused[document];
        hit.used.assign(used.begin() + row, used.begin() + next);
        hit.residual = hit.score - std::accumulate(hit.used.begin(), hit.used.end(), 0.0);
    }
    const auto key = [](const FusedHit& hit) { return std::isfinite(hit.score) ? hit.score : -INFINITY; };
    std::sort(trace.fused.begin(), trace.fused.end(), [&](const FusedHit& a, const FusedHit& b) {
        if (key(a) != key(b)) return key(a) > key(b);
        return tie_order[static_cast<std::size_t>(a.document)] <
               tie_order[static_cast<std::size_t>(b.document)];
    });

    for (Ledger& ledger : trace.ledgers) {
        const auto hit = std::find_if(trace.fused.begin(), trace.fused.end(), [&](const FusedHit& candidate) {
            return trace.documents[static_cast<std::size_t>(candidate.document)].id == ledger.id;
        });
        check(hit != trace.fused.end() && ledger.experts.size() == experts,
              "with_fusion: a ledger of a document outside the union");
        ledger.score = hit->score;
        ledger.residual = hit->residual;
        ledger.rank = static_cast<std::int32_t>(hit - trace.fused.begin() + 1);
        ledger.fusion = describe(spec, trace.query_weights);
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
            ledger.experts[expert_idx].used = hit->used[expert_idx];
            ledger.experts[expert_idx].rank =
                trace.documents[static_cast<std::size_t>(hit->document)].rank[expert_idx];
        }
    }
    std::sort(trace.ledgers.begin(), trace.ledgers.end(),
              [](const Ledger& a, const Ledger& b) { return a.rank < b.rank; });
    return trace;
}

} // namespace cameo
