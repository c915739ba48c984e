#include "views/fusion_chooser.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

bool method_row(FusionMethod method, bool chosen) {
    const FusionWords& words = fusion_words(method);
    const float width = std::max(ImGui::GetContentRegionAvail().x, dp(360));
    const std::string id(words.title);
    const bool pressed = ImGui::InvisibleButton(id.c_str(), {width, dp(48)}, ImGuiButtonFlags_EnableNav);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (chosen || ImGui::IsItemHovered())
        list.AddRectFilled(min, max, chosen ? ink(colors().accent, 0.18f) : ink(colors().text, 0.08f), dp(6));
    draw_text(list, {min.x + dp(12), min.y + dp(8) + ascent(TextStyle::Body)},
              chosen ? TextStyle::Strong : TextStyle::Body, ink(colors().text), words.title, width - dp(44));
    draw_text(list, {min.x + dp(12), min.y + dp(27) + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim),
              words.plain, width - dp(24));
    if (chosen) draw_icon(list, {max.x - dp(18), min.y + dp(16)}, icon::kCheck, ink(colors().accent), 16);
    focus_ring(min, max, dp(6));
    return pressed;
}

void weight_sliders(const FusionSpec& now_used, const std::vector<ExpertInfo>& experts, Commands& out) {
    std::vector<ExpertKind> kinds;
    for (const auto& expert : experts)
        kinds.push_back(expert.kind);
    const auto styles = expert_styles(kinds);
    FusionSpec changed = now_used;
    changed.weights.resize(experts.size(), 1.0);
    bool any = false;
    const FontScope mono(TextStyle::Mono);
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        draw_mark(*ImGui::GetWindowDrawList(), {at.x + dp(17), at.y + ImGui::GetFrameHeight() / 2}, styles[expert_idx], 8,
                  true);
        const std::string title = heading(experts[expert_idx].name);
        const float baseline = at.y + (ImGui::GetFrameHeight() - line_height(TextStyle::Body)) / 2 + ascent(TextStyle::Body);
        draw_text(*ImGui::GetWindowDrawList(), {at.x + dp(30), baseline}, TextStyle::Body, ink(colors().text), title, dp(110));
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + dp(140));
        ImGui::SetNextItemWidth(std::max(ImGui::GetContentRegionAvail().x - dp(12), dp(160)));
        auto weight = static_cast<float>(changed.weights[expert_idx]);
        const std::string id = "##weight " + experts[expert_idx].name;
        if (ImGui::SliderFloat(id.c_str(), &weight, 0.0f, 2.0f, "%.2f", ImGuiSliderFlags_AlwaysClamp)) {
            // On the grid of what is shown, so that the sum printed is the sum used.
            changed.weights[expert_idx] = std::round(static_cast<double>(weight) * 100) / 100;
            any = true;
        }
    }
    if (any && !hears_nobody(changed)) out.emplace_back(SetFusion{changed});
}

} // namespace

void fusion_menu(const FusionSpec& now_used, const std::vector<ExpertInfo>& experts, bool adaptive, Commands& out) {
    std::vector<FusionMethod> methods(std::begin(kFusionMethods), std::end(kFusionMethods));
    if (adaptive) methods.push_back(FusionMethod::Adaptive);
    for (const FusionMethod method : methods) {
        if (method_row(method, method == now_used.method) && method != now_used.method) {
            FusionSpec chosen = now_used;
            chosen.method = method;
            if (method == FusionMethod::Weighted) chosen.weights.resize(experts.size(), 1.0);
            out.emplace_back(SetFusion{chosen});
        }
    }
    if (now_used.method == FusionMethod::Rrf) {
        ImGui::Dummy({0, dp(4)});
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const FontScope mono(TextStyle::Mono);
        draw_text(*ImGui::GetWindowDrawList(),
                  {at.x + dp(12), at.y + (ImGui::GetFrameHeight() - line_height(TextStyle::Body)) / 2 + ascent(TextStyle::Body)},
                  TextStyle::Body, ink(colors().text), "k", dp(110));
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + dp(140));
        ImGui::SetNextItemWidth(std::max(ImGui::GetContentRegionAvail().x - dp(12), dp(160)));
        auto k = static_cast<int>(std::lround(now_used.rrf_k));
        if (ImGui::SliderInt("##k", &k, 1, 200, "%d", ImGuiSliderFlags_AlwaysClamp)) {
            FusionSpec changed = now_used;
            changed.rrf_k = k;
            out.emplace_back(SetFusion{changed});
        }
    }
    ImGui::Dummy({0, dp(4)});
    ImGui::Separator();
    ImGui::Dummy({0, dp(2)});
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_text(*ImGui::GetWindowDrawList(), {at.x + dp(12), at.y + ascent(TextStyle::Small)}, TextStyle::Small,
              ink(colors().dim), "Weights");
    ImGui::Dummy({0, line_height(TextStyle::Small)});
    weight_sliders(now_used, experts, out);
}

bool hears_nobody(const FusionSpec& fusion) {
    return std::ranges::all_of(fusion.weights, [](double weight) { return weight == 0; });
}

FusionSpec shown_fusion(const Snapshot& now) { return now.trace ? now.trace->fusion : now.fusion; }

bool offers_adaptive(const Snapshot& now) {
    return now.trace ? !now.trace->query_weights.empty() : now.workbench.learned_fusion;
}

std::vector<ExpertInfo> shown_experts(const Snapshot& now) {
    if (!now.trace) return now.workbench.experts;
    std::vector<ExpertInfo> experts;
    for (const auto& expert : now.trace->experts)
        experts.push_back({.name = expert.name, .kind = expert.kind});
    return experts;
}

} // namespace cameo
