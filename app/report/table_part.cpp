#include "app/report/table_part.hpp"

#include "app/report/html.hpp"
#include "views/format.hpp"

#include <fmt/format.h>
#include <variant>

namespace cameo {

namespace {

std::string cell_part(const ViewCell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return fmt::format("<td>{}</td>", escaped(*text));
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return fmt::format("<td data-value=\"{}\">{}</td>", *whole, format_count(*whole));
    if (const auto* figure = std::get_if<double>(&cell)) return fmt::format("<td data-value=\"{}\">{}</td>", format_exact(*figure), format_figure(*figure));
    return "<td></td>";
}

} // namespace

std::string table_part(const ViewTable& table, bool opens) {
    std::string heads, rows;
    for (const std::string& column : table.columns) heads += fmt::format("<th scope=\"col\"><button type=\"button\">{}</button></th>", escaped(column));
    for (const auto& row : table.rows) {
        rows += "<tr>";
        for (const ViewCell& cell : row) rows += cell_part(cell);
        rows += "</tr>\n";
    }
    return fmt::format("<details{}><summary>The figures of {}</summary>\n<div class=\"scroll\"><table class=\"sortable\"><caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></div></details>\n",
                       opens ? " open" : "", escaped(table.title), escaped(table.title), heads, rows);
}

} // namespace cameo
