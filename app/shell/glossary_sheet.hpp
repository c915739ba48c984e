#pragma once

#include "app/shell/sheet.hpp"

#include <string>

namespace cameo {

/// What the words in the window mean, in one searchable list.
class GlossarySheet : public Sheet {
public:
    /// Opens it, or goes on in it. @param words that are looked for; empty: all terms
    void show(std::string words);
    void draw();

private:
    std::string m_filter;
    bool m_to_top = false; ///< the list shows something else than in the frame before
};

} // namespace cameo
