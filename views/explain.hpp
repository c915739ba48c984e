#pragma once

#include "core/search/trace.hpp"
#include "views/bench_rows.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

/// The heaviest leaves of one expert's part of a ledger, in one line: "music 2.11 · player 1.02 · and 3 more".
/// Empty when there are none (a global expert is one leaf).
std::string top_leaves(const ExpertLedger& part, std::size_t at_most, int decimals = 2);

/// What the fusion adds for a raw score, with this query's figures in the formula: "0.5 × (9.25 − 4.32) ÷ 3.02".
std::string line_words(const FusionLine& line, double raw, std::int32_t rank, const FusionSpec& spec);
/// The same of one document of the trace.
std::string used_words(const Trace& trace, std::int32_t document, std::size_t expert_idx);

/// The ledger of a document if the trace (or the frame) carries it; null otherwise. Nothing is computed.
const Ledger* find_ledger(const Trace& trace, const Ledger* current, std::string_view document_id);

/// Contents of a tooltip that takes a fused score apart: the sum, each expert's raw score and what the fusion adds for
/// it, its heaviest terms or token pairs, the residual. Call between BeginTooltip and EndTooltip.
void explain_fused_score(const Trace& trace, const BenchRows& rows, std::int32_t document, const Ledger* ledger);
/// The same for one expert's own score.
void explain_expert_score(const Trace& trace, const BenchRows& rows, std::int32_t document, std::size_t expert_idx,
                          const Ledger* ledger);

} // namespace cameo
