#include "core/model/expert_names.hpp"
#include "core/search/leaves.hpp"
#include "core/search/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cameo {

namespace {

/// Rows of a list that are printed; the rest is counted and summed in one line.
constexpr std::size_t kMostTerms = 40;

void put_lexical(std::string& text, const ExpertLedger& expert) {
    text += fmt::format("    {:<20} {:>9}   {:>9}   {:>10}\n", "term", "query", "document", "product");
    std::size_t shown = 0, unmatched = 0, document_only = 0;
    double rest = 0;
    for (const TermPart& term : expert.terms) {
        if (term.query_weight == 0) {
            ++document_only;
            continue;
        }
        if (term.document_weight == 0) ++unmatched;
        if (shown == kMostTerms) {
            rest += term.product;
            continue;
        }
        ++shown;
        std::string remark;
        if (!term.in_query_text) remark += "  not in the query's text";
        if (term.document_weight != 0 && term.document_spans.empty())
            remark += "  not in the document's text";
        if (term.document_weight == 0) remark += "  no match";
        text += fmt::format("    {:<20} {:>9.4f} x {:>9.4f} = {:>10.6f}{}\n", term.word, term.query_weight,
                            term.document_weight, term.product, remark);
    }
    if (rest != 0)
        text += fmt::format("    {:<20} {:>9}   {:>9}   {:>10.6f}\n", "further terms", "", "", rest);
    text += fmt::format("    {} query terms without a match, {} terms that only the document has\n",
                        unmatched, document_only);
}

void put_local(std::string& text, const ExpertLedger& expert) {
    text += fmt::format("    {:<20} {:<24} {:>10}\n", "query token", "best document token", "similarity");
    for (const TokenPart& token : expert.tokens) {
        const std::string best =
            token.best < 0
                ? "(none)"
                : fmt::format("{} [{}]", expert.document_tokens[static_cast<std::size_t>(token.best)],
                              token.best);
        text += fmt::format("    {:<20} {:<24} {:>10.6f}\n", token.query_token, best, token.similarity);
    }
}

} // namespace

std::string to_text(const Ledger& ledger) {
    std::string text = ledger.id;
    if (!ledger.title.empty()) text += "  " + ledger.title;
    text += fmt::format("\n{}\n\n", ledger.fusion);

    std::size_t width = 8;
    for (const ExpertLedger& expert : ledger.experts)
        width = std::max(width, expert.name.size());
    text += fmt::format("{:<{}}  {:>6}  {:>14}  {:>14}\n", "expert", width, "rank", "raw score", "adds");
    for (const ExpertLedger& expert : ledger.experts)
        text += fmt::format("{:<{}}  {:>6}  {:>14.6f}  {:>14.6f}\n", expert.name, width, expert.rank,
                            expert.raw, expert.used);
    text += fmt::format("{:<{}}  {:>6}  {:>14}  {:>14.6e}\n", "residual", width, "", "", ledger.residual);
    const std::string rank = ledger.rank > 0 ? std::to_string(ledger.rank) : "-";
    text += fmt::format("{:<{}}  {:>6}  {:>14}  {:>14.6f}\n", "score", width, rank, "", ledger.score);
    if (ledger.rank == 0) text += "(no expert had it among its candidates)\n";

    for (const ExpertLedger& expert : ledger.experts) {
        text += fmt::format("\n{} ({})\n", expert.name, name(expert.kind));
        switch (expert.kind) {
        case ExpertKind::Lexical:
            put_lexical(text, expert);
            break;
        case ExpertKind::Local:
            put_local(text, expert);
            break;
        case ExpertKind::Global:
            text += fmt::format("    inner product {:.6f} of vectors of length {:.6f} and {:.6f}\n",
                                expert.dot, expert.query_norm, expert.document_norm);
            break;
        }
        text += fmt::format("    leaves {:.6f} + residual {:.6e} = {:.6f}\n", expert.raw - expert.residual,
                            expert.residual, expert.raw);
    }
    return text;
}

std::string to_text(const LedgerDifference& difference) {
    const auto rank = [](std::int32_t place) { return place > 0 ? fmt::format("rank {}", place) : std::string("not in the union"); };
    std::string text = fmt::format("{} ({}) minus {} ({})\n{}\n\n", difference.a, rank(difference.rank_a), difference.b,
                                   rank(difference.rank_b), difference.fusion);
    std::size_t width = 8;
    for (const ExpertDifference& expert : difference.experts)
        width = std::max(width, expert.name.size());
    text += fmt::format("{:<{}}  {:>14}  {:>14}\n", "expert", width, "raw", "adds");
    for (const ExpertDifference& expert : difference.experts)
        text += fmt::format("{:<{}}  {:>+14.6f}  {:>+14.6f}\n", expert.name, width, expert.raw, expert.used);
    text += fmt::format("{:<{}}  {:>14}  {:>+14.6e}\n", "residual", width, "", difference.residual);
    text += fmt::format("{:<{}}  {:>14}  {:>+14.6f}\n", "score", width, "", difference.score);
    for (const ExpertDifference& expert : difference.experts) {
        text += fmt::format("\n{} ({}){}\n", expert.name, name(expert.kind),
                            expert.straight ? "" : ", by raw scores: this fusion counts ranks");
        text += fmt::format("    {:>12}  {:>12}  {:>12}\n", difference.a.substr(0, 12), difference.b.substr(0, 12), "difference");
        for (const LeafDifference& leaf : expert.leaves)
            text += fmt::format("    {:>12.6f}  {:>12.6f}  {:>+12.6f}  {}\n", leaf.a, leaf.b, leaf.difference, leaf.words);
        text += fmt::format("    leaves {:+.6f} + rest {:.6e} = {:+.6f}\n",
                            (expert.straight ? expert.used : expert.raw) - expert.rest, expert.rest,
                            expert.straight ? expert.used : expert.raw);
    }
    return text;
}

} // namespace cameo
