#include "app/shell/shortcut_sheet.hpp"

#include "app/shell/frame.hpp"
#include "app/shell/fuzzy.hpp"

#include <algorithm>
#include <array>
#include <imgui_stdlib.h>
#include <utility>
#include <vector>

namespace cameo {

namespace {

struct Row {
    std::string group, what, keys;
};

/// Keys that belong to lists and text, not to actions.
constexpr std::array<std::pair<const char*, const char*>, 7> kListKeys{{
    {"Move in a list", "Up, Down, Page Up, Page Down"},
    {"Open what is marked", "Enter"},
    {"Grade the selected document", "0 \u2026 9"},
    {"Take its grade back", "Delete, Backspace"},
    {"One expert, or all again", "Alt+1, Alt+2 \u2026 Alt+0"},
    {"Copy the selected text", "Ctrl+C"},
    {"Move between the parts of the window", "Tab, Shift+Tab, arrows"},
}};

std::vector<Row> rows_of(const CommandTable& table) {
    std::vector<Row> rows;
    for (const auto& [what, keys] : kListKeys) rows.push_back({"In lists and texts", what, keys});
    const auto add = [&](const Action& action, const std::string& group) {
        std::string keys;
        for (const auto chord : action.shortcuts) keys += (keys.empty() ? "" : ", ") + shortcut_text(chord);
        if (!keys.empty()) rows.push_back({group, action.title, keys});
    };
    for (const auto& menu : table.menus())
        for (const auto& action : table.actions())
            if (action.menu == menu) add(action, menu);
    for (const auto& action : table.actions())
        if (action.menu.empty()) add(action, "Everywhere");
    return rows;
}

void draw_rows(const std::vector<Row>& rows, const std::string& filter) {
    std::string group;
    const float width = ImGui::GetContentRegionAvail().x;
    const float height = dp(24);
    auto& list = *ImGui::GetWindowDrawList();
    bool any = false;
    for (const auto& row : rows) {
        if (!fuzzy_match(filter, row.group + " " + row.what + " " + row.keys)) continue;
        any = true;
        if (row.group != group) {
            if (!group.empty()) ImGui::Dummy({0, dp(space::kUnit)});
            group = row.group;
            label(group, TextStyle::Strong, colors().text);
        }
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float baseline = at.y + ascent(TextStyle::Body) + dp(2);
        draw_text(list, {at.x, baseline}, TextStyle::Body, ink(colors().dim), row.what, width * 0.6f);
        draw_text(list, {at.x + width, baseline}, TextStyle::Mono, ink(colors().text), row.keys, width * 0.45f, Align::Right);
        ImGui::Dummy({width, height});
    }
    if (!any) label("No shortcut is called that.", TextStyle::Body, colors().dim);
}

} // namespace

void ShortcutSheet::draw(const CommandTable& table) {
    if (!is_open()) return;
    if (just_opened()) m_filter.clear();
    begin("###shortcuts", {560, 640});
    label("Keyboard shortcuts", TextStyle::Title, colors().text);
    if (just_opened()) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1);
    ImGui::InputTextWithHint("##filter", "Search by name or by key", &m_filter);
    const bool box_has_focus = ImGui::IsItemFocused();
    ImGui::Dummy({0, dp(space::kHalf)});
    ImGui::BeginChild("##rows");
    draw_rows(rows_of(table), m_filter);
    ImGui::EndChild();
    end(box_has_focus);
}

} // namespace cameo
