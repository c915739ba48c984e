#include "app/app.hpp"

#include "app/shell/layouts.hpp"

#include <algorithm>
#include <imgui_internal.h>
#include <utility>

// What undo brings back: settings, fusion, slices, layouts, open views, grades.

namespace cameo {

namespace {
using Clock = std::chrono::steady_clock;
}

bool App::Edit::operator==(const Edit& other) const {
    return saved_settings(settings) == saved_settings(other.settings) && fusion == other.fusion && slices == other.slices &&
           layout_name == other.layout_name && layout == other.layout && untouched_layout == other.untouched_layout &&
           closed == other.closed && user_layouts == other.user_layouts &&
           forgotten == other.forgotten && judged == other.judged && notebook == other.notebook;
}

App::Edit App::edit() const {
    return {.settings = m_settings,
            .fusion = m_workbench->chosen_fusion(),
            .slices = m_workbench->measurements().slices(),
            .layout_name = m_layout_name,
            .layout = m_layout,
            .untouched_layout = m_shell.untouched_layout(),
            .closed = closed_views(),
            .in_front = m_shell.in_front(),
            .user_layouts = m_user_layouts,
            .forgotten = m_forgotten_in_force,
            .judged = m_judgments.steps(),
            .notebook = m_notebook};
}

std::set<std::string> App::closed_views() const {
    if (m_before_tour) return m_before_tour->closed; // what a tour opens is nobody's step
    std::set<std::string> closed;
    for (const auto& view : m_shell.views())
        if (!view->is_open() && !comes_and_goes(view->title())) closed.insert(view->title());
    return closed;
}

void App::close_views(const std::set<std::string>& closed) {
    if (m_before_tour) m_before_tour->closed = closed;
    for (const auto& view : m_shell.views())
        if (!comes_and_goes(view->title())) view->set_open(!closed.contains(view->title()));
}

/// With the next frame.
void App::arrange(const std::string& text, const std::string& untouched) {
    m_layout = text;
    if (is_named_layout(untouched)) m_shell.build_layout(untouched);
    else if (text.empty()) m_shell.build_layout(kFirstLayout);
    else m_load_layout = text;
}

/// To the pixel and with the same tabs in front, and not built anew: where a splitter stands depends on the sizes that a window has had.
void App::arrange_as_it_was(const std::string& text, const std::string& untouched) {
    m_shell.build_layout({});
    m_shell.take_for_built(untouched);
    m_layout = m_load_layout = text;
    m_loaded_untouched = untouched;
}

void App::record(const std::string& label) {
    // What a presentation moves comes back by itself.
    if (m_before_presentation) {
        m_dirty = true;
        return;
    }
    m_edits->record(edit(), label, Clock::now());
    m_dirty = m_unsaved = true;
}

void App::restore(const Edit& edit) {
    m_settings = edit.settings;
    if (edit.fusion != m_workbench->chosen_fusion()) m_workbench->set_fusion(edit.fusion);
    m_workbench->measurements().use_slices(edit.slices);
    while (m_forgotten_in_force > edit.forgotten) remember_again(m_forgotten[--m_forgotten_in_force]);
    while (m_forgotten_in_force < edit.forgotten) forget(m_forgotten[m_forgotten_in_force++]);
    m_keeper.change_judgments(m_judgments.turn_to(edit.judged));
    if (edit.notebook != m_notebook) use_notebook(edit.notebook);
    m_user_layouts = edit.user_layouts;
    m_layout_name = edit.layout_name;
    if (edit.layout != m_layout || edit.closed != closed_views()) {
        close_views(edit.closed);
        arrange_as_it_was(edit.layout, edit.untouched_layout);
        m_shell.bring_back(edit.in_front); // a view that comes back puts itself to the front
    }
    m_dirty = m_unsaved = true;
}

bool App::judge(std::vector<JudgmentChange> changes, const std::string& label) {
    const std::size_t steps = m_judgments.steps();
    m_keeper.change_judgments(m_judgments.apply(std::move(changes)));
    record(label);
    return m_judgments.steps() != steps;
}

void App::grade(const GradeDocument& what) {
    const auto& trace = m_workbench->trace();
    if (!trace) return;
    // Named by what it is about: grades that follow each other quickly are steps of their own.
    judge({{.collection = trace->collection, .query = trace->query, .query_id = trace->query_id, .document = what.document, .before = {}, .after = what.grade}},
          "Grade of " + what.document + " for " + trace->query);
}

/// A layout that was asked for a moment ago is a step already; else it is noted which tabs are in front by now.
void App::close_step() {
    if (m_layout_step.empty()) return m_edits->amend(edit());
    m_layout = layout_text();
    record(std::exchange(m_layout_step, {}));
}

void App::undo() {
    close_step();
    restore(m_edits->undo());
}

void App::redo() {
    close_step();
    if (!m_edits->can_redo()) return; // that was a new step
    restore(m_edits->redo());
}

std::string App::why_no_undo() const { return m_before_presentation ? "a presentation is under way" : m_edits->can_undo() ? "" : "nothing to take back"; }
std::string App::why_no_redo() const { return m_before_presentation ? "a presentation is under way" : m_edits->can_redo() ? "" : "nothing was taken back"; }
std::string App::undo_label() const { return m_edits->can_undo() ? m_edits->undo_label() : ""; }
std::string App::redo_label() const { return m_edits->can_redo() ? m_edits->redo_label() : ""; }

void App::change_settings(const Settings& settings) {
    const std::string label = settings.appearance != m_settings.appearance ? "Appearance"
                              : settings.ui_scale != m_settings.ui_scale   ? "Size of everything"
                                                                           : "Settings";
    m_settings = settings;
    m_settings.ui_scale = std::clamp(m_settings.ui_scale, kSmallestScale, kLargestScale);
    record(label);
}

void App::apply_layout(const std::string& name) {
    if (const auto found = m_user_layouts.find(name); found != m_user_layouts.end()) {
        m_load_layout = found->second.text;
        std::set<std::string> closed = found->second.closed;
        for (const auto& view : m_shell.views())
            if (!has_place(found->second.text, view->title())) closed.insert(view->title());
        close_views(closed);
        m_shell.maximise({});
    } else {
        m_shell.build_layout(name);
        close_views({});
        if (auto titles = views_in_front(name); !titles.empty()) m_shell.bring_back(std::move(titles));
    }
    m_layout_name = name;
    m_layout_step = "Layout: " + name;
    m_dirty = m_unsaved = true;
    ImGui::MarkIniSettingsDirty(); // the arrangement is read back, and recorded, once it stands
}

void App::reset_layout() { apply_layout(is_named_layout(m_layout_name) ? m_layout_name : kFirstLayout); }

void App::save_layout_as(const std::string& name) {
    if (is_named_layout(name)) {
        m_notices.add(Notice::Level::Warning, "A layout called " + name + " ships with Cameo.", "Choose another name for yours.");
        return;
    }
    m_layout = layout_text();
    m_user_layouts[name] = {m_layout, closed_views()};
    m_layout_name = name;
    record("Save a layout");
}

void App::delete_layout(const std::string& name) {
    m_user_layouts.erase(name);
    if (m_layout_name == name) m_layout_name = kFirstLayout;
    record("Delete a layout");
}

std::vector<std::string> App::user_layouts() const {
    std::vector<std::string> names;
    for (const auto& [name, text] : m_user_layouts) names.push_back(name);
    return names;
}

void App::maximise_or_restore() {
    const std::string focused = m_shell.focused_view();
    if (!m_shell.maximised().empty()) m_shell.maximise({});
    else m_shell.maximise(focused.empty() ? view_title::kQueryBench : focused);
    m_dirty = true;
}

void App::watch_layout() {
    auto& io = ImGui::GetIO();
    if (io.MouseClicked[0]) m_places_at_press = m_shell.places();
    const bool dragged = io.MouseReleased[0] && io.MouseDragMaxDistanceSqr[0] > io.MouseDragThreshold * io.MouseDragThreshold;
    // A text can be dragged over, and a slider: only what has moved a view is about the layout.
    if (dragged && m_shell.places() != m_places_at_press) {
        m_layout_step = "Layout";
        m_layout_dragged = true;
    }
    if (io.WantSaveIniSettings) {
        io.WantSaveIniSettings = false;
        m_layout = layout_text();
        // Docking settles by itself, at the start and when the window's size changes: that is nobody's step.
        if (std::exchange(m_layout_dragged, false)) m_shell.keep_layout();
        if (const auto step = std::exchange(m_layout_step, {}); !step.empty()) record(step);
        else if (!m_before_presentation) m_edits->amend(edit());
        m_unsaved = true;
    }
    if (m_before_presentation) return; // a step's views are its own, and nobody's edit
    const auto& closed_before = m_edits->current().closed;
    if (const auto closed = closed_views(); m_layout_step.empty() && closed != closed_before)
        record(closed.size() > closed_before.size() ? "Close a view" : "Show a view");
}

} // namespace cameo
