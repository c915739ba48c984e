#include "views/recipe_fields.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/training_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <imgui_stdlib.h>

namespace cameo {
namespace {

constexpr float kControlWidth = 190, kKeyWidth = 220;

/// "optimizer" of "optimizer.clip"; what has no dot belongs together as well.
std::string group_of(std::string_view key) {
    const auto dot = key.find('.');
    return dot == key.npos ? std::string("training") : std::string(key.substr(0, dot));
}

} // namespace

std::optional<std::string> RecipeFields::draw(const What& what) {
    std::optional<std::string> entered;
    std::string group;
    for (const RecipeField& field : recipe_schema()) {
        if (what.live_only && !field.live) continue;
        if (!mentions(field.key, what.filter) && !mentions(field.help, what.filter)) continue;
        if (const std::string of = group_of(field.key); of != group) {
            if (!group.empty()) ImGui::Dummy({0, dp(space::kUnit)});
            section(heading(of));
            group = of;
        }
        if (auto edit = draw_field(what, field)) entered = std::move(edit);
    }
    if (group.empty()) paragraph("No setting has \u201C" + std::string(what.filter) + "\u201D in its name or explanation.", TextStyle::Body, colors().dim);
    return entered;
}

std::optional<std::string> RecipeFields::draw_field(const What& what, const RecipeField& field) {
    const std::string value = value_words(*what.value, field), before = value_words(*what.before, field), key(field.key);
    const bool changed = value != before;
    ImGui::PushID(key.c_str());
    const float width = ImGui::GetContentRegionAvail().x, left = ImGui::GetCursorPosX();
    const bool narrow = width < dp(kKeyWidth + kControlWidth + 160);
    const float control_width = narrow ? std::min(width - dp(34), dp(kControlWidth)) : dp(kControlWidth);
    ImGui::AlignTextToFramePadding();
    {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        ImDrawList& list = *ImGui::GetWindowDrawList();
        const float middle = at.y + ImGui::GetFrameHeight() / 2;
        if (changed) list.AddCircleFilled({at.x + dp(3), middle}, dp(3), ink(colors().accent));
        const std::string name = key.substr(key.find('.') == key.npos ? 0 : key.find('.') + 1);
        draw_text(list, {at.x + dp(12), std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono))}, TextStyle::Mono, ink(colors().text), name,
                  (narrow ? width : dp(kKeyWidth)) - dp(16));
        ImGui::Dummy({narrow ? width : dp(kKeyWidth), ImGui::GetFrameHeight()});
        hover_text(key + ", " + range_of(field) + (changed ? "; was " + (before.empty() ? std::string("empty") : before) : ""));
    }
    if (!narrow) ImGui::SameLine(0, 0);
    auto entered = control(what, field, value, control_width);
    if (changed) {
        ImGui::SameLine(0, dp(4));
        if (icon_button("Reset", icon::kUndo, "Back to " + (before.empty() ? std::string("empty") : before))) entered = key + "=" + before;
    }
    if (!narrow) ImGui::SameLine(left + dp(kKeyWidth) + control_width + dp(40));
    else ImGui::SetCursorPosX(left + dp(12));
    ImGui::BeginGroup();
    paragraph(std::string(field.help).append(" (").append(range_of(field)).append(")"), TextStyle::Small, colors().dim, narrow ? width - dp(12) : width - dp(kKeyWidth) - control_width - dp(40));
    ImGui::EndGroup();
    ImGui::PopID();
    return entered;
}

std::optional<std::string> RecipeFields::control(const What& what, const RecipeField& field, const std::string& value, float width) {
    const std::string key(field.key), id = "##" + key;
    ImGui::SetNextItemWidth(width);
    if (std::holds_alternative<bool Recipe::*>(field.member)) {
        bool on = value == "true";
        const bool pressed = ImGui::Checkbox(id.c_str(), &on);
        ImGui::SameLine(0, 0);
        ImGui::Dummy({std::max(width - ImGui::GetFrameHeight(), 0.0f), 0});
        return pressed ? std::optional(key + "=" + (on ? "true" : "false")) : std::nullopt;
    }
    std::vector<std::string> choices(field.choices.begin(), field.choices.end());
    if (const auto given = what.choices.find(key); given != what.choices.end()) choices = given->second;
    if (!choices.empty()) {
        std::optional<std::string> chosen;
        if (ImGui::BeginCombo(id.c_str(), value.c_str())) {
            for (const std::string& choice : choices)
                if (ImGui::Selectable(choice.c_str(), choice == value)) chosen = key + "=" + choice;
            ImGui::EndCombo();
        }
        return chosen;
    }
    const FontScope mono(std::holds_alternative<std::string Recipe::*>(field.member) ? TextStyle::Body : TextStyle::Mono);
    std::string shown = value;
    ImGui::InputText(id.c_str(), m_edited == key ? &m_text : &shown);
    if (ImGui::IsItemActivated()) m_edited = key, m_text = value;
    else if (m_edited == key && ImGui::IsItemDeactivated()) {
        m_edited.clear();
        if (m_text != value) return key + "=" + m_text;
    }
    // Where a field further up was clicked, it is drawn first and has `m_text` by now: what was typed here comes by the local one.
    else if (ImGui::IsItemDeactivated() && shown != value) return key + "=" + shown;
    return {};
}

} // namespace cameo
