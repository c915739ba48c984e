#include "app/app.hpp"
#include "app/demo.hpp"
#include "app/shell/layouts.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/base/now_ms.hpp"
#include "core/base/random_id.hpp"
#include "views/plain_caption.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

// Stories: told step by step, recorded, and taken from those that ship.

namespace cameo {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kShips = "assets:";
constexpr const char *kSetUp = "Set up the demo", *kIndexIt = "Index it";

/// What ships lies elsewhere on another machine.
std::string as_kept(const fs::path& folder) {
    const fs::path inside = folder.lexically_relative(folders().assets);
    return inside.empty() || *inside.begin() == ".." ? folder.string() : std::string(kShips) + inside.string();
}

fs::path as_found(const std::string& kept) { return kept.starts_with(kShips) ? folders().assets / kept.substr(kShips.size()) : fs::path(kept); }

template <typename List>
bool has(const List& list, const std::string& name) { return name.empty() || std::ranges::any_of(list, [&](const auto& each) { return each.name == name; }); }

/// What a step asks about and what is not on this machine; empty: all is there.
std::string missing_for(const SessionState& state, const Workbench& bench) {
    if (state.query.empty() || bench.phase == Phase::Loading) return {};
    if (!has(bench.models, state.model)) return "the model " + state.model;
    return has(bench.collections, state.collection) ? std::string() : "the collection " + state.collection;
}

/// Whether a result is one of what a step asks. (A model that lies in a folder of its own is named by that, and its results by its name.)
bool answers(const Trace& trace, const SessionState& asked) {
    const bool is_folder = asked.model.find('/') != std::string::npos;
    return trace.query == asked.query && (is_folder || asked.model.empty() || trace.model == asked.model) && (asked.collection.empty() || trace.collection == asked.collection);
}

} // namespace

void App::read_shipped() {
    try {
        m_shipped = read_shipped_stories(folders().assets / "stories");
    } catch (const Error& error) {
        m_notices.error(error.what(), "The stories that come with the program are missing; all else works.");
    }
}

std::vector<StoryLine> App::offered_stories() const {
    std::vector<StoryLine> offered;
    for (const ShippedStory& shipped : m_shipped)
        if (!story_of(*m_notebook, shipped.story.id)) offered.push_back({.id = shipped.story.id, .title = shipped.story.title, .about = shipped.story.about, .steps = shipped.steps.size()});
    return offered;
}

void App::take_shipped(const std::string& id) {
    const auto shipped = std::ranges::find(m_shipped, id, [](const ShippedStory& each) { return each.story.id; });
    if (shipped == m_shipped.end() || story_of(*m_notebook, id)) return;
    SessionNotebook notebook = with_story(*m_notebook, shipped->story);
    for (const SessionBookmark& step : shipped->steps) notebook = with_bookmark(std::move(notebook), step);
    change_notebook(std::move(notebook), "Take the story " + shipped->story.title);
}

void App::tell_story(const std::string& id, bool anew) {
    take_shipped(id);
    const auto steps = steps_of(*m_notebook, id);
    if (!story_of(*m_notebook, id) || steps.empty()) return;
    m_recorder.reset();
    m_story = id;
    m_asks_anew = anew;
    open_bookmark(steps.front()->id);
}

void App::end_story() {
    m_story.clear();
    m_asks_anew = false;
    m_recorder.reset();
}

void App::record_story(const std::string& id) {
    end_tour(false);
    std::string story = id;
    if (!story_of(*m_notebook, story)) {
        story = random_id();
        const std::size_t number = m_notebook->stories.size() + 1;
        change_notebook(with_story(*m_notebook, {.id = story, .made_ms = now_ms(), .title = "Story " + std::to_string(number), .about = {}}), "Record a story");
    }
    m_story = story;
    m_asks_anew = false;
    const auto steps = steps_of(*m_notebook, story);
    m_bookmark = steps.empty() ? std::string() : steps.back()->id; // what is recorded stands behind it
    m_recorder.emplace();
}

/// What a step tells one place from another by.
std::string App::place_looked_at() const {
    if (m_stage.is_running() || m_tour.is_running() || m_shell.is_covered() || m_now.query_phase == Phase::Loading) return {};
    std::string place;
    for (const std::string& view : m_shell.in_front())
        if (view != view_title::kSession && view != view_title::kJobs) place += view + '\n';
    if (const auto& trace = m_workbench->trace()) place += trace->id + '\n' + to_string(trace->fusion) + '\n' + m_selection.document + '\n' + m_selection.reference + '\n';
    if (sees_trainings() && !m_trainings->shown_folders().empty()) place += m_trainings->shown_folders().front() + '\n' + std::to_string(m_trainings->step_looked_at());
    return place;
}

void App::record_steps() {
    if (m_recorder && m_recorder->look(place_looked_at(), std::chrono::steady_clock::now())) add_bookmark(m_story);
}

bool App::asks_anew(const SessionBookmark& step) const {
    return (step.live || m_asks_anew) && !step.state.query.empty() && missing_for(step.state, m_workbench->bench()).empty();
}

void App::ask_anew(const SessionState& state) {
    if (!state.model.empty() && state.model != m_workbench->model()) m_workbench->open_model(state.model);
    if (!state.collection.empty() && state.collection != m_workbench->collection()) m_workbench->open_collection(state.collection);
    m_shell.search_bar().set_text(state.query);
    m_wanted = state;
    m_workbench->run_query(state.query);
}

void App::select_in_answer(const Trace& trace) {
    const auto wanted = std::exchange(m_wanted, std::nullopt);
    if (!wanted || wanted->query != trace.query) return select_in_new_trace({});
    m_selection = {};
    select_as_wanted(wanted->selection);
}

std::string App::recorded_result(const SessionBookmark& step) const {
    const SessionState& state = step.state;
    if (!state.selection.trace_id.empty() || state.query.empty()) return state.selection.trace_id;
    // What the last telling has found.
    const auto past = std::ranges::find_if(m_history, [&](const PastQuery& each) { return each.text == state.query && each.model == state.model && each.collection == state.collection; });
    return past == m_history.end() ? std::string() : past->trace_id;
}

SavedLook App::look_at_training() const {
    const auto shown = m_trainings->shown_folders();
    if (!sees_trainings() || shown.empty()) return {};
    return {.folder = as_kept(shown.front()), .step = m_trainings->step_looked_at()};
}

void App::take_look(const SavedLook& look) {
    if (look.folder.empty()) return;
    m_trainings->open_elsewhere(as_found(look.folder));
    m_trainings->look_at_step(look.step);
}

bool App::is_at(const SessionBookmark& step) const {
    const Trace* const trace = m_now.trace.get();
    if (step.live || m_asks_anew) return step.state.query.empty() || (trace && answers(*trace, step.state));
    return step.state.selection.trace_id.empty() || (trace && trace->id == step.state.selection.trace_id);
}

std::string App::caption_of(const SessionBookmark& step) const {
    // Words about what was selected are no words about something else; marks follow.
    const bool fits = step.live || step.state.selection.document.empty() || m_now.selection.document == step.state.selection.document;
    if (fits && !step.caption.empty()) return live_words(step.caption, m_now);
    return m_now.trace ? plain_caption(*m_now.trace, m_now.ledger.get(), m_now.selection.document) : std::string();
}

std::string App::why_not_asked(const SessionBookmark& step) const {
    if (!(step.live || m_asks_anew) || step.state.query.empty() || is_at(step)) return {};
    const Workbench& bench = m_now.workbench;
    const std::string asks = "This step asks \u201C" + step.state.query + "\u201D";
    if (const std::string missing = missing_for(step.state, bench); !missing.empty()) return asks + " and needs " + missing + ", which is not here.";
    if (bench.phase == Phase::Ready && !bench.index) return asks + ", and " + bench.collection + " is not indexed for " + bench.model + " yet. Once it is, this step can be asked.";
    if (m_now.query_phase == Phase::Failed && m_now.failed_query == step.state.query) return asks + ", which did not run: " + m_now.query_error;
    return {};
}

bool App::shows_step() const {
    const SessionBookmark* const here = bookmark_of(*m_notebook, m_bookmark);
    return here && is_at(*here);
}

StoryWords App::story_words() const {
    const SessionStory* const story = story_of(*m_notebook, m_story);
    const auto steps = steps_of(*m_notebook, m_story);
    const auto here = std::ranges::find(steps, m_bookmark, &SessionBookmark::id);
    StoryWords words{.story = story->title, .title = {}, .caption = {}, .number = 0, .of = steps.size(), .waits = false, .help = {}, .recording = m_recorder.has_value()};
    if (m_recorder) {
        words.title = steps.empty() ? "Look at something" : "Last step: " + steps.back()->title;
        words.caption = "What you look at for two seconds becomes a step: a result, a document, another view. Words for it can be written afterwards.";
        return words;
    }
    if (here == steps.end()) return words;
    const SessionBookmark& step = **here;
    words.number = static_cast<std::size_t>(here - steps.begin()) + 1;
    words.title = step.title;
    const Workbench& bench = m_now.workbench;
    const bool missing = !missing_for(step.state, bench).empty();
    if (!missing && (bench.phase == Phase::Loading || m_now.query_phase == Phase::Loading)) {
        words.waits = true;
        words.caption = bench.phase == Phase::Loading ? "Opening " + bench.model + "\u2026" : "Asking \u201C" + m_now.running_query + "\u201D\u2026";
    } else if (is_at(step)) {
        words.caption = caption_of(step);
    } else if (words.caption = why_not_asked(step); words.caption.empty()) {
        words.caption = "You have turned to something else: Back and Next go on with the story.";
    } else if (missing) {
        if (step.state.collection == kDemoCollection) words.help = kSetUp;
    } else if (!bench.index && !bench.building) {
        words.help = kIndexIt;
    }
    return words;
}

void App::draw_story() {
    if (m_story.empty() || is_presenting() || m_pictures.is_drawing()) return;
    const StoryWords words = story_words();
    switch (draw_story_bar(words, Shell::free_bottom())) {
    case StoryPress::None: break;
    case StoryPress::Back: act_later(StepBookmark{-1}); break;
    case StoryPress::Next: act_later(StepBookmark{1}); break;
    case StoryPress::Present: act_later(Present{}); break;
    case StoryPress::End: act_later(EndStory{}); break;
    case StoryPress::Add: act_later(AddBookmark{m_story}); break;
    case StoryPress::Help:
        if (words.help == kIndexIt) act_later(BuildIndex{});
        else act_later(ShowView{view_title::kWelcome});
        break;
    }
}

bool App::act_on_stories(const Command& command) {
    if (const auto* tell = std::get_if<TellStory>(&command)) {
        tell_story(tell->id, tell->anew);
    } else if (std::get_if<EndStory>(&command)) {
        end_story();
    } else if (const auto* recorded = std::get_if<RecordStory>(&command)) {
        record_story(recorded->id);
    } else if (const auto* step = std::get_if<StepBookmark>(&command)) {
        step_bookmark(step->by);
    } else if (const auto* edit = std::get_if<EditStory>(&command)) {
        if (const SessionStory* story = story_of(*m_notebook, edit->id))
            change_notebook(with_story(*m_notebook, {.id = story->id, .made_ms = story->made_ms, .title = edit->title, .about = edit->about}), "Words of the story " + edit->title);
    } else if (const auto* move = std::get_if<MoveStory>(&command)) {
        change_notebook(with_story_at(*m_notebook, move->id, move->place), "Order of the stories");
    } else if (const auto* remove = std::get_if<RemoveStory>(&command)) {
        change_notebook(without_story(*m_notebook, remove->id), "Delete a story");
    } else if (const auto* put = std::get_if<PutInStory>(&command)) {
        if (const SessionBookmark* bookmark = bookmark_of(*m_notebook, put->id)) {
            SessionBookmark moved = *bookmark;
            moved.story = put->story;
            change_notebook(with_bookmark(without_bookmark(*m_notebook, put->id), std::move(moved)), "Story of a bookmark");
        }
    } else if (const auto* anew = std::get_if<AskAnew>(&command)) {
        if (const SessionBookmark* bookmark = bookmark_of(*m_notebook, anew->id)) {
            SessionBookmark changed = *bookmark;
            changed.live = anew->on;
            change_notebook(with_bookmark(*m_notebook, std::move(changed)), anew->on ? "Ask anew" : "Show as recorded");
        }
    } else {
        return false;
    }
    return true;
}

} // namespace cameo
