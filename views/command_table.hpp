#pragma once

#include <functional>
#include <imgui.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// One thing the program can do. The same entry feeds menus, the palette, shortcuts, the shortcut sheet and tooltips,
/// so that they cannot disagree.
struct Action {
    std::string id;    ///< "layout.reset": stable, for recents, tests and sessions
    std::string title; ///< "Reset the layout"
    std::string menu;  ///< the menu that shows it: "File", "Edit", …; empty: palette and shortcuts only
    std::string help;  ///< one plain sentence, for the tooltip
    const char* icon = nullptr; ///< views/icons.hpp; may be missing
    std::vector<ImGuiKeyChord> shortcuts;       ///< the first is the one that is shown
    std::function<void()> run;
    std::function<std::string()> why_disabled;  ///< a sentence when it cannot run now, else empty; no function: always can
    std::function<bool()> checked;              ///< for switches: whether it is on
    bool separator_before = false;              ///< in its menu
};

/// All actions, in menu order. Used on the window's thread.
class CommandTable {
public:
    /// @pre the id is new.
    void add(Action action);

    std::span<const Action> actions() const { return m_actions; }
    const Action* find(std::string_view id) const;
    /// Menus in the order of their first action.
    std::vector<std::string> menus() const;

    static std::string why_disabled(const Action& action);

    /// Runs it when it is enabled. @returns whether it ran.
    bool run(std::string_view id) const;

    /// The actions whose shortcut was pressed in this frame run. A chord that types a character is left to a text box
    /// that has the caret. Call once a frame, before the views.
    /// @returns the id of what ran, or of what was refused (then `refusal` says why); empty: nothing was pressed.
    std::string run_shortcuts(std::string& refusal) const;

    /// Pairs "a and b: Ctrl+P" of actions that share a chord; empty in a healthy table.
    std::vector<std::string> clashes() const;

private:
    std::vector<Action> m_actions;
};

/// "Ctrl+Shift+P"; empty for no chord.
std::string shortcut_text(ImGuiKeyChord chord);
/// The shown shortcut of an action, empty when it has none.
std::string shortcut_text(const Action& action);

} // namespace cameo
