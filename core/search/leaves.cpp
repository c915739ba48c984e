#include "core/search/leaves.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace cameo {

namespace {

std::string match_of(const ExpertLedger& part, const TokenPart& token) {
    const auto best = static_cast<std::size_t>(token.best);
    return token.best >= 0 && best < part.document_tokens.size() ? part.document_tokens[best] : std::string();
}

std::string pair_words(const std::string& token, const std::string& match) {
    if (match.empty()) return token;
    return token == match ? token : token + " \u2192 " + match;
}

/// Sizes that are not a number come first: they are what has to be seen.
bool larger(double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && !std::isnan(b);
    return std::fabs(a) > std::fabs(b);
}

/// A leaf is the same in both documents where kind and key are.
using Key = std::pair<Leaf::Kind, std::int32_t>;

LeafDifference& entry(std::vector<LeafDifference>& list, std::map<Key, std::size_t>& places, const Leaf& leaf) {
    const auto [place, fresh] = places.emplace(Key{leaf.kind, leaf.key}, list.size());
    if (fresh) list.push_back({.kind = leaf.kind, .key = leaf.key, .words = leaf.words});
    return list[place->second];
}

ExpertDifference subtract(const ExpertLedger& a, const ExpertLedger& b, const FusionLine& line) {
    ExpertDifference result;
    result.name = a.name;
    result.kind = a.kind;
    result.raw = a.raw - b.raw;
    result.used = a.used - b.used;
    result.straight = line.straight;
    std::map<Key, std::size_t> places;
    for (const Leaf& leaf : leaves(a))
        entry(result.leaves, places, leaf).a = leaf.raw;
    for (const Leaf& leaf : leaves(b)) {
        LeafDifference& found = entry(result.leaves, places, leaf);
        found.b = leaf.raw;
        if (leaf.kind != Leaf::Kind::Pair || found.words == leaf.words) continue;
        const auto key = static_cast<std::size_t>(leaf.key);
        if (key >= a.tokens.size() || key >= b.tokens.size()) continue;
        const std::string match_a = match_of(a, a.tokens[key]), match_b = match_of(b, b.tokens[key]);
        found.words = a.tokens[key].query_token + " \u2192 " + (match_a.empty() ? "nothing" : match_a) + " against " +
                      (match_b.empty() ? "nothing" : match_b);
    }
    const double slope = line.straight ? line.slope() : 1;
    double sum = 0;
    for (LeafDifference& leaf : result.leaves) {
        leaf.difference = slope * (leaf.a - leaf.b);
        sum += leaf.difference;
    }
    result.rest = (line.straight ? result.used : result.raw) - sum;
    std::erase_if(result.leaves, [](const LeafDifference& leaf) { return leaf.difference == 0; });
    std::stable_sort(result.leaves.begin(), result.leaves.end(), [](const LeafDifference& one, const LeafDifference& other) {
        return larger(one.difference, other.difference);
    });
    return result;
}

} // namespace

std::vector<Leaf> leaves(const ExpertLedger& part) {
    std::vector<Leaf> list;
    for (const TermPart& term : part.terms)
        if (term.product != 0) list.push_back({Leaf::Kind::Term, term.term, term.word, term.product});
    for (std::size_t token_idx = 0; token_idx < part.tokens.size(); ++token_idx) {
        const TokenPart& token = part.tokens[token_idx];
        if (token.best >= 0)
            list.push_back({Leaf::Kind::Pair, static_cast<std::int32_t>(token_idx),
                            pair_words(token.query_token, match_of(part, token)), token.similarity});
    }
    if (part.kind == ExpertKind::Global) list.push_back({Leaf::Kind::Product, -1, "whole text", part.dot});
    std::stable_sort(list.begin(), list.end(), [](const Leaf& one, const Leaf& other) { return larger(one.raw, other.raw); });
    list.push_back({Leaf::Kind::Residual, -1, "residual", part.residual});
    return list;
}

LedgerDifference subtract(const Ledger& a, const Ledger& b, std::span<const FusionLine> lines) {
    check(a.experts.size() == b.experts.size() && a.experts.size() == lines.size(), "subtract: ledgers of other experts");
    LedgerDifference result;
    result.a = a.id;
    result.b = b.id;
    result.rank_a = a.rank;
    result.rank_b = b.rank;
    result.fusion = a.fusion;
    result.score = a.score - b.score;
    result.residual = result.score;
    for (std::size_t expert_idx = 0; expert_idx < lines.size(); ++expert_idx) {
        result.experts.push_back(subtract(a.experts[expert_idx], b.experts[expert_idx], lines[expert_idx]));
        result.residual -= result.experts.back().used;
    }
    return result;
}

} // namespace cameo
