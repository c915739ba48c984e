#include "views/judging.hpp"

#include "views/keys.hpp"

#include <cmath>
#include <utility>
#include <vector>

namespace cameo {

std::optional<int> own_grade(const Snapshot& now, const std::string& document) {
    if (!now.own.grades) return {};
    const auto found = now.own.grades->find(document);
    return found == now.own.grades->end() ? std::nullopt : std::optional(found->second);
}

bool judge_by_keys(const Snapshot& now, const std::string& document, Commands& out) {
    if (!now.trace || document.empty()) return false;
    if (const int digit = digit_pressed(); digit >= 0) {
        out.emplace_back(GradeDocument{document, digit});
        return true;
    }
    const bool takes_back = ImGui::GetIO().KeyMods == ImGuiMod_None && (ImGui::IsKeyPressed(ImGuiKey_Delete, false) || ImGui::IsKeyPressed(ImGuiKey_Backspace, false));
    if (takes_back && own_grade(now, document)) out.emplace_back(GradeDocument{document, {}});
    return false;
}

void draw_grade(ImDrawList& list, ImVec2 center, int grade) {
    const std::string text = std::to_string(grade);
    const float half = std::max(dp(kGradeWidth) / 2, text_width(TextStyle::SmallStrong, text) / 2 + dp(4)), tall = dp(9);
    const ImVec2 min{center.x - half, center.y - tall}, max{center.x + half, center.y + tall};
    // Not relevant is an empty box; the higher the grade, the fuller.
    if (grade > 0) list.AddRectFilled(min, max, ink(colors().relevant, 0.18f), dp(4));
    list.AddRect(min, max, ink(grade > 0 ? colors().relevant : colors().dim), dp(4), dp(1.5f));
    draw_text(list, {center.x, std::round(center.y - line_height(TextStyle::SmallStrong) / 2 + ascent(TextStyle::SmallStrong))}, TextStyle::SmallStrong, ink(colors().text), text,
              half * 2, Align::Center);
}

std::optional<Measures> measure_by_own(const Snapshot& now, const BenchRows& rows, const BenchList& list) {
    if (!now.own.grades) return {};
    std::vector<FoundDocument> found;
    for (const auto& [id, grade] : *now.own.grades) {
        const auto position = rows.position.find(id);
        if (grade <= 0 || position == rows.position.end()) continue;
        if (const std::int32_t rank = list.rank[static_cast<std::size_t>(position->second)]; rank > 0) found.push_back({static_cast<std::size_t>(rank), grade});
    }
    std::vector<int> gains = relevant_grades(*now.own.grades);
    if (gains.empty()) return {};
    return measure_found(std::move(found), std::move(gains));
}

} // namespace cameo
