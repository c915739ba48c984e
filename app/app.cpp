#include "app/app.hpp"

#include "app/shell/layouts.hpp"
#include "app/session/saved_settings.hpp"
#include "core/base/error.hpp"
#include "views/theme.hpp"

#include <algorithm>
#include <functional>
#include <fstream>
#include <imgui_internal.h>
#include <type_traits>
#include <unistd.h>
#include <utility>

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kHistoryKept = 200;
constexpr std::chrono::milliseconds kSaveEvery{500};
constexpr std::chrono::seconds kReadMemoryEvery{1};
constexpr double kJobFramesS = 0.1; ///< ten frames a second are enough to watch a job
constexpr const char* kFirstLayout = "Inspect";
constexpr const char* kWindowPlace = "window"; ///< setting of the session

std::uint64_t resident_bytes() {
    std::ifstream statm("/proc/self/statm");
    std::uint64_t pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

/// Whether a job that a person follows has come to its end; one that is not listed any more was none.
bool has_ended(const std::vector<JobSnapshot>& before, const std::vector<JobSnapshot>& now) {
    const auto alive = [](const JobSnapshot& job) { return job.state == JobState::Running || job.state == JobState::Queued; };
    return std::ranges::any_of(now, [&](const JobSnapshot& job) {
        const auto same = std::ranges::find(before, job.id, &JobSnapshot::id);
        return (job.state == JobState::Done || job.state == JobState::Failed) && same != before.end() && alive(*same);
    });
}

std::string layout_text() { return ImGui::SaveIniSettingsToMemory(); }

/// The layout is put in place by Dear ImGui's own reader, which is made for its own files: a damaged text from a
/// session changes nothing but positions.
void load_layout(const std::string& text) {
    ImGui::ClearIniSettings();
    ImGui::LoadIniSettingsFromMemory(text.data(), text.size());
}

} // namespace

bool App::Edit::operator==(const Edit& other) const {
    return saved_settings(settings) == saved_settings(other.settings) && fusion == other.fusion &&
           layout_name == other.layout_name && layout == other.layout && untouched_layout == other.untouched_layout &&
           closed == other.closed && user_layouts == other.user_layouts &&
           forgotten == other.forgotten;
}

App::App(AppOptions options)
    : m_ask_file(std::move(options.ask_file)), m_jobs(std::make_unique<JobManager>(options.wake)),
      m_workbench(std::make_unique<WorkbenchController>(*m_jobs, m_notices, std::move(options.sources))),
      m_keeper(*m_jobs, m_notices), m_fonts(load_fonts(*ImGui::GetIO().Fonts)) {
    auto& io = ImGui::GetIO();
    io.IniFilename = nullptr; // the session keeps the layout
    io.IniSavingRate = 0.3f;
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable | ImGuiConfigFlags_NavEnableKeyboard;
    io.ConfigInputTextCursorBlink = false; // a blinking caret would draw for ever
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    for (const auto& sentence : m_fonts.notices) m_notices.add(Notice::Level::Warning, sentence);

    add_actions(*this);
    m_workbench->on_trace = [this](std::shared_ptr<const Trace> trace) {
        remember_query(*trace);
        m_keeper.add_trace(std::move(trace));
        select_in_new_trace({});
    };
    m_layout_name = kFirstLayout;
    take_session(options.session.empty() ? SessionKeeper::Restored() : m_keeper.open(options.session));
    if (options.appearance) m_settings.appearance = *options.appearance;
    if (options.ui_scale) m_settings.ui_scale = *options.ui_scale;
    if (options.appearance || options.ui_scale) m_edits = std::make_unique<EditHistory<Edit>>(edit());
}

App::~App() {
    m_layout = layout_text();
    const auto state = session_state();
    m_jobs.reset(); // workers are gone before the last word is written
    m_keeper.flush(state);
}

void App::take_session(SessionKeeper::Restored restored) {
    const SessionState& state = restored.state;
    m_settings = settings_from(state.settings);
    // Another session does not move the window that it is opened in.
    if (const auto saved = state.settings.find(kWindowPlace); saved != state.settings.end() && !m_window_place)
        m_window_place = window_place_from(saved->second);
    m_user_layouts = user_layouts_from(state.settings);
    m_shell.palette().set_recents(recents_from(state.settings));
    m_history = std::move(restored.history);
    m_forgotten.clear();
    m_forgotten_in_force = 0;
    m_shell.search_bar().set_text(state.query);
    m_selection = {.document = state.selection.document};
    m_places = {};
    m_workbench->reset();
    m_workbench->select(m_selection.document);
    m_layout_name = state.layout_name.empty() ? kFirstLayout : state.layout_name;
    arrange(state.layout, is_untouched(state.settings) ? m_layout_name : std::string());
    for (const auto& view : m_shell.views())
        view->set_open(view->title() != view_title::kWelcome && !is_closed(state.settings, view->title()));
    if (!state.fusion.empty()) {
        try {
            m_workbench->set_fusion(parse_fusion(state.fusion));
        } catch (const Error& error) {
            m_notices.error(error.what(), "The model's own fusion is used.");
        }
    }
    m_restoring = 0;
    // What was there last is on the screen before anything is loaded that could make it anew.
    if (!state.selection.trace_id.empty() || !m_history.empty()) {
        m_restoring = ++m_restored;
        m_keeper.load_last_trace(state.selection.trace_id, [this, wanted = state.selection,
                                                            number = m_restored](std::shared_ptr<const Trace> trace) {
            if (number != m_restoring) return; // of a session that was left meanwhile
            m_restoring = 0;
            if (trace && !m_workbench->trace()) take_last_trace(wanted, std::move(trace));
        });
    }
    m_workbench->start(state.model, state.collection);
    m_edits = std::make_unique<EditHistory<Edit>>(edit());
    m_dirty = true;
}

void App::take_last_trace(const SessionSelection& wanted, std::shared_ptr<const Trace> trace) {
    // What stands in the search box may be the beginning of another query.
    m_shell.search_bar().keep_text_under(trace->id);
    m_workbench->show(std::move(trace), true);
    select_in_new_trace(m_selection.document);
    if (m_selection.document != wanted.document) return;
    const auto& experts = m_workbench->trace()->experts;
    const auto expert = std::ranges::find(experts, wanted.expert, &ExpertTrace::name);
    if (expert != experts.end()) m_selection.expert = static_cast<int>(expert - experts.begin());
    const bool is_token = std::ranges::any_of(experts, [&](const ExpertTrace& each) {
        return wanted.token >= 0 && static_cast<std::size_t>(wanted.token) < each.query.tokens.tokens.size();
    });
    if (is_token) m_selection.query_token = wanted.token;
}

void App::open_session(const std::filesystem::path& file) {
    m_keeper.turn_to(file, [this] { return session_state(); },
                     [this](SessionKeeper::Restored restored) { take_session(std::move(restored)); });
}

bool App::ask_file(FileQuestion question, std::function<void(const std::filesystem::path&)> take) {
    if (!m_ask_file) return false;
    using Answer = std::optional<std::filesystem::path>;
    m_jobs->submit({.name = question.title, .tag = "file dialog", .listing = Listing::Never},
                   [ask = m_ask_file, question](JobContext& job) { return ask(question, job); },
                   [this, take = std::move(take)](JobOutcome<Answer> outcome) {
                       if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
                       if (outcome.value && *outcome.value) take(**outcome.value);
                   });
    return true;
}

void App::set_window_place(const WindowPlace& place) {
    if (place == m_window_place) return;
    m_window_place = place;
    m_unsaved = true;
}

void App::save_session_copy(const std::filesystem::path& file, bool replace) {
    m_keeper.copy_to(file, replace, [this, file] {
        m_shell.prompt().confirm(file.string() + ": there is such a file already.", "Replace it",
                                 [this, file] { save_session_copy(file, true); });
    });
}

SessionState App::session_state() const {
    SessionState state;
    state.layout_name = m_layout_name;
    state.layout = m_layout;
    state.model = m_workbench->model();
    state.collection = m_workbench->collection();
    state.query = m_shell.search_bar().text();
    if (const auto& chosen = m_workbench->chosen_fusion()) state.fusion = to_string(*chosen);
    state.selection.document = m_selection.document;
    if (m_workbench->trace()) {
        state.selection.trace_id = m_workbench->trace()->id;
        const auto& experts = m_workbench->trace()->experts;
        if (m_selection.expert >= 0 && static_cast<std::size_t>(m_selection.expert) < experts.size())
            state.selection.expert = experts[static_cast<std::size_t>(m_selection.expert)].name;
    }
    state.selection.token = m_selection.query_token;
    state.settings = saved_settings(m_settings);
    if (m_window_place) state.settings[kWindowPlace] = to_text(*m_window_place);
    save_user_layouts(m_user_layouts, state.settings);
    save_untouched(!m_shell.untouched_layout().empty(), state.settings);
    save_recents(m_shell.palette().recents(), state.settings);
    for (const auto& view : m_shell.views())
        if (!view->is_open()) save_closed(view->title(), state.settings);
    return state;
}

void App::autosave() {
    if (!m_unsaved || !m_keeper.is_open() || m_restoring) return;
    const auto now = Clock::now();
    if (now - m_saved_at < kSaveEvery) return;
    m_saved_at = now;
    m_unsaved = false;
    m_keeper.save(session_state());
}

void App::rebuild_snapshot() {
    m_workbench->fill(m_now);
    welcome_or_not();
    m_now.selection = m_selection;
    m_now.history = m_history;
    auto jobs = m_jobs->snapshot();
    m_wants_attention = m_wants_attention || has_ended(m_now.jobs, jobs);
    m_now.jobs = std::move(jobs);
    m_now.notices = m_notices.notices();
    const auto now = Clock::now();
    if (now - m_memory_read_at >= kReadMemoryEvery) {
        m_resident_bytes = resident_bytes();
        m_memory_read_at = now;
    }
    m_now.status.resident_bytes = m_resident_bytes;
    m_now.settings = m_settings;
    m_dirty = false;
}

void App::welcome_or_not() {
    const bool building = m_workbench->is_building();
    const Phase phase = m_now.workbench.phase;
    if (phase == Phase::Empty && m_welcomed != Phase::Empty) m_shell.show_view(view_title::kWelcome);
    // It stays while the demo is built, and gives way to what was built.
    if (phase == Phase::Ready && !building && m_welcomed == Phase::Empty) {
        m_shell.view(view_title::kWelcome)->set_open(false);
        // Somebody may be typing a query meanwhile: the caret stays theirs.
        if (ImGui::GetIO().WantTextInput) m_shell.view(view_title::kQueryBench)->set_open(true);
        else m_shell.show_view(view_title::kQueryBench);
    }
    if (!building || phase == Phase::Empty) m_welcomed = phase;
}

void App::begin_frame(float monitor_scale) {
    if (m_jobs->drain()) m_dirty = true;
    if (m_notices.expire(Clock::now())) m_dirty = true;
    if (m_dirty || m_jobs->busy()) rebuild_snapshot();
    if (!m_load_layout.empty()) {
        load_layout(std::exchange(m_load_layout, {}));
        m_shell.keep_layout();
    }
    apply_theme(m_settings, monitor_scale, m_fonts);
    m_moving = false;
}

void App::draw() {
    std::string refusal;
    const std::string pressed = m_table.run_shortcuts(refusal);
    if (!refusal.empty()) m_notices.add(Notice::Level::Info, m_table.find(pressed)->title + ": " + refusal);
    if (!pressed.empty()) {
        m_unsaved = true;
        rebuild_snapshot();
    }
    m_shell.draw(m_now, m_table, m_layout_name, m_commands);
    m_popup_was_open = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
}

void App::end_frame() {
    Commands commands;
    commands.swap(m_commands);
    for (const auto& command : commands) act(command);
    // The bench says when the mouse has left a row, unless the bench itself went away from under it.
    if (!m_selection.hovered_document.empty() && !m_shell.is_drawn(view_title::kQueryBench)) {
        m_selection.hovered_document.clear();
        m_dirty = true;
    }
    watch_layout();
    autosave();
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
        else m_edits->amend(edit());
        m_unsaved = true;
    }
    const auto& closed_before = m_edits->current().closed;
    if (const auto closed = closed_views(); m_layout_step.empty() && closed != closed_before)
        record(closed.size() > closed_before.size() ? "Close a view" : "Show a view");
}

std::optional<double> App::sleep_s() const {
    if (m_moving || m_dirty) return 0;
    std::optional<double> sleep;
    const auto at_most = [&](double seconds) { sleep = std::min(sleep.value_or(seconds), seconds); };
    if (m_jobs->busy()) at_most(kJobFramesS);
    // Dear ImGui counts down in frames until a changed layout is worth keeping.
    if (ImGui::GetCurrentContext()->SettingsDirtyTimer > 0) at_most(kJobFramesS);
    if (const auto left = m_notices.expires_in_s(Clock::now())) at_most(*left);
    if (m_unsaved && m_keeper.is_open()) at_most(std::chrono::duration<double>(kSaveEvery).count());
    return sleep;
}

void App::remember_query(const Trace& trace) {
    std::erase_if(m_history, [&](const PastQuery& past) { return past.text == trace.query; });
    m_history.insert(m_history.begin(), {.text = trace.query,
                                         .trace_id = trace.id,
                                         .at_ms = trace.created_ms,
                                         .model = trace.model,
                                         .collection = trace.collection});
    if (m_history.size() > kHistoryKept) m_history.resize(kHistoryKept);
}

void App::clear_history() {
    m_forgotten.resize(m_forgotten_in_force); // what could have been forgotten again by redo
    m_forgotten.push_back(m_history);
    forget(m_forgotten[m_forgotten_in_force++]);
    record("Forget past queries");
}

void App::forget(const std::vector<PastQuery>& queries) {
    if (queries.empty()) return;
    const std::int64_t until_ms = std::ranges::max(queries, {}, &PastQuery::at_ms).at_ms;
    std::erase_if(m_history, [&](const PastQuery& past) { return past.at_ms <= until_ms; });
    m_keeper.clear_history(until_ms);
}

void App::remember_again(const std::vector<PastQuery>& queries) {
    for (const auto& past : queries)
        if (std::ranges::find(m_history, past.text, &PastQuery::text) == m_history.end()) m_history.push_back(past);
    std::ranges::stable_sort(m_history, std::ranges::greater(), &PastQuery::at_ms);
    m_keeper.add_history(queries);
}

void App::select(const Selection& selection) {
    const bool moved = selection.document != m_selection.document;
    m_selection = selection;
    if (!moved) return;
    m_workbench->select(selection.document);
    m_places.visit({m_workbench->trace(), selection.document});
}

void App::select_in_new_trace(const std::string& wanted) {
    const auto& trace = m_workbench->trace();
    Selection selection{.expert = m_selection.expert};
    if (selection.expert >= static_cast<int>(trace->experts.size())) selection.expert = -1;
    const bool still_there = !wanted.empty() && std::ranges::any_of(
        trace->documents, [&](const UnionDocument& document) { return document.id == wanted; });
    if (still_there)
        selection.document = wanted;
    else
        selection.document = trace->fused.empty()
                                 ? std::string()
                                 : trace->documents[static_cast<std::size_t>(trace->fused.front().document)].id;
    m_selection = selection;
    m_workbench->select(selection.document);
    m_places.visit({trace, selection.document});
    m_dirty = m_unsaved = true;
}

void App::go(const SelectionHistory::Place& place) {
    if (!m_workbench->trace() || m_workbench->trace()->id != place.trace->id) {
        m_workbench->show(place.trace, false);
        m_shell.search_bar().set_text(place.trace->query);
    }
    m_selection = {.document = place.document, .expert = m_selection.expert};
    if (m_selection.expert >= static_cast<int>(place.trace->experts.size())) m_selection.expert = -1;
    m_workbench->select(place.document);
    m_dirty = m_unsaved = true;
}

void App::open_trace(const std::string& id) {
    m_keeper.load_trace(id, [this](std::shared_ptr<const Trace> trace) {
        if (!trace) return;
        m_shell.search_bar().set_text(trace->query);
        m_workbench->show(std::move(trace), true);
        select_in_new_trace({});
        m_shell.show_view(view_title::kQueryBench);
    });
}

void App::go_back() { go(m_places.back()); }
void App::go_forward() { go(m_places.forward()); }
std::string App::why_no_back() const { return m_places.can_go_back() ? "" : "nothing was selected before this"; }
std::string App::why_no_forward() const { return m_places.can_go_forward() ? "" : "this is the latest selection"; }

App::Edit App::edit() const {
    return {.settings = m_settings,
            .fusion = m_workbench->chosen_fusion(),
            .layout_name = m_layout_name,
            .layout = m_layout,
            .untouched_layout = m_shell.untouched_layout(),
            .closed = closed_views(),
            .user_layouts = m_user_layouts,
            .forgotten = m_forgotten_in_force};
}

std::set<std::string> App::closed_views() const {
    std::set<std::string> closed;
    for (const auto& view : m_shell.views())
        if (!view->is_open() && view->title() != view_title::kWelcome) closed.insert(view->title());
    return closed;
}

void App::close_views(const std::set<std::string>& closed) {
    for (const auto& view : m_shell.views())
        if (view->title() != view_title::kWelcome) view->set_open(!closed.contains(view->title()));
}

/// With the next frame.
void App::arrange(const std::string& text, const std::string& untouched) {
    m_layout = text;
    if (is_named_layout(untouched) || text.empty()) m_shell.build_layout(text.empty() ? kFirstLayout : untouched);
    else m_load_layout = text;
}

void App::record(const std::string& label) {
    m_edits->record(edit(), label, Clock::now());
    m_dirty = m_unsaved = true;
}

void App::restore(const Edit& edit) {
    m_settings = edit.settings;
    if (edit.fusion != m_workbench->chosen_fusion()) m_workbench->set_fusion(edit.fusion);
    while (m_forgotten_in_force > edit.forgotten) remember_again(m_forgotten[--m_forgotten_in_force]);
    while (m_forgotten_in_force < edit.forgotten) forget(m_forgotten[m_forgotten_in_force++]);
    m_user_layouts = edit.user_layouts;
    m_layout_name = edit.layout_name;
    close_views(edit.closed);
    if (edit.layout != m_layout) arrange(edit.layout, edit.untouched_layout);
    m_dirty = m_unsaved = true;
}

void App::undo() { restore(m_edits->undo()); }
void App::redo() { restore(m_edits->redo()); }
std::string App::why_no_undo() const { return m_edits->can_undo() ? "" : "nothing to take back"; }
std::string App::why_no_redo() const { return m_edits->can_redo() ? "" : "nothing was taken back"; }
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
        close_views(found->second.closed);
        m_shell.maximise({});
    } else {
        m_shell.build_layout(name);
        close_views({});
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

void App::open_palette() { m_shell.palette().open(momentary_actions(*this)); }

void App::leave_innermost() {
    // What is open on top hears the same key and closes itself.
    if (m_popup_was_open || m_shell.palette().is_open() || m_shell.sheet().is_open() || m_shell.prompt().is_open()) return;
    if (!m_notices.notices().empty()) m_notices.dismiss(m_notices.notices().back().id);
    else if (!m_shell.maximised().empty()) m_shell.maximise({});
    else if (m_selection.query_token >= 0) m_selection.query_token = -1;
    else if (m_selection.expert >= 0) m_selection.expert = -1;
    else if (!m_selection.document.empty()) {
        m_selection.document.clear();
        m_workbench->select({});
    }
    m_dirty = m_unsaved = true;
}

void App::act(const Command& command) {
    std::visit(
        [this](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, KeepDrawing>) {
                m_moving = true;
                return;
            } else if constexpr (std::is_same_v<What, Select>) {
                if (what.selection == m_selection) return;
                const bool hover_only = [&] {
                    Selection same = what.selection;
                    same.hovered_document = m_selection.hovered_document;
                    return same == m_selection;
                }();
                select(what.selection);
                m_dirty = true;
                if (!hover_only) m_unsaved = true;
                return;
            } else if constexpr (std::is_same_v<What, RunQuery>) {
                m_shell.search_bar().set_text(what.text);
                m_workbench->run_query(what.text);
                if (m_now.workbench.phase != Phase::Empty) m_shell.show_view(view_title::kQueryBench);
            } else if constexpr (std::is_same_v<What, OpenTrace>) {
                open_trace(what.id);
            } else if constexpr (std::is_same_v<What, SetFusion>) {
                m_workbench->set_fusion(what.fusion);
                record("Fusion");
            } else if constexpr (std::is_same_v<What, OpenModel>) {
                m_workbench->open_model(what.name);
            } else if constexpr (std::is_same_v<What, OpenCollection>) {
                m_workbench->open_collection(what.name);
            } else if constexpr (std::is_same_v<What, BuildDemo>) {
                m_workbench->build_demo(what.all);
            } else if constexpr (std::is_same_v<What, BuildIndex>) {
                m_workbench->build_index();
            } else if constexpr (std::is_same_v<What, CancelJob>) {
                m_jobs->cancel(what.id);
            } else if constexpr (std::is_same_v<What, ForgetJob>) {
                m_jobs->forget(what.id);
            } else if constexpr (std::is_same_v<What, DismissNotice>) {
                m_notices.dismiss(what.id);
            } else if constexpr (std::is_same_v<What, ChangeSettings>) {
                change_settings(what.settings);
            } else if constexpr (std::is_same_v<What, CopyText>) {
                ImGui::SetClipboardText(what.text.c_str());
            } else if constexpr (std::is_same_v<What, ShowView>) {
                m_shell.show_view(what.title);
            } else if constexpr (std::is_same_v<What, OpenPalette>) {
                open_palette();
            }
            m_dirty = m_unsaved = true;
        },
        command);
}

} // namespace cameo
