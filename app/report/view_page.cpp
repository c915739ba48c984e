#include "app/report/view_page.hpp"

#include "app/about/linked_parts.hpp"
#include "app/report/html.hpp"
#include "views/format.hpp"

#include <ctime>
#include <fmt/chrono.h>
#include <fmt/format.h>

namespace cameo {

namespace {

constexpr std::size_t kRowsOfAPage = 2000;

} // namespace

std::string view_page(Figure figure, const std::vector<std::pair<std::string, std::string>>& provenance) {
    std::string sources, left_out;
    for (const auto& [what, value] : provenance) sources += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escaped(heading(what)), escaped(value));
    if (figure.table && figure.table->rows.size() > kRowsOfAPage) {
        left_out = fmt::format("<p class=\"quiet\">Its {} rows of figures are too many for a page; the view saves them as CSV.</p>\n", format_count(std::ssize(figure.table->rows)));
        figure.table.reset();
    }
    return page(figure.title, fmt::format("<header>\n<h1>{}</h1>\n</header>\n<main>\n<section>\n{}{}</section>\n<section>\n<h2>Where it comes from</h2>\n<dl>\n{}</dl>\n</section>\n</main>\n"
                                          "<footer class=\"quiet\"><p>Made by Cameo {} on {:%F}.</p></footer>\n",
                                          escaped(figure.title), figure_part(figure, true), left_out, sources, own_version(), fmt::gmtime(std::time(nullptr))));
}

} // namespace cameo
