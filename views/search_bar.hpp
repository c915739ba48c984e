#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string>

namespace cameo {

/// What choosing a past query does: it is run again with the model and collection in use; where these are not the ones
/// it was asked of, or nothing is open, its recorded result is shown.
Command again(const Snapshot& now, const PastQuery& past);

/// The top bar's middle: search box with history and sample queries, choosers of model, collection and fusion, and
/// the way into the command palette. It draws into the current window, in one line, over the width that is left there.
class SearchBar {
public:
    /// Height of the line in pixels under the current theme and scale.
    static float height();

    void draw(const Snapshot& now, Commands& out);

    /// Puts the caret into the search box and selects its text with the next frame ("/" and Ctrl+F).
    void focus() { m_focus_next = true; }
    /// What stands in the box, for restoring a session. Setting it runs nothing.
    const std::string& text() const { return m_text; }
    void set_text(std::string text) { m_text = std::move(text); }
    /// The next trace of this id leaves the box alone: what stands there is newer.
    void keep_text_under(std::string trace_id) { m_shown_trace = std::move(trace_id); }

private:
    void draw_box(const Snapshot& now, Commands& out, float width);
    void draw_suggestions(const Snapshot& now, Commands& out);
    void run(std::string text, Commands& out);
    void leave_with(std::string text, Command command, Commands& out);

    std::string m_text;
    std::string m_shown_trace; ///< id of the trace whose query was last put into the box
    bool m_focus_next = false;
    bool m_suggestions_open = false;
    bool m_list_hovered = false;
    int m_highlighted = -1; ///< row of the suggestions under the keyboard
    bool m_scroll_to_highlighted = false;
};

} // namespace cameo
