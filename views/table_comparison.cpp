#include "views/table_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace cameo {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

bool is_figure(const ViewCell& cell) { return std::holds_alternative<double>(cell) || std::holds_alternative<std::int64_t>(cell); }

double figure_of(const ViewCell& cell) {
    if (const auto* real = std::get_if<double>(&cell)) return *real;
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
    return kNone;
}

std::string words_of(const ViewCell& cell) {
    if (const auto* words = std::get_if<std::string>(&cell)) return *words;
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
    return {};
}

bool has(const std::vector<std::size_t>& columns, std::size_t column) { return std::ranges::find(columns, column) != columns.end(); }

/// Columns that hold a figure in any row, in their order.
void add_figures(const ViewTable& table, std::vector<std::string>& figures) {
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        if (has(table.keys, column) || has(table.apart, column)) continue;
        if (std::ranges::find(figures, table.columns[column]) != figures.end()) continue;
        if (std::ranges::any_of(table.rows, [&](const auto& row) { return is_figure(row[column]); })) figures.push_back(table.columns[column]);
    }
}

struct Side {
    std::vector<std::vector<std::string>> keys; ///< of its rows
    std::vector<std::size_t> columns;           ///< [F] of its own; behind all where it does not have the figure

    Side(const ViewTable& table, const std::vector<std::string>& figures) {
        for (const std::string& figure : figures)
            columns.push_back(static_cast<std::size_t>(std::ranges::find(table.columns, figure) - table.columns.begin()));
        for (const auto& row : table.rows) {
            auto& key = keys.emplace_back();
            for (const std::size_t column : table.keys) key.push_back(words_of(row[column]));
        }
    }
    std::vector<double> figures(const ViewTable& table, std::size_t row) const {
        std::vector<double> values;
        for (const std::size_t column : columns)
            values.push_back(column < table.columns.size() ? figure_of(table.rows[row][column]) : kNone);
        return values;
    }
};

/// What makes the scale of a column; empty: it has the same one everywhere.
std::string scale_of(const ViewTable& table, const std::string& column) {
    for (const auto& [at, scale] : table.scales)
        if (table.columns[at] == column) return scale;
    return {};
}

std::string document_of(const ViewTable& table, std::size_t row) { return table.documents ? words_of(table.rows[row][*table.documents]) : std::string(); }

} // namespace

TableComparison compare(const ViewTable& before, const ViewTable& now) {
    TableComparison made{.ranked = now.ranked};
    for (const std::size_t column : now.keys) made.keys.push_back(now.columns[column]);
    add_figures(now, made.figures);
    add_figures(before, made.figures);
    for (const std::string& figure : made.figures) made.unlike.push_back(scale_of(before, figure) != scale_of(now, figure));
    const Side old(before, made.figures), fresh(now, made.figures);
    std::map<std::vector<std::string>, std::vector<std::size_t>> waiting; // rows of before, the last on top
    for (std::size_t row = before.rows.size(); row-- > 0;) waiting[old.keys[row]].push_back(row);
    const std::vector<double> nothing(made.figures.size(), kNone);
    for (std::size_t row = 0; row < now.rows.size(); ++row) {
        TableComparison::Row one{.key = fresh.keys[row], .name = row < now.names.size() ? now.names[row] : std::string(), .document = document_of(now, row), .is = true, .before = nothing, .now = fresh.figures(now, row)};
        if (const auto found = waiting.find(one.key); found != waiting.end() && !found->second.empty()) {
            one.was = true;
            one.before = old.figures(before, found->second.back());
            found->second.pop_back();
        }
        made.rows.push_back(std::move(one));
    }
    for (std::size_t row = 0; row < before.rows.size(); ++row)
        if (has(waiting[old.keys[row]], row))
            made.rows.push_back({.key = old.keys[row], .name = row < before.names.size() ? before.names[row] : std::string(), .document = document_of(before, row), .was = true,
                                 .before = old.figures(before, row), .now = nothing});
    for (TableComparison::Row& row : made.rows)
        for (std::size_t figure = 0; figure < made.figures.size(); ++figure) row.changes.push_back(made.unlike[figure] ? kNone : row.now[figure] - row.before[figure]);
    return made;
}

ViewTable to_table(const TableComparison& comparison, std::string title) {
    ViewTable made{.title = std::move(title), .columns = comparison.keys};
    for (const std::string& figure : comparison.figures)
        for (const char* side : {", pinned", "", ", change"}) made.columns.push_back(figure + side);
    const auto cell = [](double value, bool there) { return there && !std::isnan(value) ? ViewCell(value) : ViewCell(); };
    for (const TableComparison::Row& row : comparison.rows) {
        std::vector<ViewCell> cells(row.key.begin(), row.key.end());
        for (std::size_t figure = 0; figure < comparison.figures.size(); ++figure) {
            cells.push_back(cell(row.before[figure], row.was));
            cells.push_back(cell(row.now[figure], row.is));
            cells.push_back(cell(row.change(figure), row.was && row.is));
        }
        made.rows.push_back(std::move(cells));
    }
    return made;
}

} // namespace cameo
