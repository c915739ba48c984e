#pragma once

#include "app/shell/fuzzy.hpp"
#include "views/command_table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// Ctrl+P: everything the program can do, by typing a part of its name. Recent choices come first; what cannot run now
/// stays in the list and says why.
class CommandPalette {
public:
    /// Opens with an empty filter. @param extra entries that exist at this moment only: models, collections, queries.
    void open(std::vector<Action> extra);
    void close() { m_open = false; }
    bool is_open() const { return m_open; }

    /// Draws it when it is open. @returns the id of the action that was chosen and run; empty: none.
    std::string draw(const CommandTable& table);

    /// Ids, latest first: part of the session.
    const std::vector<std::string>& recents() const { return m_recents; }
    void set_recents(std::vector<std::string> ids);

    /// Rows as they stand now, best first: what the list shows, for tests.
    std::vector<std::string> visible_ids() const;

private:
    struct Row {
        const Action* action = nullptr;
        FuzzyMatch match;
        bool recent = false;
    };
    void filter(const CommandTable& table);
    void draw_row(std::size_t row_idx, bool& chosen);
    void remember(const std::string& id);

    bool m_open = false;
    bool m_just_opened = false;
    bool m_scroll_to_row = false;
    std::string m_filter;
    std::optional<std::string> m_filtered; ///< the filter that m_rows were made by; nothing: they have to be made
    std::vector<Action> m_extra;
    std::vector<Row> m_rows;
    std::size_t m_row = 0;
    std::vector<std::string> m_recents;
};

} // namespace cameo
