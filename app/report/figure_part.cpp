#include "app/report/figure_part.hpp"

#include "app/report/html.hpp"
#include "app/report/table_part.hpp"

#include <fmt/format.h>

namespace cameo {

std::string figure_part(const Figure& figure, bool opens) {
    const auto begin = figure.svg.find("<svg "), inside = figure.svg.find('>', begin);
    if (begin == figure.svg.npos || inside == figure.svg.npos) return {};
    // Within a page it needs no namespace, and says what it is to those who do not see it.
    std::string head = figure.svg.substr(begin + 5, inside - begin - 5);
    if (const auto space = head.find("xmlns=\""); space != head.npos) head.erase(space, head.find('"', space + 7) + 1 - space);
    std::string html = fmt::format("<figure class=\"view\">\n<svg role=\"img\" aria-label=\"{}\" {}{}\n<figcaption>{}</figcaption>\n</figure>\n", escaped("The view " + figure.title), head,
                                   figure.svg.substr(inside), escaped(figure.title));
    return figure.table ? html + table_part(*figure.table, opens) : html;
}

} // namespace cameo
