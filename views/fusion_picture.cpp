// The picture of all mixes: FusionView's triangle of three experts, and its line of two.
#include "views/fusion_view.hpp"

#include "core/search/trace.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/fusion_chooser.hpp"
#include "views/judged_states.hpp"
#include "views/tour_anchor.hpp"
#include "views/widgets/controls.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace cameo {
namespace {

constexpr std::size_t kFirstSteps = 42; ///< grid of who is first

std::string mix_words(std::span<const double> weights) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::string text;
    for (const double weight : weights)
        text.append(text.empty() ? "" : " : ").append(format_score(sum > 0 ? weight / sum : 0, 2));
    return text;
}

} // namespace

void FusionView::paint_measure() {
    m_painting.steps = m_field->options.steps;
    m_painting.low = INFINITY;
    m_painting.high = -INFINITY;
    for (const FusionPoint& point : m_field->points) {
        m_painting.values.push_back(value(point.mean, m_measure));
        m_painting.low = std::min(m_painting.low, m_painting.values.back());
        m_painting.high = std::max(m_painting.high, m_painting.values.back());
    }
}

void FusionView::paint_first() {
    const std::vector<double> parts = unweighted_parts(*m_trace, {.method = mixing_method(m_trace->fusion.method), .rrf_k = m_trace->fusion.rrf_k});
    const auto best_under = [&](double a, double b, double c) {
        std::size_t best = 0;
        double highest = -INFINITY;
        for (std::size_t document = 0; document < m_trace->documents.size(); ++document) {
            const double score = a * parts[document * 3] + b * parts[document * 3 + 1] + c * parts[document * 3 + 2];
            if (score > highest || (score == highest && m_trace->documents[document].id < m_trace->documents[best].id)) {
                highest = score;
                best = document;
            }
        }
        return best;
    };
    std::map<std::size_t, std::int32_t> region_of;
    m_painting.steps = kFirstSteps;
    for (std::size_t first = 0; first <= kFirstSteps; ++first)
        for (std::size_t second = 0; first + second <= kFirstSteps; ++second) {
            const std::size_t best = best_under(static_cast<double>(first), static_cast<double>(second), static_cast<double>(kFirstSteps - first - second));
            const auto [place, fresh] = region_of.emplace(best, static_cast<std::int32_t>(region_of.size()));
            if (fresh) {
                const UnionDocument& document = m_trace->documents[best];
                m_painting.region_names.push_back(document.title.empty() ? document.id : document.title);
                const auto grade = m_trace->grades.find(document.id);
                m_painting.region_relevant.push_back(grade != m_trace->grades.end() && grade->second > 0);
            }
            m_painting.regions.push_back(place->second);
        }
}

std::vector<MixPoint> FusionView::named_points(const Snapshot& now) const {
    std::vector<MixPoint> points;
    const FusionSpec used = shown_fusion(now);
    const FusionMethod method = mixing_method(used.method);
    const bool measured = m_painted == Paint::Measure && m_field && m_field->options.method == method;
    // What is learned for a query weighs z-scores.
    if (measured && method == FusionMethod::ZScore && !m_field->adaptive.empty()) {
        constexpr std::size_t kMostDots = 600;
        const std::size_t queries = m_field->adaptive.size() / 3, step = queries / kMostDots + 1;
        for (std::size_t query = 0; query < queries; query += step)
            points.push_back({.weights = {m_field->adaptive.begin() + static_cast<std::ptrdiff_t>(query * 3),
                                          m_field->adaptive.begin() + static_cast<std::ptrdiff_t>(query * 3 + 3)},
                              .kind = MixPoint::Kind::Cloud});
    }
    points.push_back({.weights = {1, 1, 1}, .name = "equal"});
    if (method == FusionMethod::ZScore && judged_fits(now) && now.judged.scores->linear)
        points.push_back({.weights = *now.judged.scores->linear, .name = "learned"});
    if (method == FusionMethod::ZScore && now.trace && now.trace->query_weights.size() == 3)
        points.push_back({.weights = now.trace->query_weights, .name = "adaptive, this query"});
    if (measured) {
        const BestMix& best = m_field->best[static_cast<std::size_t>(m_measure)];
        points.push_back({.weights = m_field->points[best.point].weights, .name = "best on these", .kind = MixPoint::Kind::Best});
    }
    if (const auto mix = mix_of(used, now.trace ? now.trace->query_weights : std::vector<double>(), 3); mix.size() == 3)
        points.push_back({.weights = mix, .kind = MixPoint::Kind::InUse});
    return points;
}

void FusionView::take_mix(const Snapshot& now, const std::vector<double>& weights, Commands& out) const {
    FusionSpec spec = shown_fusion(now);
    const FusionMethod method = mixing_method(spec.method);
    spec.method = method == FusionMethod::Sum ? FusionMethod::Weighted : method;
    spec.weights = weights;
    double sum = std::accumulate(weights.begin(), weights.end(), 0.0), furthest = 0;
    for (double& weight : spec.weights) {
        weight *= static_cast<double>(weights.size()) / sum;
        furthest = std::max(furthest, std::fabs(weight - 1));
        weight = std::round(weight * 100) / 100; // what is shown is what is used
    }
    if (furthest < 0.05) spec.weights.assign(weights.size(), 1); // near the middle it is the middle that is meant
    if (spec != shown_fusion(now)) out.emplace_back(SetFusion{spec});
}

void FusionView::draw_picture(const Snapshot& now, float width, float height, Commands& out) {
    const auto points = named_points(now);
    std::vector<double> hovered;
    const std::vector<double> dragged = mix_triangle("Mixes", {width, height}, m_painting, m_names, m_styles, points, hovered);
    if (!dragged.empty()) take_mix(now, dragged, out);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    tour_anchor(anchor::kMixes, min, max);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (m_painting.steps == 0) {
        const char* words = m_painted == Paint::First ? "Run a query to see who is first." : "Not measured yet.";
        draw_text(list, {(min.x + max.x) / 2, min.y + (max.y - min.y) * 0.68f}, TextStyle::Small, ink(colors().dim), words, width, Align::Center);
    } else if (m_painted == Paint::Measure) {
        // The scale: what nothing and full stand for.
        const float bar = dp(64), top = min.y + dp(6), left = min.x;
        const float text = draw_text(list, {left, top + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(colors().dim), format_score(m_painting.low, 3));
        constexpr int kSteps = 16;
        for (int step = 0; step < kSteps; ++step)
            list.AddRectFilled({left + text + dp(6) + bar * static_cast<float>(step) / kSteps, top + dp(4)},
                               {left + text + dp(6) + bar * static_cast<float>(step + 1) / kSteps, top + dp(12)},
                               ink(blend(colors().raised, colors().accent, 0.06 + 0.94 * (step + 0.5) / kSteps)));
        draw_text(list, {left + text + bar + dp(12), top + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(colors().dim), format_score(m_painting.high, 3));
        draw_text(list, {left, top + line_height(TextStyle::Mono) + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), measure_name(m_measure));
    }
    if (hovered.empty() || !begin_explanation()) return;
    label(mix_words(hovered), TextStyle::Mono, colors().text);
    if (m_painted == Paint::Measure && m_field)
        paragraph(std::string(measure_name(m_measure)) + " about " + format_score(m_field->value_at(hovered, m_measure), 3) +
                      ". Drag to fuse with this mix.",
                  TextStyle::Small, colors().dim, dp(280));
    else if (m_painted == Paint::First && m_painting.steps > 0) {
        const auto steps = static_cast<double>(m_painting.steps);
        const auto first = std::min(static_cast<std::size_t>(std::lround(hovered[0] * steps)), m_painting.steps);
        const auto second = std::min(static_cast<std::size_t>(std::lround(hovered[1] * steps)), m_painting.steps - first);
        const std::size_t point = triangle_index(m_painting.steps, first, second);
        paragraph(m_painting.region_names[static_cast<std::size_t>(m_painting.regions[point])] + " would be first. Drag to fuse with this mix.",
                  TextStyle::Small, colors().dim, dp(280));
    }
    ImGui::EndTooltip();
}

void FusionView::draw_line(const Snapshot& now, float width, Commands& out) {
    const float height = dp(120);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImGui::InvisibleButton("Mixes", {width, height});
    tour_anchor(anchor::kMixes);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float left = at.x + dp(8), right = at.x + width - dp(8), top = at.y + dp(8), bottom = at.y + height - dp(28);
    const auto place = [&](double share) { return right - (right - left) * static_cast<float>(share); };
    if (m_painting.steps > 0 && !m_painting.values.empty()) {
        const double range = std::max(m_painting.high - m_painting.low, 1e-9);
        std::vector<ImVec2> line;
        for (std::size_t step = 0; step <= m_painting.steps; ++step)
            line.push_back({place(static_cast<double>(step) / static_cast<double>(m_painting.steps)),
                            bottom - (bottom - top) * static_cast<float>((m_painting.values[step] - m_painting.low) / range)});
        list.AddPolyline(line.data(), static_cast<int>(line.size()), ink(colors().accent), dp(2));
        draw_text(list, {left, top + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(colors().dim), format_score(m_painting.high, 3));
        draw_text(list, {left, bottom - dp(4)}, TextStyle::Mono, ink(colors().dim), format_score(m_painting.low, 3));
    }
    list.AddLine({left, bottom}, {right, bottom}, ink(colors().line), dp(1));
    const float names = bottom + dp(6) + ascent(TextStyle::Small);
    draw_text(list, {left, names}, TextStyle::Small, ink(colors().text), m_names[0] + " alone");
    draw_text(list, {right, names}, TextStyle::Small, ink(colors().text), m_names[1] + " alone", width / 2, Align::Right);
    if (const auto mix = mix_of(shown_fusion(now), now.trace ? now.trace->query_weights : std::vector<double>(), 2); mix.size() == 2) {
        const double sum = mix[0] + mix[1], share = sum > 0 ? mix[0] / sum : 0.5;
        list.AddLine({place(share), top}, {place(share), bottom}, ink(colors().text), dp(1.5f));
        list.AddCircleFilled({place(share), bottom}, dp(6), ink(colors().accent));
    }
    if (ImGui::IsItemActive() && ImGui::IsMousePosValid()) {
        const double share = std::clamp(static_cast<double>((right - ImGui::GetIO().MousePos.x) / (right - left)), 0.0, 1.0);
        take_mix(now, {share, 1 - share}, out);
    }
}

} // namespace cameo
