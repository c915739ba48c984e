#pragma once

#include "views/view_table.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace cameo {

/// What a view showed of something that was pinned, and what it shows now, figure by figure. Letters: K key columns, F columns
/// of figures.
struct TableComparison {
    struct Row {
        std::vector<std::string> key; ///< [K]
        std::string name;             ///< for people; empty: the key will do
        std::string document;         ///< id; empty: the row is about none
        bool was = false, is = false; ///< which of the two tables has it
        std::vector<double> before, now; ///< [F] NaN where there is no figure
        std::vector<double> changes;     ///< [F] now minus before; NaN where one is missing, or where they are on different scales
        double change(std::size_t figure) const { return changes[figure]; }
    };
    std::vector<std::string> keys;    ///< [K]
    std::vector<std::string> figures; ///< [F] of either table, in the order of the newer one
    std::vector<bool> unlike;         ///< [F] on different scales
    bool ranked = false;              ///< the order of the rows says something itself
    std::vector<Row> rows;            ///< of the newer table in its order, then those that it does not have any more
};

/// Rows belong together by their keys, equal ones in their order; columns by their names.
TableComparison compare(const ViewTable& before, const ViewTable& now);

/// For copies and files: each figure three times: "score, pinned", "score", "score, change".
ViewTable to_table(const TableComparison& comparison, std::string title);

} // namespace cameo
