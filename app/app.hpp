#pragma once

#include "app/file_question.hpp"
#include "app/notice_board.hpp"
#include "app/picture/picture_taker.hpp"
#include "app/presentation/presenter_page.hpp"
#include "app/presentation/stage.hpp"
#include "app/session/edit_history.hpp"
#include "app/session/notebook.hpp"
#include "app/session/saved_settings.hpp"
#include "app/session/selection_history.hpp"
#include "app/session/session_keeper.hpp"
#include "app/shell/shell.hpp"
#include "app/story/live_words.hpp"
#include "app/story/recorder.hpp"
#include "app/story/shipped_stories.hpp"
#include "app/story/story_bar.hpp"
#include "app/tour/tour.hpp"
#include "app/trainings/training_desk.hpp"
#include "app/window_place.hpp"
#include "app/workbench/controller.hpp"
#include "core/jobs/job_manager.hpp"
#include "views/command_table.hpp"
#include "views/fonts.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <set>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

struct AppOptions {
    WorkbenchSources sources;
    std::filesystem::path session;    ///< empty: nothing is kept
    SessionAccess session_access = SessionAccess::ReadWrite;
    std::string model, collection;    ///< to open instead of the session's; empty: those
    std::function<void()> wake;       ///< called from workers: a frame is wanted
    std::optional<Appearance> appearance; ///< instead of the session's
    std::optional<float> ui_scale;
    AskFile ask_file; ///< empty: the window asks for a typed path
    TrainerProcess trainer; ///< how trainings are started
    PaintPicture paint; ///< empty: views can be saved as SVG only
};

/// The program without its window: state, jobs, commands and what is drawn. Needs current Dear ImGui and ImPlot
/// contexts while it lives. A frame is begin_frame(), NewFrame, draw(), Render, end_frame(), all on one thread.
class App {
public:
    explicit App(AppOptions options);
    ~App();
    App(const App&) = delete;
    App& operator=(const App&) = delete;

    void begin_frame(float monitor_scale);
    void draw();
    void end_frame();

    /// Whether the frame that was begun last is for a picture and not for the screen.
    bool is_drawing_picture() const { return m_pictures.is_drawing(); }

    /// How long the window may sleep without input: nothing = for ever, 0 = draw on.
    std::optional<double> sleep_s() const;
    /// Whether a job that somebody waits for has ended since this was asked last.
    bool take_attention() { return std::exchange(m_wants_attention, false); }
    /// Where the window was in the session, and is now.
    const std::optional<WindowPlace>& window_place() const { return m_window_place; }
    void set_window_place(const WindowPlace& place);
    /// Somebody comes back to the window: other programs may have made models and collections.
    void look_again() {
        m_workbench->look_again();
        m_trainings->look_again();
    }
    bool quit_requested() const { return m_quit; }
    void quit() { m_quit = true; }

    /// Acts on what a view asked for.
    void act(const Command& command);

    // What the command table is made of (actions.cpp).
    void undo();
    void redo();
    std::string why_no_undo() const;
    std::string why_no_redo() const;
    std::string undo_label() const;
    std::string redo_label() const;
    void go_back();
    void go_forward();
    std::string why_no_back() const;
    std::string why_no_forward() const;
    void leave_innermost();
    /// The selected document's score minus that of the next one in the fused list, or of the one after the reference.
    void compare_with_next();
    void open_palette();
    /// As if a view had asked for it: once this frame is through, and what is on screen can be told.
    void act_later(Command command) { m_commands.push_back(std::move(command)); }
    /// From its first step, once this frame is through: what is on screen by then is what it will put back.
    void take_tour() { m_commands.emplace_back(TakeTour{}); }
    /// Puts views and selection back. @param for_good it is not offered by itself again
    void end_tour(bool for_good);
    Tour& tour() { return m_tour; }
    /// Shows what is on screen, or the bookmark that was gone to last, to an audience: steps from there.
    /// @pre this frame is through
    void begin_presentation();
    /// Everything comes back as it was before.
    void end_presentation();
    bool is_presenting() const { return m_stage.is_running(); }
    /// Whether the presenter is to have notes and time in a window of his own: where there is more than one monitor, unless he says otherwise.
    bool wants_notes(std::size_t monitors) const { return is_presenting() && m_notes.value_or(monitors > 1); }
    bool has_notes() const { return m_has_notes; }
    void show_notes(bool on) { m_notes = on; }
    PresenterWords presenter_words() const;
    /// Into the window that is the current one, and hears what is pressed there.
    void draw_presenter_notes();
    /// Whether what is on screen is what the bookmark that was gone to last is about.
    bool shows_step() const;
    /// The bookmark that was gone to last, and what is on screen there, in words.
    Stage::Words step_words() const;
    /// Puts the caret into the search box, or asks for a query on the stage.
    void focus_search();
    void change_settings(const Settings& settings);
    void apply_layout(const std::string& name);
    void reset_layout();
    void save_layout_as(const std::string& name);
    void delete_layout(const std::string& name);
    std::vector<std::string> user_layouts() const;
    /// Gives the view that has the focus all the room, or puts all back.
    void maximise_or_restore();
    const std::string& layout_name() const { return m_layout_name; }
    void clear_history();
    void open_session(const std::filesystem::path& file);
    /// cameo itself, for processes of their own.
    const std::filesystem::path& program() const { return m_program; }
    /// Empty where none is kept.
    std::filesystem::path session_file() const { return m_keeper.path(); }
    /// One step that undo takes back. @returns whether anything changed.
    bool judge(std::vector<JudgmentChange> changes, const std::string& label);
    const JudgmentBook& judgments() const { return m_judgments; }
    /// Asks for a file by the desktop's dialog. @returns false, and does nothing, where there is none.
    bool ask_file(FileQuestion question, std::function<void(const std::filesystem::path&)> take);
    /// Adds what another session has to this one.
    void merge_session(const std::filesystem::path& file);
    /// Goes to the bookmark so many places behind the one that was gone to last, in the same story or among those of none.
    void step_bookmark(int by);
    std::string why_no_bookmark_step(int by) const;
    void save_session_copy(const std::filesystem::path& file, bool replace = false);
    /// Opens the view where it is not, takes its picture in the frames to come and writes it in a job, over what lies there.
    void take_picture(PictureOrder order);
    bool takes_pictures() const { return m_pictures.is_busy(); }
    /// Looks in a job at what was dropped onto the window, then asks what shall become of it. Nothing else happens before an answer.
    void dropped(std::vector<std::filesystem::path> paths);

    const Snapshot& now() const { return m_now; }
    const Settings& settings() const { return m_settings; }
    CommandTable& table() { return m_table; }
    Shell& shell() { return m_shell; }
    const Shell& shell() const { return m_shell; }
    WorkbenchController& workbench() { return *m_workbench; }
    TrainingDesk& trainings() { return *m_trainings; }
    NoticeBoard& notices() { return m_notices; }
    JobManager& jobs() { return *m_jobs; }

private:
    static constexpr std::chrono::milliseconds kSaveEvery{500};

    /// What undo brings back.
    struct Edit {
        Settings settings;
        std::optional<FusionSpec> fusion; ///< empty: the model's own
        std::vector<OwnSlice> slices;
        std::string layout_name, layout;
        std::string untouched_layout; ///< built anew rather than read from `layout`; empty: somebody has touched it
        std::set<std::string> closed; ///< views
        std::vector<std::string> in_front; ///< of their tabs, the one with the focus last: no step, but where a step leads back to
        UserLayouts user_layouts;
        std::size_t forgotten; ///< how many times past queries were forgotten
        std::size_t judged;    ///< steps of JudgmentBook in force
        std::shared_ptr<const SessionNotebook> notebook;
        bool operator==(const Edit& other) const;
    };
    Edit edit() const;
    /// Those that come and go by themselves are left out.
    std::set<std::string> closed_views() const;
    void close_views(const std::set<std::string>& closed);
    void arrange(const std::string& text, const std::string& untouched);
    void arrange_as_it_was(const std::string& text, const std::string& untouched);
    /// What dragging and closing views has changed.
    void watch_layout();
    void restore(const Edit& edit);
    void close_step();
    void record(const std::string& label);

    /// What a tour puts back: it opens views and selects documents, but moves nothing.
    struct BeforeTour {
        std::set<std::string> closed;
        std::vector<std::string> in_front; ///< views, the one with the focus last
        std::string maximised;
        Selection selection;
        std::shared_ptr<const Trace> trace;
        bool recorded;
    };
    void begin_tour();
    void end_tour_as_wished();

    /// What a presentation puts back: it moves views, asks queries and takes sizes and colours of its own.
    struct BeforePresentation {
        std::unique_ptr<Edit> edit;
        SessionState place;
        std::string query_text; ///< in the search box
        Selection selection;
        std::shared_ptr<const Trace> trace;
        bool recorded;
        Pinned::What pinned;
        std::string bookmark;
        std::vector<std::string> trainings; ///< folders that are looked at
        std::vector<std::filesystem::path> elsewhere;
        std::int64_t training_step;
    };
    std::optional<BeforePresentation> m_before_presentation;
    Stage m_stage;
    std::optional<bool> m_notes; ///< as somebody has said of this presentation
    bool m_has_notes = false;    ///< drawn in the last frame
    void open_as_before(const BeforePresentation& before);
    /// Views of the place that is presented.
    void set_the_stage(std::vector<std::string> in_front);
    void act_on_stage();

    void draw_for_picture();
    void finish_picture();

    /// Puts on the screen what a session was left with.
    void take_session(SessionKeeper::Restored restored, const std::string& model = {}, const std::string& collection = {});
    void take_last_trace(const SessionSelection& wanted, std::shared_ptr<const Trace> trace);
    SessionState session_state() const;
    void autosave();
    /// What a window that did not end properly has left, and what it was at.
    void say_left_open(const LeftOpen& left);
    void offer_to_go_on();
    /// What would be lost just now.
    Unfinished unfinished() const;
    void note_unfinished();
    void select(const Selection& selection);
    /// Selects that document where the trace has it, else the best one.
    void select_in_new_trace(const std::string& wanted);
    /// The same query with a change: what is looked at stays, as far as it is still there.
    void select_in_changed_trace(bool settled);
    /// That document where the trace on screen has it, else its best one.
    Selection selection_in_new_trace(const std::string& wanted) const;
    void go(const SelectionHistory::Place& place);
    void open_trace(const std::string& id);
    void grade(const GradeDocument& what);
    /// Whether a view that shows trainings is on the screen.
    bool sees_trainings() const;
    /// What is asked of bookmarks, notes and sessions. @return false: the command is none of these
    bool act_on_session(const Command& command);
    void use_notebook(std::shared_ptr<const SessionNotebook> notebook);
    void change_notebook(SessionNotebook notebook, const std::string& label);
    /// What is on screen, as a bookmark keeps it.
    SessionState place_on_screen();
    /// @param story that it becomes a step of; empty: of none
    void add_bookmark(const std::string& story);
    void open_bookmark(const std::string& id);
    /// Bookmarks that can be stepped through: the steps of the story that is told, or that the last one is of, or those of none.
    std::vector<const SessionBookmark*> steps() const;

    // Stories (app_story.cpp).
    bool act_on_stories(const Command& command);
    void read_shipped();
    std::vector<StoryLine> offered_stories() const;
    void take_shipped(const std::string& id);
    void tell_story(const std::string& id, bool anew);
    void end_story();
    void record_story(const std::string& id);
    std::string place_looked_at() const;
    void record_steps();
    StoryWords story_words() const;
    void draw_story();
    /// Whether a step's query is to be asked again, and can be.
    bool asks_anew(const SessionBookmark& step) const;
    void ask_anew(const SessionState& state);
    void select_in_answer(const Trace& trace);
    void select_as_wanted(const SessionSelection& wanted);
    /// Id of the result that stands for the step where its query is not asked; empty: there is none.
    std::string recorded_result(const SessionBookmark& step) const;
    /// Whether what is on screen is what the step is about.
    bool is_at(const SessionBookmark& step) const;
    std::string caption_of(const SessionBookmark& step) const;
    /// Why the step's query was not asked, in a sentence; empty: it was, or it is on its way, or there is none.
    std::string why_not_asked(const SessionBookmark& step) const;
    /// Id of the result that what is on screen is compared with; empty: of none. Keeps it in the session.
    std::string keep_pin();
    /// As a bookmark, or the session, has it.
    void take_pin(const std::string& result);
    SavedLook look_at_training() const;
    void take_look(const SavedLook& look);
    void take_arrangement(const SessionState& state);
    void take_fusion(const std::string& text);
    void look_for_recent_sessions();
    void take_merged(const std::filesystem::path& file, SessionKeeper::Merged merged);
    /// What is asked of a training. @return false: the command is none of these
    bool act_on_trainings(const Command& command);
    void rebuild_snapshot();
    void welcome_or_not();
    void remember_query(const Trace& trace);
    /// Past queries that were forgotten at once: those that the window had, and all that the session had.
    struct Forgotten {
        std::vector<PastQuery> queries;
        SessionKeeper::Cleared kept;
    };
    void forget(Forgotten& past);
    void remember_again(const Forgotten& past);

    std::filesystem::path m_program;
    AskFile m_ask_file;
    PictureTaker m_pictures;
    NoticeBoard m_notices;
    std::unique_ptr<JobManager> m_jobs;
    std::unique_ptr<WorkbenchController> m_workbench;
    std::unique_ptr<TrainingDesk> m_trainings;
    SessionKeeper m_keeper;
    Fonts m_fonts;
    CommandTable m_table;
    Shell m_shell;
    Tour m_tour;
    std::optional<BeforeTour> m_before_tour;
    bool m_tour_ended = false; ///< for good, once

    Settings m_settings;
    std::optional<WindowPlace> m_window_place;
    Selection m_selection;
    std::vector<PastQuery> m_history;
    std::vector<Forgotten> m_forgotten; ///< each time's, for undo and redo
    std::size_t m_forgotten_in_force = 0;            ///< those of before are forgotten, those behind were brought back
    JudgmentBook m_judgments;
    Unfinished m_noted; ///< the session's mark has it
    std::vector<Unfinished::Job> m_can_go_on; ///< once what they need is open
    std::uint64_t m_left_open_notice = 0;
    std::shared_ptr<const SessionNotebook> m_notebook = std::make_shared<SessionNotebook>();
    std::shared_ptr<const Notebook> m_shown_notebook = std::make_shared<Notebook>();
    std::string m_bookmark; ///< id of the one that was gone to last
    std::string m_story;    ///< id of the one that is told or recorded; empty: none
    bool m_asks_anew = false; ///< all its steps, whatever they say themselves
    std::optional<StoryRecorder> m_recorder; ///< while one is recorded
    std::vector<ShippedStory> m_shipped;
    std::optional<SessionState> m_wanted; ///< what is to be selected in the answer to its query
    std::vector<std::filesystem::path> m_recent_sessions;
    SelectionHistory m_places;
    std::string m_layout_name;
    std::string m_layout; ///< Dear ImGui's ini text as of its last change
    std::string m_load_layout; ///< to be read before the next frame
    std::string m_loaded_untouched; ///< the shipped layout that it is, untouched; empty: somebody has touched it
    UserLayouts m_user_layouts;
    std::unique_ptr<EditHistory<Edit>> m_edits;

    Snapshot m_now;
    Commands m_commands;
    bool m_dirty = true;   ///< the snapshot has to be made again
    bool m_unsaved = false;
    bool m_moving = false; ///< a view asked for the next frame
    std::vector<Shell::ViewPlace> m_places_at_press;
    std::string m_layout_step;     ///< what undo will call the layout that is being taken; empty: nobody has asked for one
    bool m_layout_dragged = false; ///< a view was moved by hand
    bool m_popup_was_open = false; ///< at the end of the frame before: Esc closes popups before anybody hears it
    Phase m_welcomed = Phase::Loading;
    bool m_quit = false;
    bool m_wants_attention = false;
    std::string m_wanted_pin; ///< id of the result that is being read to be pinned; empty: none
    int m_restoring = 0; ///< which restored result is still being read; 0: none
    SessionSelection m_restoring_selection; ///< what was selected in it
    int m_turn = 0; ///< how often something else was wanted on the screen: a result that was read for an earlier turn comes too late
    std::chrono::steady_clock::time_point m_saved_at{}, m_memory_read_at{};
    std::uint64_t m_resident_bytes = 0;
};

/// Fills the one table of everything that can be done.
void add_actions(App& app);
/// Entries that exist at this moment only: models, collections, past queries.
std::vector<Action> momentary_actions(App& app);

} // namespace cameo
