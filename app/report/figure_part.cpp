#include "app/report/figure_part.hpp"

#include "app/report/html.hpp"
#include "app/report/table_part.hpp"

#include <fmt/format.h>

namespace cameo {

std::string figure_part(const Figure& figure, bool alone) {
    const auto begin = figure.svg.find("<svg "), inside = figure.svg.find('>', begin);
    if (begin == figure.svg.npos || inside == figure.svg.npos) return {};
    // Within a page it needs no namespace, and says what it is to those who do not see it.
    std::string head = figure.svg.substr(begin + 5, inside - begin - 5);
    if (const auto space = head.find("xmlns=\""); space != head.npos) head.erase(space, head.find('"', space + 7) + 1 - space);
    std::string html = fmt::format("<figure class=\"view\">\n<svg role=\"img\" aria-label=\"{}\" {}{}\n{}</figure>\n", escaped("The view " + figure.title), head,
                                   figure.svg.substr(inside), alone ? std::string() : fmt::format("<figcaption>{}</figcaption>\n", escaped(figure.title)));
    return figure.table ? html + table_part(*figure.table, alone) : html;
}

} // namespace cameo
