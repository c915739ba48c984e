#pragma once

#include "core/search/leaves.hpp"
#include "core/search/trace.hpp"
#include "views/view_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// What is drawn of a ledger: how the fusion uses each raw score, and the leaves of each; with a second ledger, their difference.
struct LedgerStatement {
    std::vector<FusionLine> lines;         ///< [E]; empty: the trace is not there to say
    std::vector<std::vector<Leaf>> leaves; ///< [E]
    std::vector<std::vector<std::string>> details; ///< of each leaf: how it comes about, "2.41 × 2.62"; empty: as it is
    std::optional<LedgerDifference> difference;
    double largest = 0; ///< of the figures that bars stand for, in size
    int decimals = 2;
};

/// @param trace that the ledgers were made under; null: not there   @param reference subtracted from the ledger; null: none
LedgerStatement make_ledger_statement(const Trace* trace, const Ledger& ledger, const Ledger* reference);

/// Its title, or its id where it has none.
const std::string& title_of(const Ledger& ledger);

/// "Its weight in the query times its weight in the document.": what a leaf's figure is.
std::string leaf_meaning(Leaf::Kind kind);

/// Its figures, leaf by leaf, and each expert's whole.
ViewTable ledger_table(const Ledger& ledger, const LedgerStatement& statement, std::string title);

} // namespace cameo
