#pragma once

#include "app/shell/sheet.hpp"
#include "views/commands.hpp"

namespace cameo {

/// Which Cameo this is, under which licence, and what others wrote of it.
class AboutSheet : public Sheet {
public:
    void draw(Commands& out);
};

} // namespace cameo
