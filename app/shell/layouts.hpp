#pragma once

#include <array>
#include <imgui.h>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// Arrangements of the views that ship with the program, one a task.
struct NamedLayout {
    const char* name;
    const char* help;
    std::array<const char*, 2> in_front; ///< views that it brings to the front of their tabs, the one with the focus last; null: it leaves them
};
std::span<const NamedLayout> named_layouts();
std::vector<std::string> views_in_front(std::string_view layout);
bool is_named_layout(std::string_view name);
inline constexpr const char* kFirstLayout = "Inspect";

/// The arrangement that stands, as Dear ImGui's ini text, and the way back. A damaged text changes nothing but positions:
/// Dear ImGui's reader is made for its own files.
std::string layout_text();
void load_layout(const std::string& text);
/// Whether the arrangement has a place for a view. One made by an earlier Cameo has none for views that came since.
bool has_place(const std::string& layout, std::string_view title);

/// Titles of the views that layouts place.
namespace view_title {
inline constexpr const char* kWelcome = "Welcome";
inline constexpr const char* kQueryBench = "Query bench";
inline constexpr const char* kDocument = "Document";
inline constexpr const char* kLedger = "Ledger";
inline constexpr const char* kTerms = "Terms";
inline constexpr const char* kAlignment = "Alignment";
inline constexpr const char* kWords = "Words";
inline constexpr const char* kMissing = "Missing";
inline constexpr const char* kFusion = "Fusion";
inline constexpr const char* kGate = "Gate";
inline constexpr const char* kCompetition = "Competition";
inline constexpr const char* kSpecialisation = "Specialisation";
inline constexpr const char* kMap = "Map";
inline constexpr const char* kEvaluation = "Evaluation";
inline constexpr const char* kTrainings = "Trainings";
inline constexpr const char* kTraining = "Training";
inline constexpr const char* kNewTraining = "New training";
inline constexpr const char* kTimeMachine = "Time machine";
inline constexpr const char* kFindings = "Findings";
inline constexpr const char* kSession = "Session";
inline constexpr const char* kIndex = "Index";
inline constexpr const char* kJobs = "Jobs";
} // namespace view_title

/// Whether a view comes and goes by itself: no layout and no undo is about it.
inline bool comes_and_goes(std::string_view title) { return title == view_title::kWelcome || title == view_title::kNewTraining || title == view_title::kIndex; }

/// Whether so many design pixels are too few for two views beside each other.
inline bool is_narrow(float design_width) { return design_width < 960; }

/// Arranges the dock space anew; in a narrow window all views become tabs of one. Call between NewFrame and the first
/// docked window, with the size it will have.
/// @pre is_named_layout(name)
void build_layout(std::string_view name, ImGuiID dockspace, ImVec2 size, bool narrow);

} // namespace cameo
