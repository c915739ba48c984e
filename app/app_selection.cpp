#include "app/app.hpp"

#include "app/shell/layouts.hpp"

#include <algorithm>
#include <utility>

// What is selected, and where somebody has been.

namespace cameo {

void App::select(const Selection& selection) {
    const bool moved = selection.document != m_selection.document;
    const int token_there = selection.document_token;
    m_selection = selection;
    if (m_selection.reference == m_selection.document) m_selection.reference.clear();
    if (moved && token_there >= 0) m_selection.document_token = -1; // a row of the other document
    m_workbench->select(m_selection.document, m_selection.reference);
    if (!moved) return;
    m_places.visit({m_workbench->trace(), selection.document});
}

Selection App::selection_in_new_trace(const std::string& wanted) const {
    const auto& trace = m_workbench->trace();
    const auto is_there = [&](const std::string& id) {
        return !id.empty() && std::ranges::find(trace->documents, id, &UnionDocument::id) != trace->documents.end();
    };
    Selection selection{.expert = m_selection.expert};
    if (selection.expert >= static_cast<int>(trace->experts.size())) selection.expert = -1;
    if (is_there(wanted)) selection.document = wanted;
    else if (!trace->fused.empty()) selection.document = trace->documents[static_cast<std::size_t>(trace->fused.front().document)].id;
    // Another query's documents are compared with one that it found too.
    if (is_there(m_selection.reference) && m_selection.reference != selection.document) selection.reference = m_selection.reference;
    return selection;
}

void App::select_in_new_trace(const std::string& wanted) {
    m_selection = selection_in_new_trace(wanted);
    m_workbench->select(m_selection.document, m_selection.reference);
    m_places.visit({m_workbench->trace(), m_selection.document});
    m_dirty = m_unsaved = true;
}

void App::select_in_changed_trace(bool settled) {
    const Selection before = m_selection;
    m_selection = selection_in_new_trace(before.document);
    m_selection.query_token = before.query_token;
    m_selection.term = before.term;
    if (m_selection.document == before.document) m_selection.document_token = before.document_token;
    m_workbench->select(m_selection.document, m_selection.reference);
    if (settled) m_places.visit({m_workbench->trace(), m_selection.document});
    m_dirty = m_unsaved = true;
}

void App::compare_with_next() {
    const auto& trace = m_workbench->trace();
    if (!trace || trace->fused.size() < 2) return;
    const auto id_at = [&](std::size_t place) -> const std::string& {
        return trace->documents[static_cast<std::size_t>(trace->fused[place % trace->fused.size()].document)].id;
    };
    const auto place_of = [&](const std::string& id) {
        std::size_t place = 0;
        while (place < trace->fused.size() && id_at(place) != id) ++place;
        return place;
    };
    Selection selection = m_selection;
    if (place_of(selection.document) == trace->fused.size()) selection.document = id_at(0);
    std::size_t next = place_of(selection.reference.empty() ? selection.document : selection.reference) + 1;
    if (id_at(next) == selection.document) ++next;
    selection.reference = id_at(next);
    select(selection);
    m_shell.show_view(view_title::kLedger);
    m_dirty = m_unsaved = true;
}

void App::go(const SelectionHistory::Place& place) {
    ++m_turn;
    m_workbench->drop_query();
    if (!m_workbench->trace() || m_workbench->trace()->id != place.trace->id) {
        m_workbench->show(place.trace, false);
        m_shell.search_bar().set_text(place.trace->query);
    }
    m_selection = {.document = place.document, .expert = m_selection.expert};
    if (m_selection.expert >= static_cast<int>(place.trace->experts.size())) m_selection.expert = -1;
    m_workbench->select(place.document, {});
    m_dirty = m_unsaved = true;
}

void App::open_trace(const std::string& id) {
    m_workbench->drop_query();
    m_keeper.load_trace(id, [this, number = ++m_turn](std::shared_ptr<const Trace> trace) {
        if (!trace || number != m_turn) return; // somebody has gone on meanwhile
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
