#include "views/rank_gallery.hpp"

#include "views/draw.hpp"
#include "views/evaluation_words.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr float kCellWidth = 148, kCellHeight = 96, kPlotHeight = 66, kGap = 8; ///< design pixels
constexpr double kDeepest = 1000, kNowhere = 2000; ///< lists end at the first; what is in none stands at the second

double place(std::int32_t rank) { return std::log2(rank > 0 ? std::min<double>(rank, kDeepest) : kNowhere); }

double move(const RankMove& one) { return std::abs(place(one.a) - place(one.b)); }

std::string short_rank(std::int32_t rank) { return rank > 0 ? format_count(rank) : std::string("\u2013"); }

std::string hover_words(const RankGallery& gallery, const RankMove& one) {
    const Query& query = gallery.queries[one.query];
    std::string words = query.text + "\n" + query.id;
    if (!query.category.empty()) words += ", " + query.category;
    words += "\nIts right document: " + rank_words(one.a) + " under " + gallery.a + " (A), " + rank_words(one.b) + " under " + gallery.b + " (B)";
    if (one.a > 0 && one.b > 0) words += one.b < one.a ? ", " + format_count(one.a - one.b) + " higher" : ", " + format_count(one.b - one.a) + " lower";
    return words + ". Press to run it.";
}

void draw_cell(const RankGallery& gallery, const RankMove& one, ImVec2 at, Commands& out) {
    const Query& query = gallery.queries[one.query];
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 end{at.x + dp(kCellWidth), at.y + dp(kCellHeight)};
    ImGui::SetCursorScreenPos(at);
    if (ImGui::InvisibleButton(("Move " + query.id).c_str(), {dp(kCellWidth), dp(kCellHeight)}, ImGuiButtonFlags_EnableNav)) out.emplace_back(RunQuery{query.text});
    const bool hovered = ImGui::IsItemHovered();
    list.AddRectFilled(at, end, ink(colors().text, hovered ? 0.10f : 0.04f), dp(6));
    if (query.text == gallery.on_screen) list.AddRect(at, end, ink(colors().accent), dp(6), dp(1.5f));
    focus_ring(at, end, dp(6));
    hover_text(hover_words(gallery, one));

    const float left = at.x + dp(40), right = end.x - dp(40), top = at.y + dp(12), bottom = at.y + dp(kPlotHeight - 8);
    const float step = (bottom - top) / static_cast<float>(std::log2(kNowhere));
    const auto y_of = [&](std::int32_t rank) { return top + step * static_cast<float>(place(rank)); };
    // The edge of the first ten, and where the lists end.
    list.AddLine({left, top + step * static_cast<float>(std::log2(10.5))}, {right, top + step * static_cast<float>(std::log2(10.5))}, ink(colors().line), dp(1));
    for (float x = left; x < right; x += dp(6))
        list.AddLine({x, bottom - step / 2}, {std::min(x + dp(3), right), bottom - step / 2}, ink(colors().line), dp(1));
    const std::size_t category = gallery.category[one.query];
    const bool has_style = category < gallery.styles.size();
    const ImU32 color = has_style ? hue(gallery.styles[category]) : ink(colors().dim);
    const ImVec2 from{left, y_of(one.a)}, to{right, y_of(one.b)};
    list.AddLine(from, to, color, dp(2));
    list.AddCircleFilled(from, dp(2.5f), color);
    if (has_style) draw_mark(list, to, gallery.styles[category], 8, true);
    else list.AddCircleFilled(to, dp(4), color);
    const auto number = [&](float x, std::int32_t rank, Align align) {
        const float middle = y_of(rank), line = line_height(TextStyle::Small);
        const float baseline = std::clamp(middle - line / 2, at.y + dp(1), at.y + dp(kPlotHeight) - line) + ascent(TextStyle::Small);
        draw_text(list, {x, std::round(baseline)}, TextStyle::Small, ink(colors().text), short_rank(rank), dp(36), align);
    };
    number(left - dp(6), one.a, Align::Right);
    number(right + dp(8), one.b, Align::Left);
    draw_their_text(list, {at.x + dp(8), at.y + dp(kPlotHeight) + dp(4) + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), query.text, dp(kCellWidth - 16));
}

/// One direction, clipped to what is in sight.
void draw_group(const RankGallery& gallery, const std::vector<RankMove>& moves, ImVec2 at, float width, Commands& out) {
    const float across = dp(kCellWidth + kGap), down = dp(kCellHeight + kGap);
    const auto columns = static_cast<std::size_t>(std::max(1.0f, std::floor((width + dp(kGap)) / across)));
    const ImGuiStyle& style = ImGui::GetStyle();
    const float above = ImGui::GetWindowPos().y - down, below = ImGui::GetWindowPos().y + ImGui::GetWindowHeight() + style.WindowPadding.y;
    for (std::size_t each = 0; each < moves.size(); ++each) {
        const ImVec2 corner{at.x + across * static_cast<float>(each % columns), at.y + down * static_cast<float>(each / columns)};
        if (corner.y < above || corner.y > below) continue;
        draw_cell(gallery, moves[each], corner, out);
    }
    const std::size_t rows = (moves.size() + columns - 1) / columns;
    ImGui::SetCursorScreenPos({at.x, at.y + down * static_cast<float>(rows)});
    ImGui::Dummy({width, 0});
}

/// An arrow head, and how many go that way.
void draw_group_head(bool up, std::size_t count, float width) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float size = dp(5), x = at.x + dp(8), y = at.y + line_height(TextStyle::Strong) / 2, tip = up ? -size : size;
    list.AddTriangleFilled({x, y + tip}, {x - size, y - tip}, {x + size, y - tip}, ink(colors().text));
    draw_text(list, {at.x + dp(22), at.y + ascent(TextStyle::Strong)}, TextStyle::Strong, ink(colors().text),
              format_count(static_cast<std::int64_t>(count)) + (up ? " higher under B" : " lower under B"), width - dp(22));
    ImGui::Dummy({width, line_height(TextStyle::Strong) + dp(4)});
}

} // namespace

RankMoves rank_moves(const SystemResult& a, const SystemResult& b, std::span<const std::size_t> queries) {
    RankMoves moves;
    for (const std::size_t query : queries) {
        const RankMove one{query, a.first_right[query], b.first_right[query]};
        if (one.a == one.b) ++moves.stayed;
        else if (one.a == 0 || (one.b > 0 && one.b < one.a)) moves.up.push_back(one);
        else moves.down.push_back(one);
    }
    for (auto* group : {&moves.up, &moves.down}) std::ranges::stable_sort(*group, std::ranges::greater(), move);
    return moves;
}

void draw_rank_gallery(const RankGallery& gallery, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##gallery", {0, std::max(ImGui::GetContentRegionAvail().y, dp(kCellHeight * 3.4f))}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        ImGui::Dummy({0, dp(2)});
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float width = ImGui::GetContentRegionAvail().x;
        const bool beside = width >= dp(kCellWidth * 2 + kGap * 4);
        const float each = beside ? (width - dp(kGap * 2)) / 2 : width;
        float bottom = at.y;
        for (const bool up : {true, false}) {
            const auto& moves = up ? gallery.moves.up : gallery.moves.down;
            if (beside) ImGui::SetCursorScreenPos({up ? at.x : at.x + each + dp(kGap * 2), at.y});
            draw_group_head(up, moves.size(), each);
            ImVec2 corner = ImGui::GetCursorScreenPos();
            if (beside && !up) corner.x = at.x + each + dp(kGap * 2);
            draw_group(gallery, moves, corner, each, out);
            bottom = std::max(bottom, ImGui::GetCursorScreenPos().y);
        }
        ImGui::SetCursorScreenPos({at.x, bottom});
        ImGui::Dummy({0, dp(kGap)});
    }
    ImGui::EndChild();
}

} // namespace cameo
