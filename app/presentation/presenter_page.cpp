#include "app/presentation/presenter_page.hpp"

#include "views/draw.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cameo {

namespace {

constexpr auto kPageFlags = ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoNav;
constexpr float kPageEdge = 28, kTimes = 210, kReadable = 760;

void draw_times(const PresenterWords& words) {
    label(elapsed_words(words.elapsed_s), TextStyle::Display, colors().text);
    label("since the beginning", TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(10)});
    label(words.clock, TextStyle::Title, colors().text);
    if (words.now.of == 0) return;
    ImGui::Dummy({0, dp(10)});
    label((words.now.number > 0 ? std::to_string(words.now.number) : std::string("\u2013")) + " of " + std::to_string(words.now.of), TextStyle::Title, colors().text);
}

} // namespace

std::string elapsed_words(double seconds) {
    const auto whole = static_cast<long>(std::max(0.0, std::floor(seconds)));
    return whole < 3600 ? fmt::format("{}:{:02}", whole / 60, whole % 60) : fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

void draw_presenter_page(const PresenterWords& words) {
    const ImGuiViewport& viewport = *ImGui::GetMainViewport();
    ImGui::SetNextWindowPos(viewport.Pos);
    ImGui::SetNextWindowSize(viewport.Size);
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ink4(colors().background));
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {dp(kPageEdge), dp(kPageEdge)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::Begin("##presenter", nullptr, kPageFlags);
    const float room = ImGui::GetContentRegionAvail().x - dp(kTimes), width = std::min(room, dp(kReadable));
    ImGui::BeginChild("##words", {room, 0}, ImGuiChildFlags_None, ImGuiWindowFlags_NoBackground);
    label("The audience sees", TextStyle::Small, colors().dim);
    paragraph(words.now.title, TextStyle::Title, colors().text, width);
    paragraph(words.now.caption, TextStyle::Body, colors().text, width);
    ImGui::Dummy({0, dp(16)});
    label("Your notes", TextStyle::Small, colors().dim);
    for (const PresenterWords::Note& note : words.notes) {
        label(note.about, TextStyle::SmallStrong, colors().dim);
        paragraph(note.text, TextStyle::Title, colors().text, width);
    }
    if (words.notes.empty()) paragraph("None for this step. The Session view takes them: about the step, its query or its document.", TextStyle::Body, colors().dim, width);
    if (words.now.of > 0) {
        ImGui::Dummy({0, dp(16)});
        label("Next", TextStyle::Small, colors().dim);
        paragraph(words.next.empty() ? "This is the end." : words.next, TextStyle::Strong, colors().text, width);
    }
    ImGui::EndChild();
    ImGui::SameLine();
    ImGui::BeginGroup();
    draw_times(words);
    ImGui::EndGroup();
    ImGui::End();
    ImGui::PopStyleVar(3);
    ImGui::PopStyleColor();
}

} // namespace cameo
