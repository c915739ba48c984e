#pragma once

#include "app/shell/about_sheet.hpp"
#include "app/shell/command_palette.hpp"
#include "app/shell/drop_sheet.hpp"
#include "app/shell/glossary_sheet.hpp"
#include "app/shell/notices.hpp"
#include "app/shell/prompt.hpp"
#include "app/shell/shortcut_sheet.hpp"
#include "app/shell/status_bar.hpp"
#include "views/command_table.hpp"
#include "views/search_bar.hpp"
#include "views/view.hpp"

#include <cstdint>
#include <map>
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
    void build_layout(std::string name) {
        m_build_layout = std::move(name);
        m_maximised.clear();
    }
    /// The shipped layout that stands and that nobody has touched; empty: somebody has.
    const std::string& untouched_layout() const { return m_build_layout.empty() ? m_built_layout : m_build_layout; }
    /// Somebody has moved a view, or a layout was loaded: it is not ours to arrange any more.
    void keep_layout() { m_built_layout.clear(); }
    /// What was loaded is that shipped layout, untouched as it was when it was saved.
    void take_for_built(std::string name) { m_built_layout = std::move(name); }
    View* view(std::string_view title);
    const std::vector<std::unique_ptr<View>>& views() const { return m_views; }
    void show_view(std::string_view title);
    /// Brings these to the front of their tabs and gives the last one the focus; those that are closed are left out.
    void bring_back(std::vector<std::string> titles);
    /// Whether it was on the screen in the frame that was just drawn: open, and not behind another tab.
    bool is_drawn(std::string_view title) const;
    /// Gives one view the room of all; the others stay where they are and come back, each in front where it was. Empty: they do.
    void maximise(std::string title);
    /// Nothing is drawn but these views, without bars, tabs and marks, down to `below` pixels above the bottom; empty: everything again.
    void put_on_stage(std::vector<std::string> titles, float below = 0) {
        m_on_stage = std::move(titles);
        m_stage_below = below;
    }
    /// Keeps so many pixels between the views and the status bar free.
    void keep_free(float below) { m_below = below; }
    /// Where that room ends, in pixels of the screen.
    static float free_bottom();
    bool is_on_stage() const { return !m_on_stage.empty(); }
    const std::string& maximised() const { return m_maximised; }
    /// The title of the view that has the focus; empty: none has.
    std::string focused_view() const;
    /// The title of the view that has the focus or had it last, as long as it is on the screen; empty: none.
    std::string view_in_use() const { return is_drawn(m_in_use) ? m_in_use : std::string(); }
    /// Where the views are, as far as a person can move them.
    struct ViewPlace {
        std::uint32_t dock = 0;
        int order = 0;
        float x = 0, y = 0, width = 0, height = 0;
        bool operator==(const ViewPlace&) const = default;
    };
    std::vector<ViewPlace> places() const;
    /// Titles of the views that can be seen, the one in use last.
    std::vector<std::string> in_front() const;
    /// Puts a button on a notice's card.
    void offer(NoticeOffer offer) { m_offers.push_back(std::move(offer)); }
    SearchBar& search_bar() { return m_search; }
    const SearchBar& search_bar() const { return m_search; }
    CommandPalette& palette() { return m_palette; }
    const CommandPalette& palette() const { return m_palette; }
    ShortcutSheet& shortcuts() { return m_shortcuts; }
    AboutSheet& about() { return m_about; }
    GlossarySheet& glossary() { return m_glossary; }
    DropSheet& dropped() { return m_dropped; }
    const DropSheet& dropped() const { return m_dropped; }
    Prompt& prompt() { return m_prompt; }
    /// Whether something lies over the views that Esc closes.
    bool is_covered() const { return m_palette.is_open() || m_shortcuts.is_open() || m_about.is_open() || m_glossary.is_open() || m_dropped.is_open() || m_prompt.is_open(); }

private:
    void draw_top_bar(const Snapshot& now, const CommandTable& table, Commands& out);
    void draw_menu(const CommandTable& table);
    void draw_dock_space(float top, float bottom);
    void draw_views(const Snapshot& now, Commands& out);
    void scroll_to_tabs(Commands& out);

    std::vector<std::unique_ptr<View>> m_views;
    std::map<std::uint32_t, std::uint32_t> m_in_front; ///< of each dock node, the tab it showed last
    SearchBar m_search;
    StatusBar m_status;
    CommandPalette m_palette;
    ShortcutSheet m_shortcuts;
    AboutSheet m_about;
    GlossarySheet m_glossary;
    DropSheet m_dropped;
    Prompt m_prompt;
    std::vector<NoticeOffer> m_offers;
    std::string m_build_layout; ///< to be built with the next frame
    std::string m_built_layout; ///< what was built and is untouched since; empty: none
    std::vector<std::string> m_brought_back; ///< titles of views that come to the front of their tabs
    int m_bring_frames = 0;     ///< for how many frames they do: one that was opened has no tab yet
    std::string m_in_use;       ///< title of the view that had the focus last
    std::string m_maximised;    ///< title of the view; empty: none
    std::vector<std::string> m_in_front_before; ///< titles of the views that were on the screen before one was maximised
    std::vector<std::string> m_on_stage; ///< titles of views; empty: all and everything around them
    float m_stage_below = 0, m_below = 0;
    void draw_stage(const Snapshot& now, const CommandTable& table, Commands& out);
    bool is_shown(const View& view) const;
    bool m_narrow = false;
};

} // namespace cameo
