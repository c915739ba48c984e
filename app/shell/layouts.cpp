#include "app/shell/layouts.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <array>
#include <imgui_internal.h>
#include <initializer_list>

namespace cameo {

namespace {

constexpr std::array<NamedLayout, 4> kLayouts{{
    {"Inspect", "The lists beside the document: why does it stand where it stands?", {}},
    {"Compare", "The lists over the whole width, the document below: where do the experts differ?", {}},
    {"Gate lab", "Who serves what: gate and competition beside the query that is asked.", {view_title::kQueryBench, view_title::kGate}},
    {"Train", "A training as it goes, beside all trainings and what is found wrong with it.", {view_title::kTrainings, view_title::kTraining}},
}};

} // namespace

std::span<const NamedLayout> named_layouts() { return kLayouts; }

std::vector<std::string> views_in_front(std::string_view layout) {
    std::vector<std::string> titles;
    for (const NamedLayout& named : kLayouts)
        for (const char* title : named.in_front)
            if (named.name == layout && title) titles.emplace_back(title);
    return titles;
}

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
        if (name != "Compare")
            ImGui::DockBuilderSplitNode(main, ImGuiDir_Right, 0.36f, &side, &main);
        else
            ImGui::DockBuilderSplitNode(main, ImGuiDir_Down, 0.34f, &side, &main);
    }
    const auto dock = [](ImGuiID node, std::initializer_list<const char*> titles) {
        for (const char* title : titles) ImGui::DockBuilderDockWindow(title, node);
    };
    using namespace view_title;
    if (name == "Train") {
        dock(main, {kWelcome, kTraining, kNewTraining, kTimeMachine, kQueryBench, kFusion, kGate, kCompetition, kMap, kSpecialisation, kEvaluation, kIndex});
        dock(side, {kTrainings, kFindings, kJobs, kDocument, kLedger, kTerms, kAlignment, kWords, kMissing, kSession});
    } else if (name == "Gate lab") {
        dock(main, {kWelcome, kGate, kCompetition, kSpecialisation, kFusion, kMap, kEvaluation, kTraining, kNewTraining, kTimeMachine, kIndex, kJobs});
        dock(side, {kQueryBench, kDocument, kLedger, kTerms, kAlignment, kWords, kMissing, kTrainings, kFindings, kSession});
    } else {
        // The query on screen beside what all queries say; its document, taken apart, at the side.
        dock(main, {kWelcome, kQueryBench, kFusion, kGate, kCompetition, kMap, kSpecialisation, kEvaluation, kTrainings, kTraining, kNewTraining, kTimeMachine, kFindings, kIndex, kJobs});
        dock(side, {kDocument, kLedger, kTerms, kAlignment, kWords, kMissing, kSession});
    }
    ImGui::DockBuilderFinish(dockspace);
}

} // namespace cameo
