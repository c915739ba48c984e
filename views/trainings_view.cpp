#include "views/trainings_view.hpp"

#include "core/eval/measures.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/term_pointer.hpp"
#include "views/training_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <imgui_stdlib.h>
#include <sstream>
#include <utility>

namespace cameo {
namespace {

enum Column { kName, kState, kSteps, kBest, kModel, kChanged, kColumns };
constexpr float kTrainingRowHeight = 30;

bool matches(const TrainingLine& line, const std::string& filter) {
    std::string text = line.summary.name + " " + line.summary.model + " " + line.summary.collection + " " + std::string(name(line.summary.state)) + " " + line.marks.note;
    for (const std::string& tag : line.marks.tags) text += " " + tag;
    return mentions(text, filter);
}

std::string tag_words(const std::vector<std::string>& tags) {
    std::string text;
    for (const std::string& tag : tags) text += (text.empty() ? "" : ", ") + tag;
    return text;
}

std::vector<std::string> parted(const std::string& text) {
    std::vector<std::string> tags;
    std::istringstream words(text);
    for (std::string tag; std::getline(words, tag, ',');) {
        const auto begin = tag.find_first_not_of(' '), end = tag.find_last_not_of(' ');
        if (begin != tag.npos) tags.push_back(tag.substr(begin, end - begin + 1));
    }
    return tags;
}

std::string best_words(const TrainingSummary& summary) { return std::isfinite(summary.best) ? format_score(summary.best, 3) : "\u2013"; }

/// Cells of a plain table in the flow of the window.
void head_cell(std::string_view words) {
    ImGui::TableNextColumn();
    label(words, TextStyle::SmallStrong, colors().dim);
}

} // namespace

TrainingsView::TrainingsView()
    : View("Trainings",
           {.what = "All trainings there are, and how each of them stands. They go on when the window is closed.",
            .formula = "A training is a folder with its recipe, its record and its checkpoints. Best: the recipe's measure on the dev queries at the best validation.",
            .reading = "Press a training to look at it, the square before it to draw it over the one that is looked at, up to eight. Below stand its remarks, and how those that are drawn "
                       "differ. Trainings that are started while another one runs wait for their turn.",
            .healthy = {},
            .sick = "Died: its process is gone, and Resume goes on from its last checkpoint. Frozen: its process was stopped from outside."},
           true) {}

void TrainingsView::draw_contents(const Snapshot& now, Commands& out) {
    const Trainings& trainings = now.trainings;
    if (!trainings.list) {
        if (trainings.phase == Phase::Failed) failed_state("The trainings cannot be listed", trainings.error, "They are still in their folders.", {}, out);
        else loading_state("Looking for trainings", {}, out);
        return;
    }
    if (trainings.phase == Phase::Failed) strip(StripKind::Error, "The list is as it was before: " + trainings.error);
    if (trainings.list->empty()) {
        if (empty_state(icon::kPlay, "No training yet",
                        "A training fine-tunes a CAME or SB-MoE model on a collection's judged queries, in a process of its own. It is listed here with how far it is and what came of it.",
                        "New training"))
            out.emplace_back(DraftTraining{});
        return;
    }
    draw_top(now, out);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##trainings", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        draw_list(now, out);
        const ShownTraining* const shown = shown_training(trainings);
        if (const TrainingLine* line = shown ? line_of(trainings, shown->folder) : nullptr) draw_remarks(*line, out);
        draw_comparison(now);
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void TrainingsView::draw_top(const Snapshot& now, Commands& out) {
    if (button("New training", ButtonKind::Primary, icon::kPlus)) out.emplace_back(DraftTraining{});
    flow_next(button_width("Open a folder\u2026", true), dp(6));
    if (button("Open a folder\u2026", ButtonKind::Plain, icon::kFolder)) out.emplace_back(OpenTraining{});
    hover_text("A training that lies elsewhere, such as a copy from another machine");
    const auto archived = std::ranges::count_if(*now.trainings.list, [](const TrainingLine& line) { return line.marks.archived; });
    if (archived > 0) {
        const std::string words = "Archived (" + format_count(archived) + ")";
        flow_next(text_chip_width(words), dp(6));
        if (text_chip("archived", words, m_archived)) m_archived = !m_archived;
    }
    flow_next(dp(180), dp(6));
    ImGui::SetNextItemWidth(std::min(ImGui::GetContentRegionAvail().x, dp(240)));
    ImGui::InputTextWithHint("##filter", "Filter by name, model, state, tag", &m_filter);
    ImGui::Dummy({0, dp(2)});
}

std::vector<const TrainingLine*> TrainingsView::rows(const Snapshot& now) const {
    std::vector<const TrainingLine*> found;
    for (const TrainingLine& line : *now.trainings.list)
        if ((m_archived || !line.marks.archived) && matches(line, m_filter)) found.push_back(&line);
    const auto sort = [&](auto key) {
        std::ranges::stable_sort(found, [&](const TrainingLine* a, const TrainingLine* b) { return m_ascending ? key(*a) < key(*b) : key(*b) < key(*a); });
    };
    switch (m_sorted_by) {
    case kName: sort([](const TrainingLine& line) { return line.summary.name; }); break;
    case kState: sort([](const TrainingLine& line) { return static_cast<int>(line.summary.state); }); break;
    case kSteps: sort([](const TrainingLine& line) { return line.summary.step; }); break;
    case kBest: sort([](const TrainingLine& line) { return std::isfinite(line.summary.best) ? line.summary.best : -1; }); break;
    case kModel: sort([](const TrainingLine& line) { return model_name(line.summary); }); break;
    case kChanged: sort([](const TrainingLine& line) { return -line.summary.last_ms; }); break;
    default: break;
    }
    return found;
}

void TrainingsView::draw_list(const Snapshot& now, Commands& out) {
    const bool wide = ImGui::GetContentRegionAvail().x >= dp(620);
    constexpr auto kFlags = ImGuiTableFlags_Sortable | ImGuiTableFlags_SortTristate | ImGuiTableFlags_Resizable | ImGuiTableFlags_PadOuterX | ImGuiTableFlags_NoSavedSettings;
    const FontScope small(TextStyle::Small);
    if (!ImGui::BeginTable("##list", wide ? kColumns : kColumns - 2, kFlags)) return;
    ImGui::TableSetupColumn("Training", ImGuiTableColumnFlags_WidthStretch, 3, kName);
    ImGui::TableSetupColumn("State", ImGuiTableColumnFlags_WidthStretch, 2.2f, kState);
    ImGui::TableSetupColumn("Steps", ImGuiTableColumnFlags_WidthStretch, 1.6f, kSteps);
    ImGui::TableSetupColumn("Best", ImGuiTableColumnFlags_WidthStretch, 1.1f, kBest);
    if (wide) {
        ImGui::TableSetupColumn("Begins with", ImGuiTableColumnFlags_WidthStretch, 2, kModel);
        ImGui::TableSetupColumn("Changed", ImGuiTableColumnFlags_WidthStretch, 1.4f, kChanged);
    }
    ImGui::TableNextRow(ImGuiTableRowFlags_Headers);
    for (int column = 0; column < ImGui::TableGetColumnCount(); ++column) {
        if (!ImGui::TableSetColumnIndex(column)) continue;
        ImGui::TableHeader(ImGui::TableGetColumnName());
        term_pointer().note_item(ImGui::TableGetColumnName());
    }
    if (ImGuiTableSortSpecs* specs = ImGui::TableGetSortSpecs(); specs && specs->SpecsDirty) {
        m_sorted_by = specs->SpecsCount > 0 ? static_cast<int>(specs->Specs[0].ColumnUserID) : -1;
        m_ascending = specs->SpecsCount == 0 || specs->Specs[0].SortDirection == ImGuiSortDirection_Ascending;
        specs->SpecsDirty = false;
    }
    const auto listed = rows(now);
    ImGuiListClipper clipper;
    clipper.Begin(static_cast<int>(listed.size()), dp(kTrainingRowHeight));
    while (clipper.Step())
        for (int row = clipper.DisplayStart; row < clipper.DisplayEnd; ++row) draw_row(now, *listed[static_cast<std::size_t>(row)], out);
    ImGui::EndTable();
    label(format_count(std::ssize(listed)) + (listed.size() == now.trainings.list->size() ? "" : " of " + format_count(std::ssize(*now.trainings.list))) + (listed.size() == 1 ? " training" : " trainings"),
          TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TrainingsView::draw_row(const Snapshot& now, const TrainingLine& line, Commands& out) {
    const auto& summary = line.summary;
    const auto& shown = now.trainings.shown;
    const auto drawn = std::ranges::find(shown, summary.folder, &ShownTraining::folder);
    const bool looked_at = drawn == shown.begin() && !shown.empty();
    ImGui::TableNextRow(0, dp(kTrainingRowHeight));
    ImGui::TableNextColumn();
    ImGui::PushID(summary.folder.c_str());
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float room = ImGui::GetContentRegionAvail().x, middle = at.y + dp(kTrainingRowHeight) / 2 - ImGui::GetStyle().CellPadding.y;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // The square first: what is drawn over what.
    if (ImGui::InvisibleButton(("Overlay " + summary.name).c_str(), {dp(22), dp(kTrainingRowHeight) - 2 * ImGui::GetStyle().CellPadding.y}, ImGuiButtonFlags_EnableNav) && !(looked_at && shown.size() == 1))
        out.emplace_back(OverlayTraining{summary.folder, drawn == shown.end()});
    hover_text(drawn == shown.end() ? "Draw it over the one that is looked at" : "Draw it no more");
    focus_ring(ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), dp(4));
    const ImVec2 box{at.x + dp(4), middle - dp(5)};
    if (drawn != shown.end()) list.AddRectFilled(box, {box.x + dp(10), box.y + dp(10)}, shown.size() > 1 ? training_color(drawn->color) : ink(colors().accent), dp(2));
    else list.AddRect(box, {box.x + dp(10), box.y + dp(10)}, ink(colors().dim, 0.7f), dp(2), dp(1));
    ImGui::SameLine(0, 0);
    ImGui::PushStyleColor(ImGuiCol_Header, ink4(colors().accent, 0.16f));
    ImGui::PushStyleColor(ImGuiCol_HeaderHovered, ink4(colors().text, 0.06f));
    if (ImGui::Selectable(("##" + summary.name).c_str(), looked_at, ImGuiSelectableFlags_SpanAllColumns | ImGuiSelectableFlags_AllowOverlap, {0, dp(kTrainingRowHeight) - 2 * ImGui::GetStyle().CellPadding.y}))
        out.emplace_back(ShowTraining{summary.folder});
    ImGui::PopStyleColor(2);
    draw_their_text(list, {at.x + dp(24), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))}, looked_at ? TextStyle::Strong : TextStyle::Body, ink(colors().text), summary.name, room - dp(26));
    hover_text([&] {
        std::string words = summary.folder.string();
        if (!summary.words.empty()) words += "\n" + heading(summary.words) + ".";
        if (!line.marks.tags.empty()) words += "\nTags: " + tag_words(line.marks.tags);
        if (!line.marks.note.empty()) words += "\n" + line.marks.note;
        return words;
    });
    if (ImGui::BeginPopupContextItem("##more")) {
        if (menu_item("Look at it")) out.emplace_back(ShowTraining{summary.folder});
        if (menu_item("Train again with its settings")) out.emplace_back(DraftTraining{.recipe = {}, .training = summary.folder, .step = -1, .set = {}});
        if (menu_item("Copy its folder's path")) out.emplace_back(CopyText{summary.folder.string()});
        TrainingMarks marks = line.marks;
        marks.archived = !marks.archived;
        if (menu_item(line.marks.archived ? "Bring back from the archive" : "Archive")) out.emplace_back(MarkTraining{summary.folder, marks});
        if (line.elsewhere && menu_item("List it no more")) out.emplace_back(CloseTraining{summary.folder});
        ImGui::EndPopup();
    }
    const auto cell = [&](std::string_view words, TextStyle style, Rgb color) {
        if (!ImGui::TableNextColumn()) return;
        const ImVec2 cell_at = ImGui::GetCursorScreenPos();
        draw_text(list, {cell_at.x, std::round(middle - line_height(style) / 2 + ascent(style))}, style, ink(color), words, ImGui::GetContentRegionAvail().x);
    };
    if (ImGui::TableNextColumn()) {
        const ImVec2 state_at = ImGui::GetCursorScreenPos();
        draw_icon(list, {state_at.x + dp(8), middle}, state_icon(summary.state), ink(state_color(summary.state)), 14);
        draw_text(list, {state_at.x + dp(20), std::round(middle - line_height(TextStyle::Small) / 2 + ascent(TextStyle::Small))}, TextStyle::Small, ink(colors().text), state_title(summary.state),
                  ImGui::GetContentRegionAvail().x - dp(20));
    }
    cell(format_count(summary.step) + " / " + format_count(summary.steps), TextStyle::Mono, colors().text);
    cell(best_words(summary), TextStyle::Mono, colors().text);
    if (ImGui::TableGetColumnCount() == kColumns) {
        cell(model_name(summary), TextStyle::Small, colors().dim);
        cell(ago_words(summary.last_ms, now.trainings.now_ms), TextStyle::Small, colors().dim);
    }
    ImGui::PopID();
}

void TrainingsView::keep_words(Commands& out) {
    if (!std::exchange(m_changed, false)) return;
    m_sent = {parted(m_tags), m_note, m_put_aside};
    out.emplace_back(MarkTraining{m_remarked, *m_sent});
}

void TrainingsView::draw_remarks(const TrainingLine& line, Commands& out) {
    if (m_remarked != line.summary.folder) keep_words(out);
    // The list is read anew now and then: until it has what was written, that stands here and not what was there before.
    if (m_sent && (m_remarked != line.summary.folder || (line.marks.tags == m_sent->tags && line.marks.note == m_sent->note))) m_sent.reset();
    if (m_remarked != line.summary.folder || !(m_writing || m_sent)) {
        m_remarked = line.summary.folder;
        m_tags = tag_words(line.marks.tags);
        m_note = line.marks.note;
    }
    section("Remarks on " + line.summary.name, "They lie in its folder and travel with it.");
    const float width = ImGui::GetContentRegionAvail().x;
    m_put_aside = line.marks.archived;
    ImGui::SetNextItemWidth(std::min(width, dp(420)));
    if (ImGui::InputTextWithHint("##tags", "Tags, such as: baseline, paper", &m_tags)) m_changed = true;
    m_writing = ImGui::IsItemActive();
    if (ImGui::InputTextMultiline("##note", &m_note, {std::min(width, dp(620)), dp(64)}, ImGuiInputTextFlags_WordWrap)) m_changed = true;
    m_writing = m_writing || ImGui::IsItemActive();
    if (!m_writing) keep_words(out);
    ImGui::Dummy({0, dp(space::kUnit)});
}

void TrainingsView::draw_comparison(const Snapshot& now) const {
    const auto& shown = now.trainings.shown;
    if (shown.size() < 2) return;
    constexpr auto kFlags = ImGuiTableFlags_Resizable | ImGuiTableFlags_PadOuterX | ImGuiTableFlags_NoSavedSettings | ImGuiTableFlags_RowBg;
    section("Measures on dev", "Of the whole, at each one's best validation by the measure itself.");
    if (ImGui::BeginTable("##measures", 1 + kMeasureCount, kFlags)) {
        head_cell("");
        for (int measure = 0; measure < kMeasureCount; ++measure) head_cell(measure_name(measure));
        for (const ShownTraining& training : shown) {
            ImGui::TableNextColumn();
            label(training.name, TextStyle::Small, colors().text);
            for (int measure = 0; measure < kMeasureCount; ++measure) {
                ImGui::TableNextColumn();
                const Curve* const curve = training.record ? training.record->curve("dev." + training.recipe.validation_of + "." + measure_name(measure)) : nullptr;
                double best = -1;
                for (std::size_t at = 0; curve && at < curve->size(); ++at) best = std::max(best, (*curve)[at].value);
                label(best < 0 ? "\u2013" : format_score(best, 4), TextStyle::Mono, colors().text);
            }
        }
        ImGui::EndTable();
    }
    ImGui::Dummy({0, dp(space::kUnit)});
    std::vector<const Recipe*> recipes;
    for (const ShownTraining& training : shown)
        if (training.record) recipes.push_back(&training.recipe);
    if (recipes.size() < shown.size()) return; // some are being read
    const auto differences = recipe_differences(recipes);
    section("Where their settings differ", differences.empty() ? "Nowhere: they have the same recipe." : std::string_view());
    if (differences.empty() || !ImGui::BeginTable("##differences", static_cast<int>(1 + shown.size()), kFlags)) return;
    head_cell("");
    for (const ShownTraining& training : shown) head_cell(training.name);
    for (const RecipeDifference& difference : differences) {
        ImGui::TableNextColumn();
        label(difference.key, TextStyle::Mono, colors().text);
        for (const std::string& value : difference.values) {
            ImGui::TableNextColumn();
            label(value.empty() ? "\u2013" : value, TextStyle::Mono, colors().text);
        }
    }
    ImGui::EndTable();
}

std::optional<ViewTable> TrainingsView::table(const Snapshot& now) const {
    if (!now.trainings.list || now.trainings.list->empty()) return {};
    ViewTable made{.title = title(), .columns = {"training", "state", "step", "steps", "measure", "best", "best step", "model", "collection", "tags", "note", "folder"}, .keys = {11}};
    made.about = {{"trainings", std::to_string(now.trainings.list->size())}};
    for (const TrainingLine* line : rows(now)) {
        const auto& summary = line->summary;
        made.names.push_back(summary.name);
        made.rows.push_back({summary.name, std::string(name(summary.state)), summary.step, summary.steps, summary.measure, summary.best, summary.best_step, summary.model, summary.collection,
                             tag_words(line->marks.tags), line->marks.note, summary.folder.string()});
    }
    return made;
}

} // namespace cameo
