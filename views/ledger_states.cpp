#include "views/ledger_states.hpp"

#include "views/explain.hpp"
#include "views/icons.hpp"
#include "views/widgets/states.hpp"

#include <string>

namespace cameo {

std::shared_ptr<const Ledger> selected_ledger(const Snapshot& now) {
    const std::string& wanted = now.selection.document;
    if (wanted.empty()) return nullptr;
    if (now.ledger && now.ledger->id == wanted) return now.ledger;
    if (now.trace)
        if (const Ledger* recorded = find_ledger(*now.trace, nullptr, wanted)) return {now.trace, recorded};
    return nullptr;
}

std::shared_ptr<const Ledger> ledger_or_state(const Snapshot& now, std::string_view shows, Commands& out) {
    const std::string& wanted = now.selection.document;
    if (wanted.empty()) {
        std::string why(now.trace ? "Press a document in the Query bench to see " : "Run a query first. Then stands here ");
        why.append(shows).append(now.trace ? "." : ", for the selected document.");
        empty_state(icon::kInfo, "No document selected", why);
        return nullptr;
    }
    if (auto ledger = selected_ledger(now)) return ledger;
    // What waits for the model is not lost: at start the document is asked for before there is anything to ask.
    if (now.ledger_phase == Phase::Loading || now.workbench.phase == Phase::Loading)
        loading_state("Opening the score", wanted, out);
    else if (now.ledger_phase == Phase::Failed)
        failed_state("This document did not open", now.ledger_error, "Select another one, or run the query again.", {}, out);
    else
        empty_state(icon::kInfo, wanted,
                    "Its text and its score's parts are not in this recording. Open the model and the collection to see them.");
    return nullptr;
}

LedgerPart part_of_kind(const Ledger& ledger, ExpertKind kind, const Selection& selection) {
    const auto chosen = static_cast<std::size_t>(selection.expert);
    if (selection.expert >= 0 && chosen < ledger.experts.size() && ledger.experts[chosen].kind == kind)
        return {&ledger.experts[chosen], selection.expert};
    for (std::size_t expert_idx = 0; expert_idx < ledger.experts.size(); ++expert_idx)
        if (ledger.experts[expert_idx].kind == kind) return {&ledger.experts[expert_idx], static_cast<int>(expert_idx)};
    return {};
}

std::vector<ExpertStyle> ledger_styles(const Ledger& ledger) {
    std::vector<ExpertKind> kinds;
    for (const auto& expert : ledger.experts)
        kinds.push_back(expert.kind);
    return expert_styles(kinds);
}

} // namespace cameo
