#include "views/moved_queries.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>
#include <imgui.h>

namespace cameo {
namespace {

constexpr std::size_t kSeen = 7;
constexpr float kMovedRowHeight = 26;

std::string rank_or_none(std::int32_t rank) { return rank > 0 ? format_count(rank) : std::string("not found"); }
bool is_worse(const GuardedQuery& query) { return query.after < 1 || (query.before > 0 && query.after > query.before); }

} // namespace

void draw_moved_queries(const GuardComparison& guard, Commands& out) {
    const float row = dp(kMovedRowHeight);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##moved", {0, row * static_cast<float>(std::min(guard.moved.size(), kSeen))}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        const float width = ImGui::GetContentRegionAvail().x, figures = dp(190);
        ImDrawList& list = *ImGui::GetWindowDrawList();
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(guard.moved.size()), row);
        while (clipper.Step())
            for (int at = clipper.DisplayStart; at < clipper.DisplayEnd; ++at) {
                const GuardedQuery& query = guard.moved[static_cast<std::size_t>(at)];
                ImGui::PushID(at);
                if (ImGui::InvisibleButton(query.text.empty() ? "##moved" : query.text.c_str(), {width, row}, ImGuiButtonFlags_EnableNav)) out.emplace_back(RunQuery{query.text});
                const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
                if (ImGui::IsItemHovered()) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
                focus_ring(min, max, dp(4));
                const float middle = (min.y + max.y) / 2;
                const auto baseline = [&](TextStyle style) { return std::round(middle - line_height(style) / 2 + ascent(style)); };
                draw_their_text(list, {min.x + dp(4), baseline(TextStyle::Body)}, TextStyle::Body, ink(colors().text), query.text, width - figures - dp(12));
                draw_text(list, {max.x - dp(4), baseline(TextStyle::Mono)}, TextStyle::Mono, ink(is_worse(query) ? colors().text : colors().dim),
                          std::string(is_worse(query) ? "\u2193 " : "\u2191 ") + rank_or_none(query.before) + " \u2192 " + rank_or_none(query.after), figures, Align::Right);
                hover_text("Runs it with the model in use");
                ImGui::PopID();
            }
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
}

} // namespace cameo
