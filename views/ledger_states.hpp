#pragma once

#include "views/commands.hpp"
#include "views/palette.hpp"
#include "views/snapshot.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace cameo {

/// The selected document's ledger, if it is there.
std::shared_ptr<const Ledger> selected_ledger(const Snapshot& now);
/// The selected document's ledger; where there is none, draws why and what to do about it, and gives null.
/// @param shows what the view makes of it, for the empty states: "which of its words count, and for whom"
std::shared_ptr<const Ledger> ledger_or_state(const Snapshot& now, std::string_view shows, Commands& out);

/// The part of the first expert of a kind, and its place; {null, -1} where there is none. The expert that is looked at
/// goes before others of its kind.
struct LedgerPart {
    const ExpertLedger* part = nullptr;
    int expert_idx = -1;
};
LedgerPart part_of_kind(const Ledger& ledger, ExpertKind kind, const Selection& selection);

/// Places of the experts' hues, for a ledger that may come without its trace.
std::vector<ExpertStyle> ledger_styles(const Ledger& ledger);

} // namespace cameo
