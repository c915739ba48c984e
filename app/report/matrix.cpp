#include "app/report/html.hpp"
#include "app/report/result_part.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <set>

namespace cameo {

namespace {

constexpr std::size_t kColumnsShown = 36, kBestOfARow = 3;
constexpr double kCell = 20, kLabels = 110, kTop = 96;

/// Those that some query token likes best: a whole text has hundreds.
std::vector<std::size_t> columns_that_count(const ExpertLedger& part) {
    const std::size_t columns = part.document_tokens.size();
    std::set<std::size_t> chosen;
    std::vector<std::size_t> order(columns);
    for (std::size_t best = 0; best < kBestOfARow; ++best)
        for (std::size_t row = 0; row < part.tokens.size() && chosen.size() < kColumnsShown; ++row) {
            std::iota(order.begin(), order.end(), std::size_t{0});
            const auto similarity = [&](std::size_t column) { return part.similarities[row * columns + column]; };
            const std::size_t wanted = std::min(best, columns - 1);
            std::ranges::nth_element(order, order.begin() + static_cast<std::ptrdiff_t>(wanted), std::ranges::greater(), similarity);
            chosen.insert(order[wanted]);
        }
    return {chosen.begin(), chosen.end()};
}

} // namespace

std::string matrix_figure(const Trace& trace, const ExpertLedger& part, ExpertStyle style, std::string_view title) {
    const std::size_t rows = part.tokens.size(), columns = part.document_tokens.size();
    if (rows == 0 || columns == 0 || part.similarities.size() != rows * columns) return {};
    const auto shown = columns_that_count(part);
    const double largest = std::max(1e-9, static_cast<double>(*std::ranges::max_element(part.similarities)));
    const double width = kLabels + kCell * static_cast<double>(shown.size()) + 8, height = kTop + kCell * static_cast<double>(rows) + 8;
    std::string svg = fmt::format("<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" height=\"{1:.0f}\" role=\"img\" aria-label=\"{2}\">\n", width, height,
                                  escaped(fmt::format("Similarity of each token of the query to tokens of {}", title)));
    for (std::size_t place = 0; place < shown.size(); ++place)
        svg += fmt::format("<text transform=\"translate({:.0f} {:.0f}) rotate(-60)\">{}</text>\n", kLabels + kCell * (static_cast<double>(place) + 0.6), kTop - 6, escaped(part.document_tokens[shown[place]]));
    for (std::size_t row = 0; row < rows; ++row) {
        const TokenPart& token = part.tokens[row];
        const double y = kTop + kCell * static_cast<double>(row);
        svg += fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"end\">{}</text>\n", kLabels - 8, y + kCell * 0.7, escaped(token.query_token));
        for (std::size_t place = 0; place < shown.size(); ++place) {
            const std::size_t column = shown[place];
            const double value = part.similarities[row * columns + column];
            const bool best = token.best >= 0 && static_cast<std::size_t>(token.best) == column;
            svg += fmt::format("<rect x=\"{:.0f}\" y=\"{:.0f}\" width=\"{}\" height=\"{}\" fill=\"{}\" fill-opacity=\"{:.2f}\"{}><title>{}</title></rect>\n", kLabels + kCell * static_cast<double>(place), y,
                               kCell - 2, kCell - 2, css_color(style), std::clamp(value / largest, 0.03, 1.0), best ? " stroke=\"#000\" stroke-width=\"2\"" : "",
                               escaped(fmt::format("{} \u00D7 {}: {:.3f}{}", token.query_token, part.document_tokens[column], value, best ? ", the best of its row: it counts" : "")));
        }
    }
    return fmt::format("<figure class=\"matrix\">\n<div class=\"scroll\">{}</svg></div>\n<output aria-live=\"polite\">Point at a cell for its figure.</output>\n<figcaption>Each token of \u201C{}\u201D (rows) against {} of the "
                       "document's {} tokens (columns): those that come first for some row. Framed: the best of its row. The score is their sum.</figcaption>\n</figure>\n",
                       svg, escaped(trace.query), shown.size(), columns);
}

} // namespace cameo
