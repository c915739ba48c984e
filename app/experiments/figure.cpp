#include "app/experiments/figure.hpp"

#include "app/experiments/measured_row.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cameo {

namespace {

constexpr double kLabels = 260, kWidth = 760, kRight = 24, kRow = 22, kTop = 34, kBottom = 34;

std::string escaped(const std::string& text) {
    std::string safe;
    for (const char c : text)
        safe += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
    return safe;
}

std::string text_at(double x, double y, const char* anchor, const std::string& text) {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor, escaped(text));
}

std::string line_at(double x1, double y1, double x2, double y2, const char* style) {
    return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" {}/>\n", x1, y1, x2, y2, style);
}

/// 1, 2 or 5 times a power of ten, such that a range has four to ten of them.
double step_of(double range) {
    const double power = std::pow(10, std::floor(std::log10(range / 4)));
    for (const double times : {5.0, 2.0})
        if (range / (times * power) >= 4) return times * power;
    return power;
}

} // namespace

bool has_figure(const PlannedTable& table, std::span<const ExperimentResult> results) {
    return table.figure && std::ranges::any_of(table.rows, [&](const PlannedRow& row) {
               return measured_row(row, table.collection, results).has_value();
           });
}

std::filesystem::path figure_file(const PlannedTable& table) {
    std::string name = table.name;
    std::ranges::replace(name, ' ', '-');
    return std::filesystem::path("images") / ("experiments-" + name + ".svg");
}

std::string to_svg(const PlannedTable& table, std::span<const ExperimentResult> results) {
    struct Mark {
        std::string label;
        double mean, deviation;
    };
    std::vector<Mark> marks;
    double low = 1, high = 0, against = -1;
    for (const auto& row : table.rows) {
        const auto measured = measured_row(row, table.collection, results);
        if (!measured) continue;
        const auto means = measured->means("");
        marks.push_back({row.label, mean_of(means), deviation_of(means)});
        low = std::min(low, marks.back().mean - marks.back().deviation);
        high = std::max(high, marks.back().mean + marks.back().deviation);
        if (row.label == table.against) against = marks.back().mean;
    }
    constexpr double kLeast = 0.01; // a smaller range would make noise look like news
    const double step = step_of(std::max(high - low, kLeast));
    low = std::floor(low / step) * step;
    high = std::max(std::ceil(high / step) * step, low + kLeast);
    const double bottom = kTop + kRow * double(marks.size()), height = bottom + kBottom;
    const auto x = [&](double value) { return kLabels + (value - low) / (high - low) * (kWidth - kRight - kLabels); };

    std::string svg = fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
                                  "font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n"
                                  "<rect width=\"{0}\" height=\"{1}\" fill=\"white\"/>\n",
                                  kWidth, height);
    svg += text_at(kLabels, 18, "start", "MRR@10 on " + table.collection + ", mean and deviation between seeds");
    for (int tick = 0; low + tick * step <= high + step / 2; ++tick) {
        const double value = low + tick * step;
        svg += line_at(x(value), kTop, x(value), bottom, "stroke=\"#ddd\"") +
               text_at(x(value), bottom + 18, "middle", fmt::format("{:.3f}", value));
    }
    if (against >= 0) svg += line_at(x(against), kTop, x(against), bottom, "stroke=\"#888\" stroke-dasharray=\"4 3\"");
    for (std::size_t at = 0; at < marks.size(); ++at) {
        const auto& [label, mean, deviation] = marks[at];
        const double y = kTop + kRow * (double(at) + 0.5);
        svg += text_at(kLabels - 12, y + 4, "end", label) +
               line_at(x(mean - deviation), y, x(mean + deviation), y, "stroke=\"#2a6f97\" stroke-width=\"2\"") +
               fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"#2a6f97\"/>\n", x(mean), y);
    }
    return svg + "</svg>\n";
}

} // namespace cameo
