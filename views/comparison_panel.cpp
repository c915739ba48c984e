#include "views/comparison_panel.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/signed_bar.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace cameo {
namespace {

constexpr float kChangeHeight = 26, kHeadingHeight = 26;
constexpr std::size_t kChips = 7; ///< more figures than these are chosen from a list

/// Where the columns end, from the right.
struct Columns {
    float figure, bar, before, now, change, words;
    explicit Columns(float width) {
        figure = text_width(TextStyle::Mono, "\u22120000.000") + dp(10);
        bar = width > dp(460) ? std::clamp(width * 0.2f, dp(60), dp(160)) : 0;
        change = width - dp(6) - bar - (bar > 0 ? dp(10) : 0);
        now = change - figure;
        before = now - figure;
        words = std::max(before - figure, dp(60));
    }
};

std::string_view missing(const TableComparison::Row& row) { return row.is ? "new" : "gone"; }

bool has_changed(const TableComparison& comparison, std::size_t figure) {
    return std::ranges::any_of(comparison.rows, [&](const TableComparison::Row& row) { return std::fabs(row.change(figure)) > 0; });
}

/// The first figure that has changed; or else that is on another scale now; or else the first.
std::size_t most_telling(const TableComparison& comparison) {
    for (std::size_t figure = 0; figure < comparison.figures.size(); ++figure)
        if (has_changed(comparison, figure)) return figure;
    const auto unlike = std::ranges::find(comparison.unlike, true);
    return unlike == comparison.unlike.end() ? 0 : static_cast<std::size_t>(unlike - comparison.unlike.begin());
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts)
        if (!part.empty()) text.append(text.empty() ? "" : " \u00B7 ").append(part);
    return text;
}

/// By the word in its name: an expert's own name may hold those letters too.
bool is_rank(const std::string& figure) { return (" " + figure + " ").find(" rank ") != std::string::npos; }

std::string title_of(const TableComparison::Row& row) { return row.name.empty() ? joined(row.key) : row.name; }

} // namespace

void ComparisonPanel::show(TableComparison comparison) {
    m_comparison = std::move(comparison);
    const auto& figures = m_comparison.figures;
    const auto found = std::ranges::find(figures, m_figure_name);
    m_figure = 0;
    if (found != figures.end()) m_figure = static_cast<std::size_t>(found - figures.begin());
    else if (!figures.empty()) m_figure = most_telling(m_comparison);
    sort();
}

void ComparisonPanel::sort() {
    m_order.clear();
    m_more = m_less = m_same = m_new = m_gone = 0;
    m_largest = 0;
    if (m_comparison.figures.empty()) return;
    m_is_rank = is_rank(m_comparison.figures[m_figure]);
    std::vector<double> figures;
    bool whole = true;
    const auto take = [&](double value) {
        if (!std::isfinite(value)) return;
        figures.push_back(value);
        whole = whole && value == std::floor(value);
    };
    for (std::size_t place = 0; place < m_comparison.rows.size(); ++place) {
        const TableComparison::Row& row = m_comparison.rows[place];
        if (std::isnan(row.before[m_figure]) && std::isnan(row.now[m_figure])) continue;
        m_order.push_back(place);
        take(row.before[m_figure]);
        take(row.now[m_figure]);
        const double change = row.change(m_figure);
        if (!row.was) ++m_new;
        else if (!row.is) ++m_gone;
        else if (gain(change) > 0) ++m_more;
        else if (gain(change) < 0) ++m_less;
        else if (change == 0) ++m_same;
        if (std::isfinite(change)) m_largest = std::max(m_largest, std::fabs(change));
    }
    m_decimals = whole ? 0 : score_decimals(figures);
    // A change that is there must not read as none.
    while (!whole && m_largest > 0 && m_decimals < 6 && m_largest < std::pow(10.0, -m_decimals)) ++m_decimals;
    if (!by_change()) return;
    const auto size = [&](std::size_t place) {
        const double change = std::fabs(m_comparison.rows[place].change(m_figure));
        return std::isnan(change) ? -1.0 : change;
    };
    std::ranges::stable_sort(m_order, [&](std::size_t one, std::size_t other) { return size(one) > size(other); });
}

void ComparisonPanel::draw_figures() {
    const auto& figures = m_comparison.figures;
    const auto choose = [&](std::size_t figure) {
        m_figure = figure;
        m_figure_name = figures[figure];
        sort();
    };
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    if (figures.size() <= kChips) {
        for (std::size_t figure = 0; figure < figures.size(); ++figure) {
            if (figure > 0) flow_next(text_chip_width(figures[figure]), dp(6));
            if (text_chip(figures[figure].c_str(), figures[figure], figure == m_figure)) choose(figure);
        }
    } else if (text_chip("Figure", figures[m_figure] + " \u25BC", true)) {
        ImGui::OpenPopup("##figures");
    }
    const ImVec2 below{ImGui::GetItemRectMin().x, ImGui::GetItemRectMax().y + dp(4)};
    const char* order = by_change() ? "Largest change first" : "In the view's order";
    flow_next(text_chip_width(order), dp(6));
    if (text_chip("Order", order)) {
        m_sorted = !by_change();
        sort();
    }
    ImGui::PopStyleVar();
    ImGui::SetNextWindowPos(below, ImGuiCond_Appearing);
    if (!ImGui::BeginPopup("##figures")) return;
    for (std::size_t figure = 0; figure < figures.size(); ++figure)
        if (menu_item(figures[figure])) choose(figure);
    ImGui::EndPopup();
}

void ComparisonPanel::draw_heading(float width) const {
    const Columns columns(width);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float baseline = at.y + dp(4) + ascent(TextStyle::Small);
    const auto heading = [&](float right, std::string_view words) {
        draw_text(list, {at.x + right, baseline}, TextStyle::Small, ink(colors().dim), words, columns.figure, Align::Right);
    };
    draw_text(list, {at.x + dp(6), baseline}, TextStyle::Small, ink(colors().dim), joined(m_comparison.keys), columns.words - dp(6));
    heading(columns.before, "pinned");
    heading(columns.now, "now");
    heading(columns.change, "change");
    ImGui::Dummy({width, dp(kHeadingHeight)});
}

void ComparisonPanel::draw_row(const TableComparison::Row& row, const Snapshot& now, float width, Commands& out) const {
    const bool pressed = ImGui::InvisibleButton("Row", {width, dp(kChangeHeight)}, ImGuiButtonFlags_EnableNav);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (!row.document.empty() && row.document == now.selection.document) list.AddRectFilled(min, max, ink(colors().accent, 0.16f), dp(4));
    else if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
    focus_ring(min, max, dp(4));
    const float middle = (min.y + max.y) / 2;
    const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
    const Columns columns(width);
    draw_their_text(list, {min.x + dp(6), baseline(TextStyle::Body)}, TextStyle::Body, ink(row.is ? colors().text : colors().dim), title_of(row), columns.words - dp(12));
    const double before = row.before[m_figure], after = row.now[m_figure], change = row.change(m_figure);
    const auto figure = [&](float right, const std::string& text, bool strong) {
        draw_text(list, {min.x + right, baseline(TextStyle::Mono)}, TextStyle::Mono, ink(strong ? colors().text : colors().dim), text, columns.figure, Align::Right);
    };
    figure(columns.before, std::isnan(before) ? "\u2013" : format_score(before, m_decimals), false);
    figure(columns.now, std::isnan(after) ? "\u2013" : format_score(after, m_decimals), true);
    const bool both = row.was && row.is && !std::isnan(change);
    if (both && m_is_rank && change != 0) figure(columns.change, (change < 0 ? "\u25B2 " : "\u25BC ") + format_score(std::fabs(change), m_decimals), true);
    else if (both) figure(columns.change, change == 0 ? "0" : format_signed(change, m_decimals), change != 0);
    else if (row.was != row.is)
        draw_text(list, {min.x + columns.change, baseline(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), missing(row), columns.figure, Align::Right);
    if (both && columns.bar > 0 && m_largest > 0)
        signed_bar(list, {max.x - columns.bar - dp(6), middle}, columns.bar, gain(change) / m_largest, ink(colors().accent, 0.8f));
    std::string exact = title_of(row);
    exact.append("\nPinned: ").append(std::isnan(before) ? "\u2013" : format_exact(before));
    exact.append("\nNow: ").append(std::isnan(after) ? "\u2013" : format_exact(after));
    if (both) exact.append("\nChange: ").append(format_exact(change));
    hover_text(exact);
    if (!pressed || row.document.empty()) return;
    Selection selection = now.selection;
    selection.document = row.document;
    out.emplace_back(Select{selection});
}

void ComparisonPanel::draw(const Snapshot& now, Commands& out) {
    if (m_comparison.figures.empty()) {
        paragraph("Neither has a figure that could be compared.", TextStyle::Small, colors().dim);
        return;
    }
    draw_figures();
    std::string counts;
    const auto count = [&](std::size_t rows, const char* words) {
        if (rows > 0) counts.append(counts.empty() ? "" : ", ").append(format_count(static_cast<std::int64_t>(rows))).append(words);
    };
    count(m_more, m_is_rank ? " up" : " higher");
    count(m_less, m_is_rank ? " down" : " lower");
    count(m_same, " the same");
    count(m_new, " new");
    count(m_gone, " gone");
    if (m_comparison.unlike[m_figure]) counts.append(counts.empty() ? "" : "; ").append("another scale, not subtracted");
    label(m_comparison.figures[m_figure] + ": " + counts, TextStyle::Small, colors().dim);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    const ImVec2 room = ImGui::GetContentRegionAvail();
    const bool scrolls = static_cast<float>(m_order.size()) * dp(kChangeHeight) > room.y - dp(kHeadingHeight);
    draw_heading(room.x - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##compared", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar(); // tooltips must not inherit it
    if (visible) {
        const float width = ImGui::GetContentRegionAvail().x;
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(m_order.size()), dp(kChangeHeight));
        while (clipper.Step())
            for (int place = clipper.DisplayStart; place < clipper.DisplayEnd; ++place) {
                const std::size_t row = m_order[static_cast<std::size_t>(place)];
                ImGui::PushID(static_cast<int>(row));
                draw_row(m_comparison.rows[row], now, width, out);
                ImGui::PopID();
            }
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

} // namespace cameo
