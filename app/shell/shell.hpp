#pragma once

#include "app/shell/command_palette.hpp"
#include "app/shell/prompt.hpp"
#include "app/shell/shortcut_sheet.hpp"
#include "app/shell/status_bar.hpp"
#include "views/command_table.hpp"
#include "views/search_bar.hpp"
#include "views/view.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// The frame around the views: top bar with menu and search, dock space, status bar, notices, palette.
class Shell {
public:
    Shell();
    ~Shell();

    /// Everything of one frame.
    void draw(const Snapshot& now, const CommandTable& table, std::string_view layout, Commands& out);

    /// With the next frame.
    void build_layout(std::string name) { m_build_layout = std::move(name); }
    /// Somebody has moved a view, or a layout was loaded: it is not ours to arrange any more.
    void keep_layout() { m_built_layout.clear(); }
    View* view(std::string_view title);
    const std::vector<std::unique_ptr<View>>& views() const { return m_views; }
    void show_view(std::string_view title);
    /// Whether it was on the screen in the frame that was just drawn: open, and not behind another tab.
    bool is_drawn(std::string_view title) const;
    SearchBar& search_bar() { return m_search; }
    const SearchBar& search_bar() const { return m_search; }
    CommandPalette& palette() { return m_palette; }
    const CommandPalette& palette() const { return m_palette; }
    ShortcutSheet& sheet() { return m_sheet; }
    Prompt& prompt() { return m_prompt; }

private:
    void draw_top_bar(const Snapshot& now, const CommandTable& table, Commands& out);
    void draw_menu(const CommandTable& table);
    void draw_dock_space(float top, float bottom);

    std::vector<std::unique_ptr<View>> m_views;
    SearchBar m_search;
    StatusBar m_status;
    CommandPalette m_palette;
    ShortcutSheet m_sheet;
    Prompt m_prompt;
    std::string m_build_layout; ///< to be built with the next frame
    std::string m_built_layout; ///< what was built and is untouched since; empty: none
    bool m_narrow = false;
};

} // namespace cameo
