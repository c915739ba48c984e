#include "app/shell/layouts.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <array>
#include <imgui_internal.h>

namespace cameo {

namespace {

constexpr std::array<NamedLayout, 2> kLayouts{{
    {"Inspect", "The lists beside the document: why does it stand where it stands?"},
    {"Compare", "The lists over the whole width, the document below: where do the experts differ?"},
}};

} // namespace

std::span<const NamedLayout> named_layouts() { return kLayouts; }

bool is_named_layout(std::string_view name) {
    return std::ranges::any_of(kLayouts, [&](const NamedLayout& layout) { return layout.name == name; });
}

std::string layout_text() { return ImGui::SaveIniSettingsToMemory(); }

void load_layout(const std::string& text) {
    ImGui::ClearIniSettings();
    ImGui::LoadIniSettingsFromMemory(text.data(), text.size());
}

bool has_place(const std::string& layout, std::string_view title) {
    return layout.find(std::string("[Window][").append(title).append("]")) != layout.npos;
}

void build_layout(std::string_view name, ImGuiID dockspace, ImVec2 size, bool narrow) {
    check(is_named_layout(name), "no such layout");
    ImGui::DockBuilderRemoveNode(dockspace);
    ImGui::DockBuilderAddNode(dockspace, ImGuiDockNodeFlags_DockSpace);
    ImGui::DockBuilderSetNodeSize(dockspace, size);
    ImGuiID main = dockspace, side = dockspace;
    if (!narrow) {
        if (name == "Inspect")
            ImGui::DockBuilderSplitNode(main, ImGuiDir_Right, 0.36f, &side, &main);
        else
            ImGui::DockBuilderSplitNode(main, ImGuiDir_Down, 0.34f, &side, &main);
    }
    // The query on screen beside what all queries say; its document, taken apart, at the side.
    for (const char* title : {view_title::kWelcome, view_title::kQueryBench, view_title::kFusion, view_title::kGate, view_title::kCompetition,
                              view_title::kMap, view_title::kSpecialisation, view_title::kEvaluation, view_title::kJobs})
        ImGui::DockBuilderDockWindow(title, main);
    for (const char* title : {view_title::kDocument, view_title::kLedger, view_title::kTerms, view_title::kAlignment, view_title::kWords, view_title::kMissing})
        ImGui::DockBuilderDockWindow(title, side);
    ImGui::DockBuilderFinish(dockspace);
}

} // namespace cameo
