#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"

#include <string>

namespace cameo {

/// One dockable window. The base owns Begin/End, the title, the open flag, the help mark and the minimum size; a view
/// writes its contents only. A view keeps nothing but what belongs to the drawing (scroll, filter text, animation).
/// All members are called on the window's thread, between NewFrame and Render.
class View {
public:
    /// @param title shown on the tab and used as the window's id: unique. @param help one or two plain sentences.
    View(std::string title, std::string help);
    virtual ~View() = default;
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    /// Draws the window when it is open; costs nothing when it is closed or its tab is hidden.
    void draw(const Snapshot& now, Commands& out);

    const std::string& title() const { return m_title; }
    bool is_open() const { return m_open; }
    void set_open(bool open) { m_open = open; }
    void focus() { m_focus_next = true; }

protected:
    virtual void draw_contents(const Snapshot& now, Commands& out) = 0;

    /// Whether keys without Ctrl or Alt belong to this window now: it or a part of it has the focus, nobody types, and
    /// no popup is open (its own arrows, Enter and Escape would be taken away from it). Call within draw_contents.
    static bool has_keys();

private:
    void draw_help();

    std::string m_title;
    std::string m_help;
    bool m_open = true;
    bool m_focus_next = false;
};

} // namespace cameo
