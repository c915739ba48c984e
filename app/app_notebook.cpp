#include "app/action_steps.hpp"
#include "app/app.hpp"
#include "app/session/recent_sessions.hpp"
#include "app/shell/layouts.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/base/now_ms.hpp"
#include "core/base/random_id.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <imgui_internal.h>
#include <utility>

// Bookmarks, notes, and what comes from other sessions.

namespace cameo {

namespace {

/// What a bookmark is called before somebody says otherwise.
std::string first_title(const Snapshot& now, const std::string& layout) {
    if (!now.trace) return layout;
    const auto found = std::ranges::find(now.trace->documents, now.selection.document, &UnionDocument::id);
    if (found == now.trace->documents.end()) return now.trace->query;
    return now.trace->query + ": " + (found->title.empty() ? found->id : found->title);
}

std::string counted(std::size_t count, const char* one, const char* many) { return fmt::format("{} {}", count, count == 1 ? one : many); }

} // namespace

void App::use_notebook(std::shared_ptr<const SessionNotebook> notebook) {
    m_notebook = std::move(notebook);
    m_shown_notebook = shown(*m_notebook);
    if (!bookmark_of(*m_notebook, m_bookmark)) m_bookmark.clear();
    if (!story_of(*m_notebook, m_story)) end_story();
    m_keeper.save_notebook(m_notebook);
    m_dirty = true;
}

void App::change_notebook(SessionNotebook notebook, const std::string& label) {
    if (notebook == *m_notebook) return;
    use_notebook(std::make_shared<const SessionNotebook>(std::move(notebook)));
    record(label);
    m_edits->close_step();
}

SessionState App::place_on_screen() {
    SessionState state = session_state();
    const SavedSettings all = std::exchange(state.settings, {});
    save_untouched(is_untouched(all), state.settings);
    for (const auto& view : m_shell.views())
        if (is_closed(all, view->title())) save_closed(view->title(), state.settings);
    save_in_front(m_shell.in_front(), m_shell.maximised(), state.settings);
    save_look(look_at_training(), state.settings);
    save_pin(keep_pin(), state.settings);
    if (m_workbench->trace()) state.query = m_workbench->trace()->query; // not what somebody has begun to type
    return state;
}

void App::add_bookmark(const std::string& story) {
    // A change that somebody was still dragging is kept as well from now on.
    if (m_workbench->trace()) m_keeper.add_trace(m_workbench->trace());
    SessionBookmark bookmark{.id = random_id(), .made_ms = now_ms(), .title = first_title(m_now, m_layout_name), .caption = {}, .state = place_on_screen(), .story = story, .live = false};
    // Another look at the same thing is told apart by what it is looked at with.
    const std::string in_use = m_shell.view_in_use();
    if (std::ranges::find(m_notebook->bookmarks, bookmark.title, &SessionBookmark::title) != m_notebook->bookmarks.end() && !in_use.empty()) bookmark.title += ", " + in_use;
    const auto others = steps_of(*m_notebook, story);
    const auto here = std::ranges::find(others, m_bookmark, &SessionBookmark::id);
    m_bookmark = bookmark.id;
    const std::string title = bookmark.title, id = bookmark.id;
    SessionNotebook notebook = with_bookmark(*m_notebook, std::move(bookmark));
    if (!story.empty() && here != others.end()) notebook = with_bookmark_at(std::move(notebook), id, static_cast<std::size_t>(here - others.begin()) + 1);
    change_notebook(std::move(notebook), (story.empty() ? "Bookmark " : "Step ") + title);
    if (m_recorder) m_recorder->taken();
    else if (!m_shell.is_drawn(view_title::kSession)) m_notices.add(Notice::Level::Info, "Bookmarked: " + title + ".", "Session lists the bookmarks.");
}

std::string App::keep_pin() {
    const auto& pin = m_now.pin;
    if (!pin || pin->kind == Pin::Kind::Original || !pin->then->trace) return {};
    m_keeper.add_trace(pin->then->trace);
    return pin->then->trace->id;
}

void App::take_pin(const std::string& result) {
    m_wanted_pin.clear();
    const Pinned::What now = m_workbench->pinned();
    if (result.empty()) return now.kind ? m_workbench->unpin() : void();
    if (now.result && now.result->id == result) return;
    m_wanted_pin = result;
    m_keeper.load_trace(result, [this, result](std::shared_ptr<const Trace> trace) {
        if (result != m_wanted_pin) return; // somebody has gone on meanwhile
        m_wanted_pin.clear();
        if (trace) m_workbench->pin_result(std::move(trace));
    });
}

void App::open_bookmark(const std::string& id) {
    const SessionBookmark* const bookmark = bookmark_of(*m_notebook, id);
    if (!bookmark) return;
    if (is_presenting()) set_the_stage(in_front_from(bookmark->state.settings));
    end_tour(false); // or it would put its own views back over these
    const SessionState state = bookmark->state;
    m_bookmark = id;
    if (!m_story.empty() && m_story != bookmark->story) end_story();
    take_arrangement(state);
    m_shell.maximise(maximised_from(state.settings));
    m_shell.bring_back(in_front_from(state.settings));
    m_layout_step = "Go to " + bookmark->title;
    ImGui::MarkIniSettingsDirty(); // the arrangement is read back, and recorded, once it stands
    if (state.fusion.empty()) m_workbench->set_fusion({}); // the model's own
    take_fusion(state.fusion);
    take_look(look_from(state.settings));
    const int number = ++m_turn;
    m_restoring = 0; // what a session was opened with gives way
    take_pin(pin_from(state.settings));
    m_wanted.reset();
    if (asks_anew(*bookmark)) return ask_anew(state);
    const std::string result = recorded_result(*bookmark);
    if (result.empty()) return;
    m_workbench->drop_query();
    const auto show = [this, state, number](std::shared_ptr<const Trace> trace) {
        if (!trace || number != m_turn) return; // somebody has gone on meanwhile
        m_shell.search_bar().set_text(trace->query);
        m_selection = {.document = state.selection.document};
        take_last_trace(state.selection, std::move(trace));
    };
    const auto& here = m_workbench->trace();
    if (here && here->id == result) show(here);
    else m_keeper.load_trace(result, show);
}

std::vector<const SessionBookmark*> App::steps() const {
    const SessionBookmark* const here = bookmark_of(*m_notebook, m_bookmark);
    return steps_of(*m_notebook, !m_story.empty() ? m_story : here ? here->story : std::string());
}

void App::step_bookmark(int by) {
    if (!why_no_bookmark_step(by).empty()) return;
    const auto all = steps();
    const auto here = std::ranges::find(all, m_bookmark, &SessionBookmark::id);
    // Before the first step somebody is beside the list.
    const auto place = here == all.end() ? (by > 0 ? 0 : std::ssize(all) - 1) : here - all.begin() + by;
    open_bookmark(all[static_cast<std::size_t>(place)]->id);
}

std::string App::why_no_bookmark_step(int by) const {
    const auto all = steps();
    if (all.empty()) return m_story.empty() ? "this session has no bookmarks" : "the story has no steps yet";
    const auto here = std::ranges::find(all, m_bookmark, &SessionBookmark::id);
    if (here == all.end()) return {};
    const auto place = here - all.begin() + by;
    const std::string what = (*here)->story.empty() ? "bookmark" : "step";
    if (place < 0) return "this is the first " + what;
    return place < std::ssize(all) ? "" : "this is the last " + what;
}

void App::look_for_recent_sessions() {
    if (!m_keeper.keeps()) return;
    m_jobs->submit({.name = "Note which session is open", .listing = Listing::Never},
                   [file = m_keeper.path()](JobContext&) { return RecentSessions(folders().state / "recent-sessions").opened(file); },
                   [this](JobOutcome<std::vector<std::filesystem::path>> outcome) {
                       if (outcome.value) m_recent_sessions = std::move(*outcome.value); // else the list stays as it was
                   });
}

void App::merge_session(const std::filesystem::path& file) {
    m_keeper.merge(file, [this, file](SessionKeeper::Merged merged) { take_merged(file, std::move(merged)); });
}

void App::take_merged(const std::filesystem::path& file, SessionKeeper::Merged merged) {
    // What was asked last may not be written yet.
    for (PastQuery& past : merged.history) {
        const auto here = std::ranges::find(m_history, past.text, &PastQuery::text);
        if (here == m_history.end()) m_history.push_back(std::move(past));
        else if (here->at_ms < past.at_ms) *here = std::move(past);
    }
    std::ranges::stable_sort(m_history, std::ranges::greater(), &PastQuery::at_ms);
    std::vector<JudgmentChange> changes;
    std::size_t other_grades = 0;
    for (const SessionJudgment& one : merged.judgments) {
        const auto ours = m_judgments.grade(one.collection, one.query, one.document);
        if (!ours) changes.push_back({.collection = one.collection, .query = one.query, .query_id = one.query_id, .document = one.document, .before = {}, .after = one.grade});
        else if (*ours != one.grade) ++other_grades;
    }
    const std::size_t judged = changes.size();
    m_keeper.change_judgments(m_judgments.apply(std::move(changes)));
    SessionNotebook notebook = cameo::merged(*m_notebook, merged.notebook);
    const std::size_t bookmarks = notebook.bookmarks.size() - m_notebook->bookmarks.size(), notes = notebook.notes.size() - m_notebook->notes.size();
    if (notebook != *m_notebook) use_notebook(std::make_shared<const SessionNotebook>(std::move(notebook)));
    for (auto& [name, layout] : user_layouts_from(merged.state.settings)) m_user_layouts.try_emplace(name, std::move(layout));
    std::vector<OwnSlice> slices = m_workbench->measurements().slices();
    for (OwnSlice& slice : own_slices_from(merged.state.settings))
        if (std::ranges::find(slices, slice) == slices.end()) slices.push_back(std::move(slice));
    m_workbench->measurements().use_slices(std::move(slices));
    record("Merge " + file.filename().string());
    std::string words = fmt::format("Merged {}: {}, {}, {} and {} are new here.", file.filename().string(), counted(merged.results, "result", "results"), counted(judged, "judgment", "judgments"),
                                    counted(bookmarks, "bookmark", "bookmarks"), counted(notes, "note", "notes"));
    if (other_grades > 0) words += fmt::format(" {} documents are graded otherwise there: the grades of this session stay.", other_grades);
    m_notices.add(Notice::Level::Info, words, "Undo takes back all but the results, which are kept.");
}

bool App::act_on_session(const Command& command) {
    if (const auto* add = std::get_if<AddBookmark>(&command)) {
        add_bookmark(m_recorder ? m_story : add->story);
    } else if (std::get_if<Present>(&command)) {
        begin_presentation();
    } else if (const auto* open = std::get_if<OpenBookmark>(&command)) {
        open_bookmark(open->id);
    } else if (const auto* edit = std::get_if<EditBookmark>(&command)) {
        if (const SessionBookmark* bookmark = bookmark_of(*m_notebook, edit->id)) {
            SessionBookmark changed = *bookmark;
            changed.title = edit->title;
            changed.caption = edit->caption;
            change_notebook(with_bookmark(*m_notebook, std::move(changed)), "Words of the bookmark " + edit->title);
        }
    } else if (const auto* retake = std::get_if<RetakeBookmark>(&command)) {
        if (const SessionBookmark* bookmark = bookmark_of(*m_notebook, retake->id)) {
            if (m_workbench->trace()) m_keeper.add_trace(m_workbench->trace());
            SessionBookmark changed = *bookmark;
            changed.state = place_on_screen();
            m_bookmark = changed.id;
            change_notebook(with_bookmark(*m_notebook, std::move(changed)), "Place of a bookmark");
        }
    } else if (const auto* move = std::get_if<MoveBookmark>(&command)) {
        change_notebook(with_bookmark_at(*m_notebook, move->id, move->place), "Order of the bookmarks");
    } else if (const auto* remove = std::get_if<RemoveBookmark>(&command)) {
        change_notebook(without_bookmark(*m_notebook, remove->id), "Delete a bookmark");
    } else if (const auto* note = std::get_if<WriteNote>(&command)) {
        change_notebook(with_note(*m_notebook, note->about, note->text, now_ms()), "Note about " + (note->about.subject.empty() ? "the session" : note->about.subject));
    } else if (const auto* session = std::get_if<OpenSession>(&command)) {
        if (session->file.empty()) ask_for_session(*this);
        else open_session(session->file);
    } else if (const auto* merge = std::get_if<MergeSession>(&command)) {
        if (merge->file.empty()) ask_for_session_to_merge(*this);
        else merge_session(merge->file);
    } else if (const auto* report = std::get_if<ReportSession>(&command)) {
        ask_for_report(*this, report->story);
    } else if (std::get_if<CopySession>(&command)) {
        ask_for_session_copy(*this);
    } else {
        return false;
    }
    return true;
}

} // namespace cameo
