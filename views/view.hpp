#pragma once

#include "views/commands.hpp"
#include "views/comparison_panel.hpp"
#include "views/snapshot.hpp"
#include "views/view_table.hpp"

#include <imgui.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// What the (i) of a view says. Parts may be empty.
struct ViewHelp {
    std::string what;    ///< one or two plain sentences
    std::string formula; ///< as it is computed
    std::string reading; ///< what to look at, and which keys and presses do what
    std::string healthy; ///< what a good picture looks like
    std::string sick;    ///< what a bad one looks like
};

/// Its parts under headings, wrapped, in the flow of the window.
void draw_view_help(const ViewHelp& help, float width);

/// One dockable window. The base owns Begin/End, the title, the open flag, the help mark, the minimum size, the comparison with
/// what is pinned and the ways out; a view writes its contents only. A view keeps nothing but what belongs to the drawing (scroll, filter text, animation).
/// All members are called on the window's thread, between NewFrame and Render.
class View {
public:
    /// @param title shown on the tab and used as the window's id: unique.
    /// @param exports whether table() can give something
    View(std::string title, ViewHelp help, bool exports = false);
    virtual ~View() = default;
    View(const View&) = delete;
    View& operator=(const View&) = delete;

    /// Draws the window when it is open; costs nothing when it is closed or its tab is hidden.
    void draw(const Snapshot& now, Commands& out);

    /// Hands over what somebody was writing in it. Called where it is out of sight: nobody sees the caret leave there.
    virtual void keep_words(Commands& /*out*/) {}

    const std::string& title() const { return m_title; }
    const ViewHelp& help() const { return m_help; }
    bool is_open() const { return m_open; }
    void set_open(bool open) { m_open = open; }
    void focus() { m_focus_next = true; }
    /// Whether what is drawn next becomes a picture: without the marks in the corner.
    void set_for_picture(bool for_picture) { m_for_picture = for_picture; }
    /// Where it is docked when it is drawn for the first time and no layout has a place for it; 0: nowhere.
    void set_first_dock(ImGuiID dock) { m_first_dock = dock; }

    /// What it makes of a snapshot, as rows; empty where that is nothing. Every number is the whole one. The snapshot need not
    /// be the one on screen: what is pinned is asked for its table too.
    virtual std::optional<ViewTable> table(const Snapshot& /*now*/) const { return {}; }
    /// Whether that gives something: asked when the corner's menu is opened. A view with many rows need not make them to know.
    virtual bool has_table(const Snapshot& now) const { return table(now).has_value(); }
    /// Whether that is of the document or the expert that is selected: the others need no comparison anew when that changes.
    virtual bool follows_selection() const { return false; }
    /// Whether the changes against what is pinned are drawn in place of the contents, while something is pinned.
    bool shows_changes() const { return m_compares; }
    void show_changes(bool changes);
    /// What a copy or a file of the view has: its table, or the comparison where that is what it shows.
    std::optional<ViewTable> exported(const Snapshot& now) const;
    /// Whether that has something.
    bool has_exported(const Snapshot& now) const;

protected:
    virtual void draw_contents(const Snapshot& now, Commands& out) = 0;

    /// Whether keys without Ctrl or Alt belong to this window now: it or a part of it has the focus, nobody types, and
    /// no popup is open (its own arrows, Enter and Escape would be taken away from it). Call within draw_contents.
    static bool has_keys();
    /// The same for keys with Alt.
    static bool has_alt_keys();

private:
    /// The line that says what is pinned. @return whether the comparison is to be drawn in place of the contents
    bool draw_pin(const Snapshot& now, Commands& out);
    void draw_changes(const Snapshot& now, Commands& out);
    bool exports_changes(const Snapshot& now) const;
    /// The corner of the window: what the view shows, and what can be taken out of it.
    void draw_corner(const Snapshot& now, Commands& out);

    std::string m_title;
    ViewHelp m_help;
    bool m_exports = false;
    bool m_open = true;
    bool m_focus_next = false;
    bool m_compares = false;                             ///< the comparison is drawn while something is pinned
    std::vector<std::shared_ptr<const void>> m_compared; ///< what the comparison was made of
    std::vector<std::string> m_compared_words;
    std::string m_nothing_compared;                      ///< why there is none
    ComparisonPanel m_comparison;
    bool m_for_picture = false;
    bool m_popup_has_table = false; ///< found out when the corner's menu is opened
    ImGuiID m_first_dock = 0;
};

} // namespace cameo
