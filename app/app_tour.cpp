#include "app/app.hpp"


// The tour: from where it is taken, and what it leaves behind.

namespace cameo {

void App::begin_tour() {
    m_dirty = true;
    if (m_before_tour) { // from the start again; what was before the first time still is what was before
        m_tour.start();
        return;
    }
    BeforeTour before{.closed = closed_views(), .in_front = m_shell.in_front(), .maximised = m_shell.maximised(), .selection = m_selection,
                      .trace = m_workbench->trace(), .recorded = m_now.trace_recorded};
    m_before_tour = std::move(before);
    m_tour.start();
}

void App::end_tour(bool for_good) {
    if (!m_before_tour) return;
    m_tour.stop();
    m_tour_ended = m_tour_ended || for_good;
    close_views(m_before_tour->closed); // as undo has left them, if somebody has used it meanwhile
    const BeforeTour before = std::move(*m_before_tour);
    m_before_tour.reset();
    m_shell.maximise(before.maximised);
    m_shell.bring_back(before.in_front);
    // Its own query, or what somebody has tried out with it, gives way to the one before; a query of somebody's own stays.
    const auto& trace = m_workbench->trace();
    const Trace* asked = trace.get();
    if (asked && m_now.original && m_now.original->id == asked->parent) asked = m_now.original.get();
    const bool is_before = before.trace && asked && asked->id == before.trace->id;
    const bool is_own = before.trace && asked && !is_before && asked->query == m_tour.asked();
    if (is_own || (is_before && asked != trace.get())) {
        m_shell.search_bar().set_text(before.trace->query);
        m_workbench->show(before.trace, before.recorded);
    }
    if (is_own || is_before) {
        m_selection = before.selection;
        m_selection.hovered_document.clear();
        m_workbench->select(m_selection.document, m_selection.reference);
    }
    m_dirty = m_unsaved = true;
}

void App::end_tour_as_wished() {
    const Tour::Wish wish = m_tour.take_wish();
    if (wish != Tour::Wish::None) end_tour(wish == Tour::Wish::End);
}

} // namespace cameo
