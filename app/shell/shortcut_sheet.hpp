#pragma once

#include "app/shell/sheet.hpp"
#include "views/command_table.hpp"

#include <string>

namespace cameo {

/// F1: every shortcut in one searchable list, by menu, and the keys that the lists themselves understand.
class ShortcutSheet : public Sheet {
public:
    void draw(const CommandTable& table);

private:
    std::string m_filter;
};

} // namespace cameo
