#pragma once

#include "views/command_table.hpp"

#include <string>

namespace cameo {

/// F1: every shortcut in one searchable list, by menu, and the keys that the lists themselves understand.
class ShortcutSheet {
public:
    void toggle() {
        m_open = !m_open;
        m_just_opened = m_open;
        m_filter.clear();
    }
    void close() { m_open = false; }
    bool is_open() const { return m_open; }
    void draw(const CommandTable& table);

private:
    bool m_open = false;
    bool m_just_opened = false;
    std::string m_filter;
};

} // namespace cameo
