#include "app/tour/callout.hpp"

#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <imgui_internal.h>

namespace cameo {

namespace {

constexpr float kWidth = 400, kPadding = 16, kTitleGap = 6, kFootGap = 14, kSpinnerRoom = 24;
constexpr auto kFlags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoCollapse |
                        ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoFocusOnAppearing;

float text_height(const std::string& text, TextStyle style, float width) {
    const FontScope scope(style);
    return ImGui::CalcTextSize(text.c_str(), nullptr, false, width).y;
}

const std::string& body(const Callout& callout) { return callout.hindrance ? callout.hindrance->sentence : callout.words; }
bool waits(const Callout& callout) { return callout.hindrance && callout.hindrance->passes; }
bool helps(const Callout& callout) { return callout.hindrance && !callout.hindrance->button.empty(); }
float body_width(const Callout& callout, float inner) { return inner - (waits(callout) ? dp(kSpinnerRoom) : 0); }

/// "3 of 11" at the left; what leads on at the right.
CalloutPress draw_foot(const Callout& callout, float inner) {
    const bool last = callout.number == callout.of;
    const char* next = last ? "Done" : "Next";
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const std::string number = std::to_string(callout.number) + " of " + std::to_string(callout.of);
    const float baseline = at.y + std::round((button_height() - line_height(TextStyle::Small)) / 2) + ascent(TextStyle::Small);
    draw_text(*ImGui::GetWindowDrawList(), {at.x, baseline}, TextStyle::Small, ink(colors().dim), number);
    const float gap = dp(space::kUnit);
    float width = button_width("Back", false) + gap + button_width(next, false);
    if (!last) width += button_width("End the tour", false) + gap;
    ImGui::SetCursorScreenPos({at.x + inner - width, at.y});
    CalloutPress pressed = CalloutPress::None;
    if (!last) {
        if (button("End the tour", ButtonKind::Quiet)) pressed = CalloutPress::End;
        hover_text("Esc. Everything is then where it was before.");
        ImGui::SameLine(0, gap);
    }
    ImGui::BeginDisabled(callout.number == 1);
    if (button("Back", ButtonKind::Plain)) pressed = CalloutPress::Back;
    ImGui::EndDisabled();
    hover_text("Left");
    ImGui::SameLine(0, gap);
    if (button(next, helps(callout) ? ButtonKind::Plain : ButtonKind::Primary)) pressed = last ? CalloutPress::End : CalloutPress::Next;
    hover_text("Right");
    return pressed;
}

} // namespace

ImVec2 callout_size(const Callout& callout) {
    const ImVec2 room = ImGui::GetMainViewport()->Size;
    const float width = std::min(dp(kWidth), room.x - dp(2 * space::kUnit)), inner = width - 2 * dp(kPadding);
    const float height = 2 * dp(kPadding) + text_height(callout.title, TextStyle::Title, inner) + dp(kTitleGap) +
                         text_height(body(callout), TextStyle::Body, body_width(callout, inner)) + dp(kFootGap) + button_height() +
                         (helps(callout) ? dp(kTitleGap) + button_height() : 0);
    return {width, std::min(height, room.y - dp(2 * space::kUnit))};
}

CalloutPress draw_callout(const Callout& callout, ImVec2 at, ImVec2 size, bool above) {
    ImGui::SetNextWindowPos(at);
    ImGui::SetNextWindowSize(size);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().raised));
    ImGui::PushStyleColor(ImGuiCol_Border, ink4(colors().accent, 0.6f));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(kPadding), dp(kPadding)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 1);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, dp(space::kCorner));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    ImGui::Begin("###tour", nullptr, kFlags);
    if (above) ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
    const float inner = size.x - 2 * dp(kPadding);
    paragraph(callout.title, TextStyle::Title, colors().text, inner);
    ImGui::Dummy({0, dp(kTitleGap)});
    const ImVec2 corner = ImGui::GetCursorScreenPos();
    if (waits(callout)) {
        draw_spinner(*ImGui::GetWindowDrawList(), {corner.x + dp(8), corner.y + line_height(TextStyle::Body) / 2}, 6, ink(colors().accent));
        ImGui::SetCursorScreenPos({corner.x + dp(kSpinnerRoom), corner.y});
    }
    paragraph(body(callout), TextStyle::Body, colors().text, body_width(callout, inner));
    CalloutPress pressed = CalloutPress::None;
    if (helps(callout)) {
        ImGui::Dummy({0, dp(kTitleGap)});
        if (button(callout.hindrance->button, ButtonKind::Primary)) pressed = CalloutPress::Help;
    }
    ImGui::Dummy({0, dp(kFootGap)});
    if (const CalloutPress foot = draw_foot(callout, inner); foot != CalloutPress::None) pressed = foot;
    ImGui::End();
    ImGui::PopStyleVar(5);
    ImGui::PopStyleColor(2);
    return pressed;
}

void draw_veil(const std::optional<TourAnchors::Place>& widget, bool above) {
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    ImGui::SetNextWindowPos(viewport.Pos);
    ImGui::SetNextWindowSize(viewport.Size);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::Begin("###tour veil", nullptr, kFlags | ImGuiWindowFlags_NoInputs | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoBringToFrontOnFocus);
    if (above) ImGui::BringWindowToDisplayFront(ImGui::GetCurrentWindow());
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 veil = ink(colors().background, 0.45f);
    const ImVec2 low = viewport.Pos, high{viewport.Pos.x + viewport.Size.x, viewport.Pos.y + viewport.Size.y};
    if (!widget) {
        list.AddRectFilled(low, high, veil);
    } else {
        const float grow = dp(space::kHalf);
        // The ring is whole where the widget ends at the window's edge.
        const ImVec2 min{std::max(widget->min.x - grow, low.x + dp(1)), std::max(widget->min.y - grow, low.y + dp(1))};
        const ImVec2 max{std::min(widget->max.x + grow, high.x - dp(1)), std::min(widget->max.y + grow, high.y - dp(1))};
        list.AddRectFilled(low, {high.x, min.y}, veil);
        list.AddRectFilled({low.x, min.y}, {min.x, max.y}, veil);
        list.AddRectFilled({max.x, min.y}, {high.x, max.y}, veil);
        list.AddRectFilled({low.x, max.y}, high, veil);
        list.AddRect(min, max, ink(colors().accent), dp(space::kSmallCorner), dp(2));
    }
    ImGui::End();
    ImGui::PopStyleVar();
}

} // namespace cameo
