#include "app/app.hpp"

#include "app/shell/layouts.hpp"
#include "core/base/error.hpp"

#include <algorithm>
#include <functional>
#include <utility>

// What outlives the program, and how another session takes its place.

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kHistoryKept = 200;
constexpr const char* kWindowPlace = "window"; ///< setting of the session

} // namespace

void App::take_session(SessionKeeper::Restored restored, const std::string& model, const std::string& collection) {
    const SessionState& state = restored.state;
    m_settings = settings_from(state.settings);
    // Another session does not move the window that it is opened in.
    if (const auto saved = state.settings.find(kWindowPlace); saved != state.settings.end() && !m_window_place)
        m_window_place = window_place_from(saved->second);
    m_tour.stop(); // what it would put back is the other session's
    m_before_tour.reset();
    m_tour_ended = is_tour_ended(state.settings);
    m_user_layouts = user_layouts_from(state.settings);
    m_workbench->measurements().use_slices(own_slices_from(state.settings));
    const SavedTrainings trainings = trainings_from(state.settings);
    m_trainings->restore(trainings.shown, {trainings.elsewhere.begin(), trainings.elsewhere.end()});
    m_shell.palette().set_recents(recents_from(state.settings));
    m_history = std::move(restored.history);
    m_judgments = JudgmentBook(restored.judgments);
    m_notebook = std::make_shared<const SessionNotebook>(std::move(restored.notebook));
    m_shown_notebook = shown(*m_notebook);
    m_bookmark.clear();
    end_story();
    m_wanted.reset();
    m_forgotten.clear();
    m_forgotten_in_force = 0;
    m_shell.search_bar().set_text(state.query);
    m_selection = {.document = state.selection.document};
    m_places = {};
    m_workbench->reset();
    m_workbench->select(m_selection.document, {});
    take_arrangement(state);
    take_fusion(state.fusion);
    m_restoring = 0;
    const int number = ++m_turn;
    // What was there last is on the screen before anything is loaded that could make it anew.
    if (!state.selection.trace_id.empty() || !m_history.empty()) {
        m_restoring = number;
        m_restoring_selection = state.selection;
        m_keeper.load_last_trace(state.selection.trace_id, [this, wanted = state.selection, number](std::shared_ptr<const Trace> trace) {
            if (number == m_restoring) m_restoring = 0; // else it is of a session that was left meanwhile
            if (trace && number == m_turn && !m_workbench->trace()) take_last_trace(wanted, std::move(trace));
        });
    }
    take_pin(pin_from(state.settings));
    m_workbench->start(model.empty() ? state.model : model, collection.empty() ? state.collection : collection);
    m_edits = std::make_unique<EditHistory<Edit>>(edit());
    look_for_recent_sessions();
    m_noted = {};
    m_can_go_on.clear();
    if (restored.left_open) say_left_open(*restored.left_open);
    m_dirty = true;
}

void App::take_arrangement(const SessionState& state) {
    m_layout_name = state.layout_name.empty() ? kFirstLayout : state.layout_name;
    const bool untouched = is_untouched(state.settings) || state.layout.empty();
    arrange(state.layout, untouched ? m_layout_name : std::string());
    for (const auto& view : m_shell.views())
        view->set_open(!comes_and_goes(view->title()) && !is_closed(state.settings, view->title()) &&
                       (untouched || has_place(state.layout, view->title())));
}

/// @param text empty: what was chosen before stays
void App::take_fusion(const std::string& text) {
    if (text.empty()) return;
    try {
        m_workbench->set_fusion(parse_fusion(text));
    } catch (const Error& error) {
        m_notices.error(error.what(), "The model's own fusion is used.");
    }
}

void App::take_last_trace(const SessionSelection& wanted, std::shared_ptr<const Trace> trace) {
    // What stands in the search box may be the beginning of another query.
    m_shell.search_bar().keep_text_under(trace->id);
    m_workbench->show(std::move(trace), true);
    select_as_wanted(wanted);
}

/// As far as the result on screen has it.
void App::select_as_wanted(const SessionSelection& wanted) {
    select_in_new_trace(wanted.document);
    if (!wanted.document.empty() && m_selection.document != wanted.document) return;
    const auto& experts = m_workbench->trace()->experts;
    const auto expert = std::ranges::find(experts, wanted.expert, &ExpertTrace::name);
    if (expert != experts.end()) m_selection.expert = static_cast<int>(expert - experts.begin());
    const bool is_token = std::ranges::any_of(experts, [&](const ExpertTrace& each) {
        return wanted.token >= 0 && static_cast<std::size_t>(wanted.token) < each.query.tokens.tokens.size();
    });
    if (is_token) m_selection.query_token = wanted.token;
    if (wanted.documents.empty() || wanted.documents.front() == m_selection.document) return;
    m_selection.reference = wanted.documents.front();
    m_workbench->select(m_selection.document, m_selection.reference);
}

void App::open_session(const std::filesystem::path& file) {
    end_presentation();
    end_tour(false); // the session that is left is kept as it was before
    m_keeper.turn_to(file, [this] { return session_state(); },
                     [this](SessionKeeper::Restored restored) { take_session(std::move(restored)); });
}

bool App::ask_file(FileQuestion question, std::function<void(const std::filesystem::path&)> take) {
    if (!m_ask_file) return false;
    using Answer = std::optional<std::filesystem::path>;
    m_jobs->submit({.name = question.title, .tag = "file dialog", .lane = Lane::Outside, .listing = Listing::Never},
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
    if (!m_selection.reference.empty()) state.selection.documents = {m_selection.reference};
    if (m_workbench->trace()) {
        state.selection.trace_id = m_workbench->trace()->id;
        const auto& experts = m_workbench->trace()->experts;
        if (m_selection.expert >= 0 && static_cast<std::size_t>(m_selection.expert) < experts.size())
            state.selection.expert = experts[static_cast<std::size_t>(m_selection.expert)].name;
    }
    state.selection.token = m_selection.query_token;
    // What is still being read would be lost by a window that is closed at once.
    if (m_restoring && !m_workbench->trace()) state.selection = m_restoring_selection;
    state.settings = saved_settings(m_settings);
    if (m_window_place) state.settings[kWindowPlace] = to_text(*m_window_place);
    save_user_layouts(m_user_layouts, state.settings);
    save_own_slices(m_workbench->measurements().slices(), state.settings);
    SavedTrainings trainings{.shown = m_trainings->shown_folders(), .elsewhere = {}};
    for (const auto& folder : m_trainings->elsewhere()) trainings.elsewhere.push_back(folder.string());
    save_trainings(trainings, state.settings);
    const Pinned::What pinned = m_workbench->pinned();
    save_pin(pinned.kind == Pin::Kind::Result ? pinned.result->id : m_wanted_pin, state.settings);
    save_untouched(!m_shell.untouched_layout().empty(), state.settings);
    save_tour_ended(m_tour_ended, state.settings);
    save_recents(m_shell.palette().recents(), state.settings);
    for (const auto& view : m_shell.views())
        if (!view->is_open()) save_closed(view->title(), state.settings);
    return state;
}

void App::autosave() {
    if (!m_unsaved || !m_keeper.is_open() || m_restoring || m_before_presentation) return;
    const auto now = Clock::now();
    if (now - m_saved_at < kSaveEvery) return;
    m_saved_at = now;
    m_unsaved = false;
    m_keeper.save(session_state());
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
    m_forgotten.push_back({.queries = m_history, .kept = {}});
    forget(m_forgotten[m_forgotten_in_force++]);
    record("Forget past queries");
}

void App::forget(Forgotten& past) {
    if (past.queries.empty()) return;
    const std::int64_t until_ms = std::ranges::max(past.queries, {}, &PastQuery::at_ms).at_ms;
    std::erase_if(m_history, [&](const PastQuery& each) { return each.at_ms <= until_ms; });
    past.kept = m_keeper.clear_history(until_ms);
}

void App::remember_again(const Forgotten& past) {
    for (const auto& each : past.queries)
        if (std::ranges::find(m_history, each.text, &PastQuery::text) == m_history.end()) m_history.push_back(each);
    std::ranges::stable_sort(m_history, std::ranges::greater(), &PastQuery::at_ms);
    m_keeper.add_history(past.kept);
}

} // namespace cameo
