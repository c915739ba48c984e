#pragma once

#include "views/draw.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace cameo {

/// One line of a statement: what it is, how it comes about, its figure, and a bar from a middle line that shows the figure's
/// sign and size. All lines of a statement have the same columns, whatever is in them.
struct StatementRow {
    const char* id = "";
    std::string words;
    std::string detail;          ///< quiet; left out where there is no room
    double value = 0;
    const ExpertStyle* style = nullptr; ///< of its bar and mark; null: neither
    double largest = 0;          ///< what a whole bar stands for; 0: no bar
    int decimals = 2;
    bool strong = false;         ///< a sum
    bool quiet = false;          ///< a residual
    bool indent = false;         ///< a part of the line above
    bool marked = false;         ///< the expert's mark stands before it, though it is no sum
    bool piece = false;          ///< the words are pieces of a vocabulary
    bool is_signed = false;      ///< a plus is written
    bool selected = false;
};

/// Over the whole width that is left. @return true: it was pressed.
bool statement_row(const StatementRow& row);

/// Draws those of so many equal rows that are not scrolled away: a statement may have thousands.
void for_rows_in_sight(std::size_t rows, const std::function<void(std::size_t)>& draw);

} // namespace cameo
