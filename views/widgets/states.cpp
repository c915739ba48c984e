#include "views/widgets/states.hpp"

#include "views/icons.hpp"
#include "views/term_pointer.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/job_row.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace cameo {
namespace {

constexpr float kColumn = 440; ///< widest line that is still read at ease

/// Height of a paragraph wrapped to a width.
float wrapped_height(std::string_view text, TextStyle style, float width) {
    if (text.empty()) return 0;
    const FontScope scope(style);
    return ImGui::CalcTextSize(text.data(), text.data() + text.size(), false, width).y;
}

/// A centred column of things of known heights.
class CentredColumn {
public:
    explicit CentredColumn(float content_height) {
        const ImVec2 room = ImGui::GetContentRegionAvail();
        m_width = std::min(room.x, dp(kColumn));
        m_left = ImGui::GetCursorPosX() + std::floor((room.x - m_width) / 2);
        // A little above the middle is where the eye expects the middle.
        ImGui::SetCursorPosY(ImGui::GetCursorPosY() + std::max(std::floor((room.y - content_height) * 0.42f), 0.0f));
    }
    // A gap may be the last thing in it, and Dear ImGui wants an item after the cursor was moved.
    ~CentredColumn() { ImGui::Dummy({0, 0}); }
    CentredColumn(const CentredColumn&) = delete;
    CentredColumn& operator=(const CentredColumn&) = delete;

    float width() const { return m_width; }
    void place(float width) { ImGui::SetCursorPosX(m_left + std::floor((m_width - width) / 2)); }
    void gap(float design) { ImGui::SetCursorPosY(ImGui::GetCursorPosY() + dp(design)); }

    void centered_text(std::string_view text, TextStyle style, Rgb color) {
        if (text.empty()) return;
        const float natural = text_width(style, text);
        if (natural <= m_width) {
            place(natural);
            label(text, style, color);
            return;
        }
        const FontScope scope(style);
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float left = ImGui::GetWindowPos().x - ImGui::GetScrollX() + m_left, line = ImGui::GetTextLineHeight();
        const char *begin = text.data(), *const end = begin + text.size();
        float y = at.y;
        while (begin < end) {
            const char* stop = ImGui::GetFont()->CalcWordWrapPosition(ImGui::GetFontSize(), begin, end, m_width);
            if (stop == begin) ++stop;
            const char* shown = stop;
            while (shown > begin && shown[-1] == ' ')
                --shown;
            const float width_of_line = ImGui::CalcTextSize(begin, shown).x;
            ImGui::GetWindowDrawList()->AddText({std::floor(left + (m_width - width_of_line) / 2), y}, ink(color), begin, shown);
            term_pointer().note_line(*ImGui::GetWindowDrawList(), {std::floor(left + (m_width - width_of_line) / 2), y}, width_of_line, {begin, shown}, colors().dim);
            y += line;
            begin = stop;
            while (begin < end && (*begin == ' ' || *begin == '\n'))
                ++begin;
        }
        place(m_width);
        ImGui::Dummy({m_width, y - at.y});
    }

private:
    float m_width = 0, m_left = 0;
};

float heading_height() { return line_height(TextStyle::Title); }

} // namespace

bool empty_state(const char* icon, std::string_view title, std::string_view why, std::string_view button_label) {
    const float inner = std::min(ImGui::GetContentRegionAvail().x, dp(kColumn));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    CentredColumn column(dp(40 + 16) + heading_height() + dp(8) + wrapped_height(why, TextStyle::Body, inner) +
                  (button_label.empty() ? 0 : dp(24) + button_height()));
    column.place(dp(40));
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    draw_icon(*ImGui::GetWindowDrawList(), {corner.x + dp(20), corner.y + dp(20)}, icon, ink(colors().dim, 0.8f), 40);
    ImGui::Dummy({dp(40), dp(40)});
    column.gap(16);
    column.centered_text(title, TextStyle::Title, colors().text);
    column.gap(8);
    column.centered_text(why, TextStyle::Body, colors().dim);
    bool pressed = false;
    if (!button_label.empty()) {
        column.gap(24);
        column.place(button_width(button_label, false));
        pressed = button(button_label, ButtonKind::Primary);
    }
    ImGui::PopStyleVar();
    return pressed;
}

void loading_state(std::string_view title, std::string_view detail, Commands& out) {
    const float inner = std::min(ImGui::GetContentRegionAvail().x, dp(kColumn));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    CentredColumn column(dp(40 + 16) + heading_height() + dp(8) + wrapped_height(detail, TextStyle::Body, inner));
    column.place(dp(40));
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    draw_spinner(*ImGui::GetWindowDrawList(), {corner.x + dp(20), corner.y + dp(20)}, 14, ink(colors().accent));
    ImGui::Dummy({dp(40), dp(40)});
    column.gap(16);
    column.centered_text(title, TextStyle::Title, colors().text);
    column.gap(8);
    column.centered_text(detail, TextStyle::Body, colors().dim);
    ImGui::PopStyleVar();
    if (!theme().reduce_motion) out.emplace_back(KeepDrawing{});
}

void building_state(const JobSnapshot& job, std::string_view why, Commands& out) {
    const float inner = std::min(ImGui::GetContentRegionAvail().x, dp(kColumn));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, dp(space::kUnit)});
    CentredColumn column(heading_height() + dp(16) + wrapped_height(why, TextStyle::Body, inner) + dp(16) +
                  build_progress_height(job, inner));
    column.centered_text(job.name, TextStyle::Title, colors().text);
    column.centered_text(why, TextStyle::Body, colors().dim);
    column.gap(8);
    column.place(inner);
    build_progress(job, inner, out);
    ImGui::PopStyleVar();
}

bool failed_state(std::string_view title, std::string_view sentence, std::string_view remedy,
                  std::string_view button_label, Commands& out) {
    const float inner = std::min(ImGui::GetContentRegionAvail().x, dp(kColumn));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    CentredColumn column(dp(40 + 16) + heading_height() + dp(8) + wrapped_height(sentence, TextStyle::Body, inner) +
                  (remedy.empty() ? 0 : dp(8) + wrapped_height(remedy, TextStyle::Body, inner)) + dp(24) +
                  button_height());
    column.place(dp(40));
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    draw_icon(*ImGui::GetWindowDrawList(), {corner.x + dp(20), corner.y + dp(20)}, icon::kAlert, ink(colors().error), 36);
    ImGui::Dummy({dp(40), dp(40)});
    column.gap(16);
    column.centered_text(title, TextStyle::Title, colors().text);
    column.gap(8);
    column.centered_text(sentence, TextStyle::Body, colors().text);
    if (!remedy.empty()) {
        column.gap(8);
        column.centered_text(remedy, TextStyle::Body, colors().dim);
    }
    column.gap(24);
    const float spacing = dp(8);
    const std::string_view copy = "Copy message";
    const float both = button_width(copy, true) +
                       (button_label.empty() ? 0 : spacing + button_width(button_label, false));
    column.place(both);
    bool pressed = false;
    if (!button_label.empty()) {
        pressed = button(button_label, ButtonKind::Primary);
        ImGui::SameLine(0, spacing);
    }
    if (button(copy, ButtonKind::Plain, icon::kCopy)) {
        std::string text(sentence);
        if (!remedy.empty()) text.append(1, '\n').append(remedy);
        out.emplace_back(CopyText{std::move(text)});
    }
    ImGui::PopStyleVar();
    return pressed;
}

bool strip(StripKind kind, std::string_view text, std::string_view action) {
    const float padding = dp(10);
    const float width = ImGui::GetContentRegionAvail().x;
    const bool beside = !action.empty();
    const float action_width = beside ? button_width(action, false) : 0;
    const float text_room = std::max(width - padding * 2 - dp(26) - action_width - (beside ? dp(8) : 0), dp(80));
    const float text_height = wrapped_height(text, TextStyle::Small, text_room);
    const float height = std::max(text_height + dp(12), beside ? button_height() + dp(4) : dp(32));
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const Rgb tone = kind == StripKind::Error ? colors().error : colors().dim;
    list.AddRectFilled(at, {at.x + width, at.y + height}, ink(tone, 0.12f), dp(6));
    draw_icon(list, {at.x + padding + dp(8), at.y + height / 2}, kind == StripKind::Error ? icon::kAlert : icon::kInfo,
              ink(tone), 16);
    const ImVec2 start = ImGui::GetCursorPos();
    ImGui::SetCursorPos({start.x + padding + dp(26), start.y + std::floor((height - text_height) / 2)});
    paragraph(text, TextStyle::Small, colors().text, text_room);
    bool pressed = false;
    if (beside) {
        ImGui::SetCursorPos({start.x + width - action_width - dp(4), start.y + std::floor((height - button_height()) / 2)});
        pressed = button(action, ButtonKind::Plain);
    }
    ImGui::SetCursorPos(start);
    ImGui::Dummy({width, height});
    return pressed;
}

void draw_busy_line(ImDrawList& list, ImVec2 top_left, float width, Commands& out) {
    const float height = dp(2);
    list.AddRectFilled(top_left, {top_left.x + width, top_left.y + height}, ink(colors().accent, 0.18f));
    if (theme().reduce_motion) return;
    const float phase = static_cast<float>(std::fmod(ImGui::GetTime() / 1.2, 1.0));
    const float from = std::clamp(phase * 1.4f - 0.4f, 0.0f, 1.0f), to = std::clamp(phase * 1.4f, 0.0f, 1.0f);
    list.AddRectFilled({top_left.x + from * width, top_left.y}, {top_left.x + to * width, top_left.y + height},
                       ink(colors().accent));
    out.emplace_back(KeepDrawing{});
}

} // namespace cameo
