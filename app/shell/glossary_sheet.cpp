#include "app/shell/glossary_sheet.hpp"

#include "app/shell/frame.hpp"
#include "views/glossary/glossary_text.hpp"
#include "views/term_pointer.hpp"
#include "views/widgets/controls.hpp"

#include <imgui_stdlib.h>
#include <optional>
#include <utility>

namespace cameo {
namespace {

/// What one term is related to, each a press away. @return the one that was pressed; empty: none
std::string_view draw_related(const GlossaryTerm& term) {
    std::string_view pressed;
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    bool first = true;
    for (const std::string_view other : between_bars(term.see)) {
        if (!std::exchange(first, false)) flow_next(text_chip_width(other), dp(6));
        if (text_chip(std::string(other).c_str(), other)) pressed = other;
    }
    ImGui::PopStyleVar();
    return pressed;
}

} // namespace

void GlossarySheet::show(std::string words) {
    m_filter = std::move(words);
    m_to_top = true;
    if (!is_open()) toggle();
}

void GlossarySheet::draw() {
    if (!is_open()) return;
    begin("###glossary", {680, 720});
    label("Glossary", TextStyle::Title, colors().text);
    if (just_opened()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1);
    if (ImGui::InputTextWithHint("##filter", "Search by word or by what it means", &m_filter)) m_to_top = true;
    const bool box_has_focus = ImGui::IsItemFocused();
    ImGui::Dummy({0, dp(space::kHalf)});
    ImGui::BeginChild("##terms");
    if (std::exchange(m_to_top, false)) ImGui::SetScrollY(0);
    const TheirWords quiet; // everything here is explained where it stands
    const float width = ImGui::GetContentRegionAvail().x;
    const auto found = terms_with(m_filter);
    if (found.empty()) label("No word here is called that, or explained by it.", TextStyle::Body, colors().dim);
    std::optional<GlossaryGroup> group;
    std::string_view pressed;
    for (const GlossaryTerm* term : found) {
        // What is found stands in the order of how well it fits; only the whole list has headings.
        if (m_filter.empty() && group != term->group) {
            group = term->group;
            label(name(term->group), TextStyle::Title, colors().dim);
        }
        ImGui::PushID(term->name.data(), term->name.data() + term->name.size());
        draw_term(*term, width, true);
        if (const auto related = draw_related(*term); !related.empty()) pressed = related;
        ImGui::PopID();
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
    if (!pressed.empty()) show(std::string(pressed));
    end(box_has_focus);
}

} // namespace cameo
