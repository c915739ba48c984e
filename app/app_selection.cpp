#include "app/app.hpp"

#include "app/shell/layouts.hpp"

#include <algorithm>
#include <utility>

// What is selected, and where somebody has been.

namespace cameo {

void App::select(const Selection& selection) {
    const bool moved = selection.document != m_selection.document;
    m_selection = selection;
    if (!moved) return;
    m_workbench->select(selection.document);
    m_places.visit({m_workbench->trace(), selection.document});
}

void App::select_in_new_trace(const std::string& wanted) {
    const auto& trace = m_workbench->trace();
    Selection selection{.expert = m_selection.expert};
    if (selection.expert >= static_cast<int>(trace->experts.size())) selection.expert = -1;
    const bool still_there = !wanted.empty() && std::ranges::any_of(
        trace->documents, [&](const UnionDocument& document) { return document.id == wanted; });
    if (still_there)
        selection.document = wanted;
    else
        selection.document = trace->fused.empty()
                                 ? std::string()
                                 : trace->documents[static_cast<std::size_t>(trace->fused.front().document)].id;
    m_selection = selection;
    m_workbench->select(selection.document);
    m_places.visit({trace, selection.document});
    m_dirty = m_unsaved = true;
}

void App::go(const SelectionHistory::Place& place) {
    if (!m_workbench->trace() || m_workbench->trace()->id != place.trace->id) {
        m_workbench->show(place.trace, false);
        m_shell.search_bar().set_text(place.trace->query);
    }
    m_selection = {.document = place.document, .expert = m_selection.expert};
    if (m_selection.expert >= static_cast<int>(place.trace->experts.size())) m_selection.expert = -1;
    m_workbench->select(place.document);
    m_dirty = m_unsaved = true;
}

void App::open_trace(const std::string& id) {
    m_keeper.load_trace(id, [this](std::shared_ptr<const Trace> trace) {
        if (!trace) return;
        m_shell.search_bar().set_text(trace->query);
        m_workbench->show(std::move(trace), true);
        select_in_new_trace({});
        m_shell.show_view(view_title::kQueryBench);
    });
}

void App::go_back() { go(m_places.back()); }
void App::go_forward() { go(m_places.forward()); }
std::string App::why_no_back() const { return m_places.can_go_back() ? "" : "nothing was selected before this"; }
std::string App::why_no_forward() const { return m_places.can_go_forward() ? "" : "this is the latest selection"; }

} // namespace cameo
