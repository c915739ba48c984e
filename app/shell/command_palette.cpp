#include "app/shell/command_palette.hpp"

#include "app/shell/frame.hpp"
#include "views/draw.hpp"
#include "views/term_pointer.hpp"

#include <algorithm>
#include <imgui_stdlib.h>

namespace cameo {

namespace {

constexpr std::size_t kRecentsKept = 12;
constexpr float kPaletteWidth = 620, kRowHeight = 32;
constexpr int kRowsShown = 11;
constexpr int kTitleWeight = 40; ///< a match in the title is worth more than one in the help

std::string full_title(const Action& action) {
    return action.menu.empty() ? action.title : action.menu + ": " + action.title;
}

} // namespace

void CommandPalette::open(std::vector<Action> extra) {
    m_open = true;
    m_just_opened = true;
    m_filter.clear();
    m_extra = std::move(extra);
    m_row = 0;
    m_rows.clear();
    m_filtered.reset();
}

void CommandPalette::set_recents(std::vector<std::string> ids) {
    m_recents = std::move(ids);
    if (m_recents.size() > kRecentsKept) m_recents.resize(kRecentsKept);
}

void CommandPalette::remember(const std::string& id) {
    std::erase(m_recents, id);
    m_recents.insert(m_recents.begin(), id);
    if (m_recents.size() > kRecentsKept) m_recents.pop_back();
}

std::vector<std::string> CommandPalette::visible_ids() const {
    std::vector<std::string> ids;
    for (const auto& row : m_rows) ids.push_back(row.action->id);
    return ids;
}

void CommandPalette::filter(const CommandTable& table) {
    if (m_filtered == m_filter) return;
    m_filtered = m_filter;
    m_rows.clear();
    m_row = 0;
    m_scroll_to_row = true;
    const auto recency = [&](const Action& action) {
        return static_cast<std::size_t>(std::ranges::find(m_recents, action.id) - m_recents.begin());
    };
    const auto consider = [&](const Action& action) {
        const auto title = full_title(action);
        auto match = fuzzy_match(m_filter, title);
        if (match) {
            match->score += kTitleWeight;
        } else if (m_filter.size() >= 3 && action.help.find(m_filter) != std::string::npos) {
            match.emplace(); // the explanation has the word
        }
        if (!match) return;
        const bool recent = recency(action) < m_recents.size();
        if (recent) match->score += 12;
        m_rows.push_back({&action, std::move(*match), recent});
    };
    for (const auto& action : table.actions()) consider(action);
    for (const auto& action : m_extra) consider(action);
    const bool all = m_filter.empty();
    std::ranges::stable_sort(m_rows, [&](const Row& a, const Row& b) {
        if (!all) return a.match.score > b.match.score;
        return recency(*a.action) < recency(*b.action);
    });
}

void CommandPalette::draw_row(std::size_t row_idx, bool& chosen) {
    const Row& row = m_rows[row_idx];
    const Action& action = *row.action;
    const std::string reason = CommandTable::why_disabled(action);
    const bool enabled = reason.empty();
    const bool current = row_idx == m_row;
    const float height = dp(kRowHeight);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float width = ImGui::GetContentRegionAvail().x;

    ImGui::PushID(action.id.c_str());
    ImGui::SetNextItemAllowOverlap();
    if (ImGui::InvisibleButton(action.title.c_str(), {width, height})) {
        m_row = row_idx;
        chosen = enabled;
    }
    const bool hovered = ImGui::IsItemHovered();
    if (hovered && (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0)) m_row = row_idx;
    if (hovered && !action.help.empty()) tooltip(action.help);
    ImGui::PopID();
    if (current && m_scroll_to_row) ImGui::SetScrollHereY(0.5f);

    auto& list = *ImGui::GetWindowDrawList();
    if (current)
        list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().accent, 0.18f), dp(space::kSmallCorner));
    const float center = at.y + height / 2;
    const float baseline = center - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body);
    const ImU32 color = ink(enabled ? colors().text : colors().dim);
    float x = at.x + dp(space::kUnit);
    if (action.icon) draw_icon(list, {x + dp(8), center}, action.icon, ink(colors().dim));
    x += dp(16 + space::kUnit);

    // The right side first: what is left is the title's.
    float right = at.x + width - dp(space::kUnit);
    const std::string shortcut = shortcut_text(action);
    if (!enabled) {
        right -= draw_text(list, {right, baseline}, TextStyle::Small, ink(colors().dim), reason, width * 0.55f, Align::Right);
    } else if (!shortcut.empty()) {
        right -= draw_text(list, {right, baseline}, TextStyle::Mono, ink(colors().dim), shortcut, width * 0.4f, Align::Right);
    } else if (row.recent && m_filter.empty()) {
        right -= draw_text(list, {right, baseline}, TextStyle::Small, ink(colors().dim), "recent", width * 0.3f, Align::Right);
    }
    if (action.checked && action.checked()) {
        right -= dp(20);
        draw_icon(list, {right + dp(6), center}, icon::kCheck, ink(colors().accent));
    }

    // Runs of matched and unmatched characters, the matched ones strong. Half of a word, or a name of somebody's, is no term.
    const TheirWords theirs;
    const std::string title = full_title(action);
    const float limit = right - dp(space::kUnit);
    std::size_t begin = 0;
    while (begin < title.size() && x < limit) {
        const bool hit = std::ranges::binary_search(row.match.positions, begin);
        std::size_t end = begin + 1;
        while (end < title.size() && std::ranges::binary_search(row.match.positions, end) == hit) ++end;
        const auto piece = std::string_view(title).substr(begin, end - begin);
        const auto style = hit ? TextStyle::Strong : TextStyle::Body;
        draw_text(list, {x, baseline}, style, hit && enabled ? ink(colors().accent) : color, piece, limit - x);
        x += text_width(style, piece);
        begin = end;
    }
}

std::string CommandPalette::draw(const CommandTable& table) {
    if (!m_open) return {};
    const auto* viewport = ImGui::GetMainViewport();
    const float width = std::min(dp(kPaletteWidth), viewport->WorkSize.x - dp(32));
    ImGui::SetNextWindowPos({viewport->WorkPos.x + viewport->WorkSize.x / 2, viewport->WorkPos.y + dp(64)}, 0, {0.5f, 0});
    ImGui::SetNextWindowSize({width, 0});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().raised));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(12), dp(12)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    constexpr auto kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove |
                            ImGuiWindowFlags_NoSavedSettings;
    if (m_just_opened) ImGui::SetNextWindowFocus();
    std::string ran;
    bool chosen = false;
    ImGui::Begin("###palette", nullptr, kFlags);
    if (m_just_opened) ImGui::SetKeyboardFocusHere();
    ImGui::SetNextItemWidth(-1);
    const bool enter =
        ImGui::InputTextWithHint("##filter", "Type what you want to do", &m_filter, ImGuiInputTextFlags_EnterReturnsTrue);
    const bool box_had_focus = ImGui::IsItemFocused() || m_just_opened;
    filter(table);
    if (!m_rows.empty()) {
        const auto step = [&](int by) {
            const auto count = static_cast<int>(m_rows.size());
            m_row = static_cast<std::size_t>((static_cast<int>(m_row) + by + count) % count);
            m_scroll_to_row = true;
        };
        if (ImGui::IsKeyPressed(ImGuiKey_DownArrow)) step(1);
        if (ImGui::IsKeyPressed(ImGuiKey_UpArrow)) step(-1);
        if (ImGui::IsKeyPressed(ImGuiKey_PageDown)) step(std::min(8, static_cast<int>(m_rows.size() - 1 - m_row)));
        if (ImGui::IsKeyPressed(ImGuiKey_PageUp)) step(-std::min(8, static_cast<int>(m_row)));
        if (enter) chosen = CommandTable::why_disabled(*m_rows[m_row].action).empty();
    }
    ImGui::Dummy({0, dp(space::kHalf)});
    if (m_rows.empty()) {
        label("Nothing is called that.", TextStyle::Body, colors().dim);
    } else {
        // No lower than the window: at 200 % a small one holds half of the rows, and the others are scrolled to.
        const float room = viewport->WorkPos.y + viewport->WorkSize.y - ImGui::GetCursorScreenPos().y - dp(24);
        const int fit = std::max(1, static_cast<int>(room / dp(kRowHeight)));
        const int shown = std::min({kRowsShown, fit, static_cast<int>(m_rows.size())});
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        ImGui::BeginChild("##rows", {0, dp(kRowHeight) * static_cast<float>(shown)}, 0, ImGuiWindowFlags_NoNav);
        ImGuiListClipper clipper;
        clipper.Begin(static_cast<int>(m_rows.size()), dp(kRowHeight));
        if (m_scroll_to_row) clipper.IncludeItemByIndex(static_cast<int>(m_row));
        while (clipper.Step())
            for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row)
                draw_row(static_cast<std::size_t>(row), chosen);
        m_scroll_to_row = false;
        ImGui::EndChild();
        ImGui::PopStyleVar();
    }
    const bool left = !m_just_opened && !box_had_focus && !ImGui::IsWindowFocused(ImGuiFocusedFlags_RootAndChildWindows);
    if (ImGui::IsKeyPressed(ImGuiKey_Escape) || left) m_open = false;
    ImGui::End();
    ImGui::PopStyleVar(2);
    ImGui::PopStyleColor();
    m_just_opened = false;
    if (chosen && m_row < m_rows.size()) {
        m_open = false;
        const Action action = *m_rows[m_row].action; // what it does may open the palette again
        remember(action.id);
        action.run();
        ran = action.id;
    }
    return ran;
}

} // namespace cameo
