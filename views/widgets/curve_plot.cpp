#include "views/widgets/curve_plot.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>
#include <implot.h>
#include <limits>
#include <utility>

namespace cameo {
namespace {

constexpr std::size_t kSmoothedAFrame = 100'000; ///< points: about a millisecond
constexpr std::size_t kFewPoints = 40; ///< drawn one by one, and never smoothed
constexpr float kNearMarker = 5;

bool same(double a, double b, double span) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(span), 1e-12); }

/// Of what is drawn in the range, with room above and below.
std::pair<double, double> fit(std::span<const PlotLine> lines, const std::set<std::string>& hidden, const StepRange& range, const PlotLook& look) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    const double edges[] = {range.from, range.to + 1};
    for (const PlotLine& line : lines) {
        if (hidden.contains(line.id)) continue;
        for (const Curve* const curve : {line.curve, line.low, line.high})
            for (const CurveColumn& column : curve ? curve->columns(edges) : std::vector<CurveColumn>()) {
                if (std::isnan(column.low)) continue;
                low = std::min(low, column.low);
                high = std::max(high, column.high);
            }
    }
    if (look.level && low <= high) low = std::min(low, *look.level), high = std::max(high, *look.level);
    if (look.log) {
        low = low > 0 && low <= high ? low : std::max(high, 1e-3) * 1e-6; // a norm that is 0 has no place on it
        high = std::max(high, low * 1.01);
        return {low / 1.3, high * 1.3};
    }
    if (!(low <= high)) return {0, 1};
    const double room = high > low ? 0.06 * (high - low) : std::max(0.05 * std::abs(high), 1e-6);
    return {low >= 0 ? std::max(low - room, 0.0) : low - room, high + room};
}

} // namespace

const Curve& CurvePlot::smooth(const std::string& id, const Curve& raw, double half_life) {
    if (half_life <= 0 || raw.size() <= kFewPoints) return raw;
    Smooth& known = m_smooth[id];
    const bool goes_on = known.mean && known.half_life == half_life && known.taken <= raw.size() &&
                         (known.taken == 0 || (raw[known.taken - 1].step == known.last.step && raw[known.taken - 1].value == known.last.value));
    if (!goes_on) known = {.half_life = half_life, .taken = 0, .last = {}, .mean = ExponentialMean(half_life), .curve = {}};
    const std::size_t until = std::min(raw.size(), known.taken + kSmoothedAFrame);
    for (; known.taken < until; ++known.taken) {
        known.last = raw[known.taken];
        if (std::isfinite(known.last.value)) known.curve.add({known.last.step, known.mean->add(known.last.value)});
    }
    m_behind = m_behind || known.taken < raw.size();
    return known.curve;
}

void CurvePlot::draw_legend(std::span<const PlotLine> lines, std::string (*format)(double), float width) {
    std::string hovered;
    const float left = ImGui::GetCursorPosX();
    float x = 0;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(4), 0});
    for (const PlotLine& line : lines) {
        const std::string value = line.curve->empty() ? std::string() : format(line.curve->back().value);
        const float item = dp(16) + text_width(TextStyle::Small, line.label) + dp(6) + text_width(TextStyle::Mono, value) + dp(10);
        if (x > 0 && x + item > width) x = 0;
        if (x > 0) ImGui::SameLine();
        else ImGui::SetCursorPosX(left);
        x += item + dp(4);
        const bool hidden = m_hidden.contains(line.id);
        if (ImGui::InvisibleButton((line.label + "##" + line.id).c_str(), {item, dp(20)}, ImGuiButtonFlags_EnableNav)) {
            if (ImGui::GetIO().KeyAlt) {
                const bool alone = !hidden && m_hidden.size() + 1 == lines.size();
                m_hidden.clear();
                for (const PlotLine& other : lines)
                    if (!alone && other.id != line.id) m_hidden.insert(other.id);
            } else if (!m_hidden.erase(line.id)) {
                m_hidden.insert(line.id);
            }
        }
        if (ImGui::IsItemHovered()) hovered = line.id;
        hover_text([&] { return line.label + ": press to hide or show it, with Alt to see it alone" + (value.empty() ? "" : "\nnow " + format_exact(line.curve->back().value)); });
        const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        focus_ring(min, max, dp(4));
        const float middle = (min.y + max.y) / 2, baseline = std::round(middle - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small));
        list.AddRectFilled({min.x + dp(2), middle - dp(1.5f)}, {min.x + dp(12), middle + dp(1.5f)}, hidden ? ink(colors().dim, 0.5f) : line.color, dp(1));
        const float after = min.x + dp(16) + draw_text(list, {min.x + dp(16), baseline}, TextStyle::Small, ink(colors().text, hidden ? 0.45f : 1.0f), line.label);
        if (!hidden) draw_text(list, {after + dp(6), baseline}, TextStyle::Mono, ink(colors().dim), value);
    }
    ImGui::PopStyleVar();
    m_hovered = hovered;
}

void CurvePlot::draw_line(const PlotLine& line, const Curve& curve, std::span<const double> edges, float weight, float strength, bool band) {
    const auto columns = curve.columns(edges);
    if (columns.empty()) return;
    ImPlotSpec spec;
    spec.LineColor = ImGui::ColorConvertU32ToFloat4(line.color);
    spec.LineColor.w *= strength;
    spec.LineWeight = weight;
    m_x.clear(), m_low.clear(), m_high.clear();
    const std::size_t points = columns.back().end - columns.front().begin;
    if (points <= 2 * columns.size()) {
        // One neighbour more on either side, so that lines go on to the edges.
        const std::size_t first = columns.front().begin > 0 ? columns.front().begin - 1 : 0, last = std::min(columns.back().end + 1, curve.size());
        for (std::size_t at = first; at < last; ++at) {
            m_x.push_back(static_cast<double>(curve[at].step));
            m_low.push_back(curve[at].value);
        }
        if (curve.size() <= kFewPoints && !band) spec.Marker = ImPlotMarker_Circle, spec.MarkerSize = dp(2.5f), spec.MarkerFillColor = spec.MarkerLineColor = spec.LineColor;
        ImPlot::PlotLine(line.id.c_str(), m_x.data(), m_low.data(), int(m_x.size()), spec);
        return;
    }
    for (const CurveColumn& column : columns) {
        m_x.push_back((static_cast<double>(curve[column.begin].step) + static_cast<double>(curve[column.end - 1].step)) / 2);
        m_low.push_back(column.low);
        m_high.push_back(column.high);
    }
    ImPlotSpec shade = spec;
    shade.FillColor = spec.LineColor;
    shade.FillAlpha = band ? 1.0f : 0.5f;
    ImPlot::PlotShaded((line.id + " range").c_str(), m_x.data(), m_low.data(), m_high.data(), int(m_x.size()), shade);
    for (std::size_t at = 0; at < columns.size(); ++at) m_low[at] = columns[at].last;
    ImPlot::PlotLine(line.id.c_str(), m_x.data(), m_low.data(), int(m_x.size()), spec);
}

void CurvePlot::draw_band(const PlotLine& line, const PlotLook& look, float strength) {
    const Curve &low = smooth(line.id + " low", *line.low, look.half_life), &high = smooth(line.id + " high", *line.high, look.half_life);
    const auto lows = low.columns(m_edges), highs = high.columns(m_edges);
    if (lows.empty() || lows.size() != highs.size()) return;
    m_x.clear(), m_low.clear(), m_high.clear();
    for (std::size_t at = 0; at < lows.size(); ++at) {
        m_x.push_back(static_cast<double>(low[lows[at].end - 1].step));
        m_low.push_back(lows[at].last);
        m_high.push_back(highs[at].last);
    }
    ImPlotSpec shade;
    shade.FillColor = ImGui::ColorConvertU32ToFloat4(line.color);
    shade.FillAlpha = 0.26f * strength;
    ImPlot::PlotShaded((line.id + " band").c_str(), m_x.data(), m_low.data(), m_high.data(), int(m_x.size()), shade);
}

void CurvePlot::explain(std::span<const PlotLine> lines, std::span<const PlotMarker> markers, const PlotLook& look, double step) const {
    ImGui::BeginTooltip();
    label("step " + format_count(std::llround(step)), TextStyle::SmallStrong, colors().text);
    for (const PlotLine& line : lines) {
        if (m_hidden.contains(line.id)) continue;
        const MetricPoint* const point = line.curve->until(std::llround(step));
        if (!point) continue;
        std::string words = line.label + "  " + format_exact(point->value);
        if (line.low && line.high)
            if (const MetricPoint *const from = line.low->until(point->step), *const to = line.high->until(point->step); from && to)
                words += "  (" + format_exact(from->value) + " to " + format_exact(to->value) + ")";
        if (point->step != std::llround(step)) words += "  (step " + format_count(point->step) + ")";
        label(words, TextStyle::Small, colors().text);
    }
    if (look.level) label(look.level_words + "  " + format_exact(*look.level), TextStyle::Small, colors().dim);
    const float mouse = ImGui::GetIO().MousePos.x;
    for (const PlotMarker& marker : markers)
        if (std::abs(ImPlot::PlotToPixels(static_cast<double>(marker.step), 0.0).x - mouse) <= dp(kNearMarker)) label(marker.words, TextStyle::Small, colors().dim);
    ImGui::EndTooltip();
}

std::optional<std::int64_t> CurvePlot::draw(std::span<const PlotLine> lines, std::span<const PlotMarker> markers, const PlotLook& look, StepRange& range, ImVec2 size) {
    ImGui::PushID(m_id.c_str());
    m_behind = false;
    const float top = ImGui::GetCursorPosY();
    draw_legend(lines, look.format, size.x);
    const float height = std::max(size.y - (ImGui::GetCursorPosY() - top), dp(80));
    if (!m_own_y || !m_fit) m_fit = fit(lines, m_hidden, range, look);
    const auto [low, high] = *m_fit;
    const StepRange before = range;
    std::optional<std::int64_t> pressed;
    const FontScope small(TextStyle::Small);
    constexpr auto kFlags = ImPlotFlags_NoTitle | ImPlotFlags_NoLegend | ImPlotFlags_NoMenus | ImPlotFlags_NoMouseText | ImPlotFlags_NoFrame;
    if (ImPlot::BeginPlot("##plot", {size.x, height}, kFlags)) {
        constexpr auto kAxis = ImPlotAxisFlags_NoLabel | ImPlotAxisFlags_NoMenus | ImPlotAxisFlags_NoHighlight | ImPlotAxisFlags_NoInitialFit;
        ImPlot::SetupAxes(nullptr, nullptr, kAxis | ImPlotAxisFlags_NoGridLines, kAxis);
        if (look.log) ImPlot::SetupAxisScale(ImAxis_Y1, ImPlotScale_Log10);
        ImPlot::SetupAxisLinks(ImAxis_X1, &range.from, &range.to);
        ImPlot::SetupAxisLinks(ImAxis_Y1, &m_fit->first, &m_fit->second);
        ImPlot::SetupFinish();
        const auto columns = std::size_t(std::clamp(ImPlot::GetPlotSize().x, 2.0f, 4096.0f));
        m_edges.resize(columns + 1);
        for (std::size_t at = 0; at <= columns; ++at) m_edges[at] = range.from + (range.to + 1 - range.from) * double(at) / double(columns);
        if (look.level) {
            ImPlotSpec level;
            level.LineColor = ink4(colors().dim, 0.6f);
            level.LineWeight = dp(1);
            level.Flags = ImPlotInfLinesFlags_Horizontal;
            ImPlot::PlotInfLines("##level", &*look.level, 1, level);
        }
        ImDrawList& list = *ImPlot::GetPlotDrawList();
        const ImVec2 at = ImPlot::GetPlotPos(), room = ImPlot::GetPlotSize();
        ImPlot::PushPlotClipRect();
        for (const PlotMarker& marker : markers) {
            const float x = std::round(ImPlot::PlotToPixels(static_cast<double>(marker.step), low).x);
            const ImU32 color = marker.pending ? ink(colors().accent, 0.9f) : marker.loud ? ink(colors().text, 0.35f) : ink(colors().dim, 0.7f);
            list.AddLine({x, marker.loud || marker.pending ? at.y : at.y + room.y - dp(5)}, {x, at.y + room.y}, color, dp(1));
        }
        if (look.moment >= 0) {
            const float x = std::round(ImPlot::PlotToPixels(look.moment, low).x);
            list.AddLine({x, at.y}, {x, at.y + room.y}, ink(colors().accent), dp(1.5f));
        }
        ImPlot::PopPlotClipRect();
        for (const PlotLine& line : lines)
            if (!m_hidden.contains(line.id) && line.low && line.high) draw_band(line, look, m_hovered.empty() || m_hovered == line.id ? 1.0f : 0.25f);
        for (const PlotLine& line : lines) {
            if (m_hidden.contains(line.id) || line.curve->empty()) continue;
            const float strength = m_hovered.empty() || m_hovered == line.id ? 1.0f : 0.25f;
            const float weight = dp(line.strong ? 2.2f : 1.6f);
            const bool smooths = look.half_life > 0 && line.curve->size() > kFewPoints;
            if (smooths) draw_line(line, *line.curve, m_edges, dp(1), 0.28f * strength, true);
            draw_line(line, smooth(line.id, *line.curve, look.half_life), m_edges, weight, strength, false);
        }
        if (ImPlot::IsPlotHovered()) {
            const double step = std::clamp(ImPlot::GetPlotMousePos().x, range.from, range.to);
            list.AddLine({ImGui::GetIO().MousePos.x, at.y}, {ImGui::GetIO().MousePos.x, at.y + room.y}, ink(colors().dim, 0.5f), dp(1));
            explain(lines, markers, look, step);
            if (ImGui::GetIO().KeyShift && ImGui::IsMouseClicked(ImGuiMouseButton_Left)) pressed = std::llround(step);
        }
        const bool fits = ImPlot::IsPlotHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left);
        ImPlot::EndPlot();
        if (!same(range.from, before.from, before.to - before.from) || !same(range.to, before.to, before.to - before.from)) range.follows = false;
        if (!same(m_fit->first, low, high - low) || !same(m_fit->second, high, high - low)) m_own_y = true;
        if (fits) m_own_y = false, range.follows = true;
    }
    ImGui::PopID();
    return pressed;
}

} // namespace cameo
