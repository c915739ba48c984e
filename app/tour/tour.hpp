#pragma once

#include "app/tour/callout.hpp"
#include "app/tour/steps.hpp"
#include "views/commands.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace cameo {

/// Leads through the window, widget by widget: brings each step's view to the front, waits for what it needs, and says a
/// few words beside the widget. It reads snapshots and appends commands as a view does; who starts it puts things back.
class Tour {
public:
    void start();
    void stop() { m_running = false; }
    bool is_running() const { return m_running; }
    std::size_t step_idx() const { return m_step; }
    /// On the last step: wishes to end.
    void next();
    void back();

    /// Within a frame, before anything is drawn: the keys, and which widget is listened for. With no tour: nobody listens.
    /// @param stands_back something is open that has all the attention: the palette, a question
    void begin_frame(bool stands_back);
    /// After everything else.
    void draw(const Snapshot& now, Commands& out);

    enum class Wish { None, End, Leave }; ///< Leave: to where what is missing can be had
    Wish take_wish() { return std::exchange(m_wish, Wish::None); }
    /// Text of the query that it has run; empty: none.
    const std::string& asked() const { return m_asked; }

    /// What the last frame showed.
    struct Shown {
        std::optional<TourAnchors::Place> widget;
        std::optional<TourAnchors::Place> callout;
        std::string words;
        bool hindered = false;
    };
    const Shown& shown() const { return m_shown; }

private:
    void go_to(std::size_t step);
    void prepare(const Snapshot& now, Commands& out);
    void place(const std::optional<TourAnchors::Place>& widget, bool settling, ImVec2 size);

    bool m_running = false, m_stands_back = false;
    std::size_t m_step = 0;
    bool m_entering = false;   ///< its view has not been shown yet
    bool m_prepared = false;   ///< the first document was selected for it
    bool m_may_ask = false;    ///< no query was run for it yet
    bool m_asks_anew = false;  ///< the tour's own query is to be on screen, whatever is
    int m_missed = 0, m_found = 0; ///< frames without the widget, and with it
    std::string m_query, m_asked;
    Wish m_wish = Wish::None;
    Shown m_shown;
};

} // namespace cameo
