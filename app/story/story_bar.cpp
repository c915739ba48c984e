#include "app/story/story_bar.hpp"

#include "views/draw.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <imgui.h>
#include <initializer_list>

namespace cameo {

namespace {

constexpr float kHeight = 118, kEdge = 20, kPadding = 12, kReadable = 860, kStripe = 4;
constexpr auto kFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoDocking | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus |
                        ImGuiWindowFlags_NoFocusOnAppearing;

float buttons_width(std::initializer_list<const char*> labels, bool with_close) {
    float width = with_close ? button_height() + dp(6) : 0;
    for (const char* label : labels) width += button_width(label, false) + dp(6);
    return width;
}

StoryPress draw_buttons(const StoryWords& words) {
    using enum StoryPress;
    StoryPress press = None;
    if (words.recording) {
        if (button("Add a step", ButtonKind::Plain)) press = Add;
        hover_text("Makes one of what is on screen at once (Ctrl+B)");
        ImGui::SameLine(0, dp(6));
        if (button("Done", ButtonKind::Primary)) press = End;
        hover_text("Ends the recording. The Session view has the story: its steps can be written about, moved and taken out there.");
        return press;
    }
    const bool last = words.number == words.of;
    ImGui::BeginDisabled(words.number == 1);
    if (button("Back", ButtonKind::Plain)) press = Back;
    ImGui::EndDisabled();
    hover_text("Ctrl+Page Up");
    ImGui::SameLine(0, dp(6));
    if (button(last ? "Done" : "Next", words.help.empty() ? ButtonKind::Primary : ButtonKind::Plain)) press = last ? End : Next;
    if (!last) hover_text("Ctrl+Page Down");
    ImGui::SameLine(0, dp(6));
    if (button("Present", ButtonKind::Quiet)) press = Present;
    hover_text("Shows the same steps to an audience, in full screen (F5)");
    ImGui::SameLine(0, dp(6));
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
    const float buttons = words.recording ? buttons_width({"Add a step", "Done"}, false) : buttons_width({"Back", words.number == words.of ? "Done" : "Next", "Present"}, true);
    const float left = at.x + dp(kStripe) + dp(12), room = at.x + ImGui::GetContentRegionAvail().x - buttons - dp(20) - left, width = std::min(room, dp(kReadable));
    ImGui::SetCursorScreenPos({left, at.y});
    ImGui::BeginChild("##words", {room, story_bar_height() - 2 * dp(kPadding)}, ImGuiChildFlags_None, ImGuiWindowFlags_NoBackground);
    const std::string place = words.number > 0 ? std::to_string(words.number) + " of " + std::to_string(words.of) : words.of == 1 ? "1 step" : std::to_string(words.of) + " steps";
    label((words.recording ? "Recording " : "") + words.story + "  \u00B7  " + place, TextStyle::Small, colors().dim);
    label(words.title, TextStyle::Strong, colors().text);
    paragraph(words.caption, TextStyle::Body, words.waits ? colors().dim : colors().text, width);
    ImGui::EndChild();
    ImGui::SetCursorScreenPos({viewport.Pos.x + viewport.Size.x - dp(kEdge) - buttons + dp(6), at.y});
    ImGui::BeginGroup();
    StoryPress press = draw_buttons(words);
    if (!words.help.empty()) {
        ImGui::Dummy({0, dp(4)});
        if (button(words.help, ButtonKind::Primary)) press = StoryPress::Help;
    }
    ImGui::EndGroup();
    ImGui::End();
    ImGui::PopStyleVar(4);
    ImGui::PopStyleColor();
    return press;
}

} // namespace cameo
