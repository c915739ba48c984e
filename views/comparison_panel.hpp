#pragma once

#include "views/commands.hpp"
#include "views/snapshot.hpp"
#include "views/table_comparison.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// One figure of a view as it was, as it is, and the change, row by row.
class ComparisonPanel {
public:
    /// What is drawn from now on; the figure that is looked at stays where the new one has it too.
    void show(TableComparison comparison);
    const TableComparison& shown() const { return m_comparison; }
    /// Whether the figure that is looked at is a rank, of which the lower one is better.
    bool shows_ranks() const { return m_is_rank; }

    void draw(const Snapshot& now, Commands& out);

private:
    void sort();
    bool by_change() const { return m_sorted.value_or(!m_comparison.ranked); }
    /// What is better is above 0: of ranks the lower one is.
    double gain(double change) const { return m_is_rank ? -change : change; }
    void draw_figures();
    void draw_heading(float width) const;
    void draw_row(const TableComparison::Row& row, const Snapshot& now, float width, Commands& out) const;

    TableComparison m_comparison;
    std::string m_figure_name; ///< that somebody has chosen; empty: the first one that has changed
    std::size_t m_figure = 0;
    std::optional<bool> m_sorted;      ///< by the size of the change, if somebody has said so
    std::vector<std::size_t> m_order;  ///< of the rows that have the figure
    std::size_t m_more = 0, m_less = 0, m_same = 0, m_new = 0, m_gone = 0;
    bool m_is_rank = false;
    double m_largest = 0;              ///< change, in size
    int m_decimals = 2;
};

} // namespace cameo
