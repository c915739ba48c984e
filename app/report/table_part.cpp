#include "app/report/table_part.hpp"

#include "app/report/html.hpp"
#include "views/format.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <variant>

namespace cameo {

namespace {

// Of a page of paper that stands upright, and of one that lies.
constexpr std::size_t kColumnsUpright = 8, kColumnsAcross = 18;

std::string cell_part(const ViewCell& cell) {
    if (const auto* text = std::get_if<std::string>(&cell)) return fmt::format("<td class=\"words\">{}</td>", escaped(*text));
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return fmt::format("<td data-value=\"{}\">{}</td>", *whole, format_count(*whole));
    if (const auto* figure = std::get_if<double>(&cell)) return fmt::format("<td data-value=\"{}\">{}</td>", format_exact(*figure), format_figure(*figure));
    return "<td></td>";
}

} // namespace

std::string table_part(const ViewTable& table, bool opens) {
    std::string heads, rows;
    for (std::size_t column = 0; column < table.columns.size(); ++column) {
        const bool has_words = std::ranges::any_of(table.rows, [column](const auto& row) { return std::holds_alternative<std::string>(row[column]); });
        heads += fmt::format("<th scope=\"col\"{}><button type=\"button\">{}</button></th>", has_words ? " class=\"words\"" : "", escaped(table.columns[column]));
    }
    for (const auto& row : table.rows) {
        rows += "<tr>";
        for (const ViewCell& cell : row) rows += cell_part(cell);
        rows += "</tr>\n";
    }
    const bool fits_paper = table.columns.size() <= kColumnsAcross;
    const std::string instead = fits_paper ? std::string() : fmt::format("<p class=\"on-paper\">Their {} columns are too many for paper; the web page has them.</p>\n", table.columns.size());
    return fmt::format("<details{}><summary>The figures of {}</summary>\n{}<div class=\"scroll {}\"><table class=\"sortable figures\"><caption>{}</caption>\n<thead><tr>{}</tr></thead>\n<tbody>\n{}</tbody></table></div></details>\n",
                       opens ? " open" : "", escaped(table.title), instead, !fits_paper ? "on-screen" : table.columns.size() > kColumnsUpright ? "broad" : "", escaped(table.title), heads, rows);
}

} // namespace cameo
