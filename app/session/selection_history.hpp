#pragma once

#include "core/search/trace.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <string>

namespace cameo {

/// Where somebody has been: a trace and the document that was selected in it. Alt+Left and Alt+Right walk here.
class SelectionHistory {
public:
    struct Place {
        std::shared_ptr<const Trace> trace;
        std::string document;
    };

    /// Coming to a place forgets what was ahead. The same place twice is one; a trace under another fusion is the same.
    void visit(Place place) {
        if (!place.trace) return;
        if (!m_places.empty()) {
            Place& here = m_places[m_at];
            const bool same_trace = here.trace->id == place.trace->id;
            if (same_trace && (here.document == place.document || here.document.empty())) {
                here = std::move(place);
                return;
            }
            m_places.resize(m_at + 1);
        }
        m_places.push_back(std::move(place));
        if (m_places.size() > kKept) m_places.pop_front();
        m_at = m_places.size() - 1;
    }

    bool can_go_back() const { return m_at > 0; }
    bool can_go_forward() const { return m_at + 1 < m_places.size(); }
    /// @pre can_go_back() @pre can_go_forward()
    const Place& back() { return m_places[--m_at]; }
    const Place& forward() { return m_places[++m_at]; }

private:
    static constexpr std::size_t kKept = 50;
    std::deque<Place> m_places;
    std::size_t m_at = 0;
};

} // namespace cameo
