#include "app/story/story_bar.hpp"

#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <imgui.h>

namespace cameo {

namespace {

constexpr float kHeight = 118, kHead = 38, kEdge = 20, kPadding = 10, kReadable = 860, kStripe = 4, kGap = 6;
constexpr auto kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                        ImGuiWindowFlags_NoFocusOnAppearing;

bool is_last(const StoryWords& words) { return words.number == words.of; }
const char* onward(const StoryWords& words) { return is_last(words) ? "Done" : "Next"; }

float buttons_width(const StoryWords& words) {
    constexpr const char* kRecording[] = {"Add a step", "Done"};
    const char* const telling[] = {"Back", onward(words), "Present"};
    float width = words.recording ? -dp(kGap) : button_height();
    if (words.recording)
        for (const char* label : kRecording) width += button_width(label, false) + dp(kGap);
    else
        for (const char* label : telling) width += button_width(label, false) + dp(kGap);
    return words.help.empty() ? width : width + button_width(words.help, false) + dp(kGap);
}

StoryPress draw_buttons(const StoryWords& words) {
    using enum StoryPress;
    StoryPress press = None;
    if (words.recording) {
        if (button("Add a step", ButtonKind::Plain)) press = Add;
        hover_text("Makes one of what is on screen at once (Ctrl+B)");
        ImGui::SameLine(0, dp(kGap));
        if (button("Done", ButtonKind::Primary)) press = End;
        hover_text("Ends the recording. The Session view has the story: its steps can be written about, moved and taken out there.");
        return press;
    }
    if (!words.help.empty()) {
        if (button(words.help, ButtonKind::Primary)) press = Help;
        ImGui::SameLine(0, dp(kGap));
    }
    ImGui::BeginDisabled(words.number == 1);
    if (button("Back", ButtonKind::Plain)) press = Back;
    ImGui::EndDisabled();
    hover_text("Ctrl+Page Up");
    ImGui::SameLine(0, dp(kGap));
    const bool last = is_last(words);
    if (button(onward(words), words.help.empty() ? ButtonKind::Primary : ButtonKind::Plain)) press = last ? End : Next;
    if (!last) hover_text("Ctrl+Page Down");
    ImGui::SameLine(0, dp(kGap));
    if (button("Present", ButtonKind::Quiet)) press = Present;
    hover_text("Shows the same steps to an audience, in full screen (F5)");
    ImGui::SameLine(0, dp(kGap));
    if (icon_button("End the story", icon::kClose, "Ends the story. What is on screen stays.")) press = End;
    return press;
}

} // namespace

float story_bar_height() { return dp(kHeight); }

StoryPress draw_story_bar(const StoryWords& words, float bottom) {
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    ImGui::SetNextWindowPos({viewport.Pos.x, bottom - story_bar_height()});
    ImGui::SetNextWindowSize({viewport.Size.x, story_bar_height()});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().background));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(kEdge), dp(kPadding)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(2)});
    ImGui::Begin("##story", nullptr, kFlags);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const Rgb accent = words.recording ? colors().error : colors().accent;
    list.AddRectFilled({at.x, at.y}, {at.x + dp(kStripe), at.y + story_bar_height() - 2 * dp(kPadding)}, ink(accent), dp(2));
    const float left = at.x + dp(kStripe) + dp(12), right = viewport.Pos.x + viewport.Size.x - dp(kEdge), buttons = buttons_width(words), head = std::max(right - buttons - dp(12) - left, dp(60));
    const std::string place = words.number > 0 ? std::to_string(words.number) + " of " + std::to_string(words.of) : words.of == 1 ? "1 step" : std::to_string(words.of) + " steps";
    draw_text(list, {left, at.y + ascent(TextStyle::Small)}, TextStyle::Small, ink(colors().dim), (words.recording ? "Recording " : "") + words.story + "  \u00B7  " + place, head);
    draw_text(list, {left, at.y + line_height(TextStyle::Small) + dp(2) + ascent(TextStyle::Strong)}, TextStyle::Strong, ink(colors().text), words.title, head);
    ImGui::SetCursorScreenPos({right - buttons, at.y});
    const StoryPress press = draw_buttons(words);
    // Below both, over the whole width: a narrow window has no room beside the buttons.
    ImGui::SetCursorScreenPos({left, at.y + dp(kHead)});
    ImGui::BeginChild("##words", {right - left, story_bar_height() - 2 * dp(kPadding) - dp(kHead)}, ImGuiChildFlags_None, ImGuiWindowFlags_NoBackground);
    paragraph(words.caption, TextStyle::Body, words.waits ? colors().dim : colors().text, std::min(right - left, dp(kReadable)));
    ImGui::EndChild();
    ImGui::End();
    ImGui::PopStyleVar(4);
    ImGui::PopStyleColor();
    return press;
}

} // namespace cameo
