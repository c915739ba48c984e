#include "views/ledger_statement.hpp"

#include "views/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <unordered_map>
#include <utility>

namespace cameo {

namespace {

std::vector<std::string> details_of(const ExpertLedger& part, const std::vector<Leaf>& leaves) {
    std::unordered_map<std::int32_t, const TermPart*> terms;
    for (const TermPart& term : part.terms) terms.emplace(term.term, &term);
    std::vector<std::string> details(leaves.size());
    for (std::size_t place = 0; place < leaves.size(); ++place) {
        if (leaves[place].kind != Leaf::Kind::Term) continue;
        if (const auto found = terms.find(leaves[place].key); found != terms.end())
            details[place] = format_score(found->second->query_weight, 2) + " × " + format_score(found->second->document_weight, 2);
    }
    return details;
}

} // namespace

LedgerStatement make_ledger_statement(const Trace* trace, const Ledger& ledger, const Ledger* reference) {
    LedgerStatement made;
    if (trace && trace->experts.size() == ledger.experts.size()) made.lines = fusion_lines(*trace);
    std::vector<double> parts;
    for (const ExpertLedger& part : ledger.experts) {
        made.leaves.push_back(leaves(part));
        made.details.push_back(details_of(part, made.leaves.back()));
        parts.push_back(part.used);
    }
    if (reference && !made.lines.empty() && reference->experts.size() == made.lines.size()) {
        made.difference = subtract(ledger, *reference, made.lines);
        parts.clear();
        for (const ExpertDifference& expert : made.difference->experts)
            parts.push_back(expert.used);
    }
    const double total[] = {made.difference ? made.difference->score : ledger.score};
    made.decimals = std::clamp(format_sum(total[0], parts, score_decimals(total)).decimals, 2, 6);
    const auto take = [&](double value) {
        if (std::isfinite(value)) made.largest = std::max(made.largest, std::fabs(value));
    };
    for (const double part : parts) take(part);
    // Leaves of an expert can be larger than its sum: they cancel.
    for (std::size_t expert_idx = 0; expert_idx < made.lines.size(); ++expert_idx) {
        if (!made.lines[expert_idx].straight) continue;
        if (made.difference) {
            for (const LeafDifference& leaf : made.difference->experts[expert_idx].leaves) take(leaf.difference);
        } else {
            for (const Leaf& leaf : made.leaves[expert_idx]) take(made.lines[expert_idx].slope() * leaf.raw);
        }
    }
    return made;
}

const std::string& title_of(const Ledger& ledger) { return ledger.title.empty() ? ledger.id : ledger.title; }

std::string leaf_meaning(Leaf::Kind kind) {
    switch (kind) {
    case Leaf::Kind::Term: return "Its weight in the query times its weight in the document.";
    case Leaf::Kind::Pair: return "How similar the query's token and its best match in the document are (a cosine where vectors have length 1).";
    case Leaf::Kind::Product: return "The inner product of the two texts' vectors: no word has an exact share in it.";
    case Leaf::Kind::Residual: return "What rounding and compression leave between the score and the sum of its leaves.";
    }
    return {};
}

ViewTable ledger_table(const Ledger& ledger, const LedgerStatement& statement, std::string title) {
    ViewTable made{.title = std::move(title), .keys = {0, 1}};
    if (statement.difference) {
        made.columns = {"expert", "leaf", statement.difference->a, statement.difference->b, "difference"};
        for (const ExpertDifference& expert : statement.difference->experts) {
            for (const LeafDifference& leaf : expert.leaves)
                made.rows.push_back({expert.name, leaf.words, leaf.a, leaf.b, leaf.difference});
            made.rows.push_back({expert.name, std::string("all of it"), ViewCell(), ViewCell(), expert.used});
        }
        return made;
    }
    made.columns = {"expert", "leaf", "raw", "adds"};
    for (std::size_t expert_idx = 0; expert_idx < statement.leaves.size(); ++expert_idx) {
        const ExpertLedger& part = ledger.experts[expert_idx];
        const bool shares = expert_idx < statement.lines.size() && statement.lines[expert_idx].straight;
        for (const Leaf& leaf : statement.leaves[expert_idx]) {
            made.rows.push_back({part.name, leaf.words, leaf.raw, shares ? ViewCell(statement.lines[expert_idx].slope() * leaf.raw) : ViewCell()});
            made.names.push_back(heading(part.name) + " \u00B7 " + leaf.words);
        }
        made.rows.push_back({part.name, std::string("all of it"), part.raw, part.used});
        made.names.push_back(heading(part.name) + " \u00B7 all of it");
    }
    return made;
}

} // namespace cameo
