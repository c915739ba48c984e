#include "app/app.hpp"

#include "app/action_steps.hpp"
#include "app/exchange_steps.hpp"
#include "app/index_actions.hpp"
#include "app/shell/layouts.hpp"
#include "app/session/saved_settings.hpp"
#include "core/base/resident_memory.hpp"
#include "views/term_pointer.hpp"
#include "views/theme.hpp"

#include <algorithm>
#include <imgui_internal.h>
#include <type_traits>
#include <utility>

namespace cameo {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kReadMemoryEvery{1};
constexpr double kTooltipFramesS = 0.03;
constexpr double kJobFramesS = 0.1; ///< ten frames a second are enough to watch a job

/// Whether a job that a person follows has come to its end; one that is not listed any more was none.
bool has_ended(const std::vector<JobSnapshot>& before, const std::vector<JobSnapshot>& now) {
    const auto alive = [](const JobSnapshot& job) { return job.state == JobState::Running || job.state == JobState::Queued; };
    return std::ranges::any_of(now, [&](const JobSnapshot& job) {
        const auto same = std::ranges::find(before, job.id, &JobSnapshot::id);
        return (job.state == JobState::Done || job.state == JobState::Failed) && same != before.end() && alive(*same);
    });
}

} // namespace

App::App(AppOptions options)
    : m_program(options.trainer.program), m_ask_file(std::move(options.ask_file)), m_pictures(std::move(options.paint)), m_jobs(std::make_unique<JobManager>(options.wake)),
      m_workbench(std::make_unique<WorkbenchController>(*m_jobs, m_notices, std::move(options.sources))),
      m_trainings(std::make_unique<TrainingDesk>(*m_jobs, m_notices, std::move(options.trainer))), m_keeper(*m_jobs, m_notices), m_fonts(load_fonts(*ImGui::GetIO().Fonts)) {
    auto& io = ImGui::GetIO();
    io.IniFilename = nullptr; // the session keeps the layout
    io.IniSavingRate = 0.3f;
    io.ConfigFlags |= ImGuiConfigFlags_DockingEnable | ImGuiConfigFlags_NavEnableKeyboard;
    io.ConfigInputTextCursorBlink = false; // a blinking caret would draw for ever
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    io.ConfigDebugHighlightIdConflicts = false; // a developer's tooltip
    for (const auto& sentence : m_fonts.notices) m_notices.add(Notice::Level::Warning, sentence);

    add_actions(*this);
    m_workbench->on_trace = [this](std::shared_ptr<const Trace> trace) {
        remember_query(*trace);
        m_keeper.add_trace(trace);
        select_in_answer(*trace);
    };
    m_workbench->on_trial = [this](std::shared_ptr<const Trace> trace, bool settled) {
        if (settled) m_keeper.add_trace(std::move(trace));
        select_in_changed_trace(settled);
    };
    m_trainings->on_started = [this] {
        m_shell.view(view_title::kNewTraining)->set_open(false);
        m_shell.show_view(view_title::kTraining);
    };
    m_layout_name = kFirstLayout;
    read_shipped();
    take_session(options.session.empty() ? SessionKeeper::Restored() : m_keeper.open(options.session, options.session_access), options.model, options.collection);
    if (options.appearance) m_settings.appearance = *options.appearance;
    if (options.ui_scale) m_settings.ui_scale = *options.ui_scale;
    if (options.appearance || options.ui_scale) m_edits = std::make_unique<EditHistory<Edit>>(edit());
}

App::~App() {
    const bool presented = is_presenting();
    end_presentation();
    end_tour(false);
    if (!presented) m_layout = layout_text();
    const auto state = session_state();
    m_jobs.reset(); // workers are gone before the last word is written
    m_keeper.flush(state);
}

void App::rebuild_snapshot() {
    m_now.selection = m_selection;
    m_workbench->fill(m_now);
    m_trainings->fill(m_now.trainings);
    welcome_or_not();
    m_now.history = m_history;
    m_now.own = {.grades = m_now.trace ? m_judgments.grades(m_now.trace->collection, m_now.trace->query) : nullptr,
                 .queries = m_judgments.queries().size(),
                 .documents = m_judgments.documents()};
    auto jobs = m_jobs->snapshot();
    m_wants_attention = m_wants_attention || has_ended(m_now.jobs, jobs);
    m_now.jobs = std::move(jobs);
    m_now.notices = m_notices.notices();
    const auto now = Clock::now();
    if (now - m_memory_read_at >= kReadMemoryEvery) {
        m_resident_bytes = std::uint64_t(resident_memory());
        m_memory_read_at = now;
    }
    m_now.status.resident_bytes = m_resident_bytes;
    m_now.settings = m_settings;
    m_now.notebook = m_shown_notebook;
    m_now.session = {.file = m_keeper.path().string(), .read_only = m_keeper.is_open() && !m_keeper.keeps(), .recent = {}, .bookmark = m_bookmark, .story = m_story, .recording = m_recorder.has_value(), .offered = offered_stories()};
    for (const auto& file : m_recent_sessions)
        if (file != m_keeper.path()) m_now.session.recent.push_back({file.string(), file.stem().string()});
    const auto& bench = m_now.workbench;
    m_now.offers_tour = !m_tour_ended && !m_tour.is_running() && bench.phase == Phase::Ready && bench.index && bench.index->documents > 0;
    offer_to_go_on();
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
    m_trainings->look(Clock::now(), sees_trainings());
    if (m_dirty || m_jobs->busy()) rebuild_snapshot();
    if (!m_load_layout.empty()) {
        load_layout(std::exchange(m_load_layout, {}));
        m_shell.take_for_built(std::exchange(m_loaded_untouched, {}));
    }
    Settings settings = m_settings;
    if (m_pictures.is_busy()) settings.appearance = Appearance::Light; // paper is
    const bool on_stage = is_presenting() && !m_pictures.is_busy();
    if (on_stage) {
        settings.ui_scale = Stage::scale(ImGui::GetIO().DisplaySize);
        settings.high_contrast = true; // a projector takes half of it
    }
    apply_theme(settings, on_stage ? 1.0f : monitor_scale, m_fonts, on_stage);
    m_pictures.begin_frame();
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
    const bool asked = m_shell.is_covered();
    m_stage.begin_frame(asked || m_pictures.is_drawing());
    act_on_stage();
    m_tour.begin_frame(asked || m_pictures.is_drawing());
    m_shell.keep_free(m_story.empty() ? 0 : story_bar_height());
    if (m_pictures.is_drawing()) draw_for_picture();
    else m_shell.draw(m_now, m_table, m_layout_name, m_commands);
    if (!m_pictures.is_drawing()) m_stage.draw(is_presenting() ? step_words() : Stage::Words(), m_commands);
    draw_story();
    m_tour.draw(m_now, m_commands);
    m_popup_was_open = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopup);
}

void App::end_frame() {
    Commands commands;
    commands.swap(m_commands);
    end_tour_as_wished();
    for (const auto& command : commands) act(command);
    if (m_pictures.is_drawing()) finish_picture();
    // The bench says when the mouse has left a row, unless the bench itself went away from under it.
    if (!m_selection.hovered_document.empty() && !m_shell.is_drawn(view_title::kQueryBench)) {
        m_selection.hovered_document.clear();
        m_dirty = true;
    }
    watch_layout();
    record_steps();
    autosave();
    note_unfinished();
}

std::optional<double> App::sleep_s() const {
    if (m_moving || m_dirty || m_pictures.is_busy() || m_pictures.is_drawing()) return 0;
    std::optional<double> sleep;
    const auto at_most = [&](double seconds) { sleep = std::min(sleep.value_or(seconds), seconds); };
    // A tooltip is due while the mouse rests, which is no input.
    const ImGuiContext& context = *ImGui::GetCurrentContext();
    if (term_pointer().is_waiting() || (context.HoverItemDelayId != 0 && context.HoverItemDelayTimer < context.Style.HoverDelayNormal)) at_most(kTooltipFramesS);
    if (m_jobs->busy()) at_most(kJobFramesS);
    // Dear ImGui counts down in frames until a changed layout is worth keeping.
    if (context.SettingsDirtyTimer > 0) at_most(kJobFramesS);
    if (const auto left = m_notices.expires_in_s(Clock::now())) at_most(*left);
    if (const auto looks = m_trainings->looks_in_s(Clock::now(), sees_trainings())) at_most(*looks);
    if (const auto looks = m_recorder ? m_recorder->looks_in_s(Clock::now()) : std::nullopt) at_most(*looks);
    if (m_has_notes) at_most(1.0); // its clock goes on
    if (m_unsaved && m_keeper.is_open()) at_most(std::chrono::duration<double>(kSaveEvery).count());
    return sleep;
}

void App::open_palette() { m_shell.palette().open(momentary_actions(*this)); }

void App::leave_innermost() {
    // A menu does not hear the key: this shortcut owns it.
    if (m_popup_was_open) {
        const int depth = ImGui::GetCurrentContext()->OpenPopupStack.Size;
        if (depth > 0) ImGui::ClosePopupToLevel(depth - 1, true);
        return;
    }
    // What else is open on top hears the same key and closes itself.
    if (m_shell.is_covered()) return;
    if (is_presenting()) return end_presentation();
    if (m_tour.is_running()) return end_tour(true);
    if (!m_notices.notices().empty()) m_notices.dismiss(m_notices.notices().back().id);
    else if (!m_shell.maximised().empty()) m_shell.maximise({});
    else if (!m_story.empty()) end_story();
    else if (m_selection.document_token >= 0) m_selection.document_token = -1;
    else if (m_selection.query_token >= 0 || m_selection.term >= 0) m_selection.query_token = m_selection.term = -1;
    else if (m_selection.expert >= 0) m_selection.expert = -1;
    else {
        // The comparison first, then the document itself.
        if (m_selection.reference.empty()) m_selection.document.clear();
        m_selection.reference.clear();
        m_workbench->select(m_selection.document, m_selection.reference);
    }
    m_dirty = m_unsaved = true;
}

void App::act(const Command& command) {
    if (act_on_trainings(command) || act_on_session(command) || act_on_stories(command)) {
        m_dirty = m_unsaved = true;
        return;
    }
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
                ++m_turn;
                m_shell.search_bar().set_text(what.text);
                m_workbench->run_query(what.text);
                if (m_now.workbench.phase != Phase::Empty) m_shell.show_view(view_title::kQueryBench);
            } else if constexpr (std::is_same_v<What, OpenTrace>) {
                open_trace(what.id);
            } else if constexpr (std::is_same_v<What, TryTerms>) {
                m_workbench->try_terms(what.edits, what.settled);
            } else if constexpr (std::is_same_v<What, TryWords>) {
                m_workbench->try_words(what.words);
            } else if constexpr (std::is_same_v<What, WeighWords>) {
                m_workbench->weigh_words();
            } else if constexpr (std::is_same_v<What, AddTerm>) {
                m_workbench->add_term(what.word, what.weight);
            } else if constexpr (std::is_same_v<What, MeasureJudged>) {
                m_workbench->measurements().measure(what.split);
            } else if constexpr (std::is_same_v<What, JudgeBy>) {
                m_workbench->measurements().judge_by(what.measure);
            } else if constexpr (std::is_same_v<What, ExplainMissing>) {
                m_workbench->explain_missing(what);
                if (!what.query.empty()) {
                    ++m_turn;
                    m_shell.search_bar().set_text(what.query);
                }
                m_shell.show_view(view_title::kMissing);
            } else if constexpr (std::is_same_v<What, SearchDeeper>) {
                m_workbench->search_deeper(what.depth);
            } else if constexpr (std::is_same_v<What, FindDocuments>) {
                m_workbench->missing().find_documents(what.words);
            } else if constexpr (std::is_same_v<What, GradeDocument>) {
                grade(what);
            } else if constexpr (std::is_same_v<What, ExportJudgments>) {
                ask_for_judgments_export(*this, what.format);
            } else if constexpr (std::is_same_v<What, ImportJudgments>) {
                ask_for_judgments(*this);
            } else if constexpr (std::is_same_v<What, ExportRun>) {
                ask_for_run_export(*this, what.system);
            } else if constexpr (std::is_same_v<What, ImportRun>) {
                ask_for_run(*this);
            } else if constexpr (std::is_same_v<What, DropSystem>) {
                m_workbench->measurements().drop_system(what.system);
            } else if constexpr (std::is_same_v<What, LayOutMap>) {
                m_workbench->map().lay_out(what.expert, what.layout);
            } else if constexpr (std::is_same_v<What, StormGate>) {
                m_workbench->measurements().storm_gate(m_now.trace);
            } else if constexpr (std::is_same_v<What, ReadGate>) {
                m_workbench->measurements().read_gate();
            } else if constexpr (std::is_same_v<What, SetSlices>) {
                m_workbench->measurements().use_slices(what.slices);
                record("Slices");
            } else if constexpr (std::is_same_v<What, SetFusion>) {
                m_workbench->set_fusion(what.fusion);
                record("Fusion");
            } else if constexpr (std::is_same_v<What, PinSetting>) {
                m_wanted_pin.clear();
                m_workbench->pin_setting();
            } else if constexpr (std::is_same_v<What, PinResult>) {
                if (m_workbench->trace()) m_keeper.add_trace(m_workbench->trace());
                m_wanted_pin.clear();
                m_workbench->pin_result();
            } else if constexpr (std::is_same_v<What, Unpin>) {
                m_wanted_pin.clear();
                m_workbench->unpin();
            } else if constexpr (std::is_same_v<What, OpenModel>) {
                m_workbench->open_model(what.name);
            } else if constexpr (std::is_same_v<What, OpenCollection>) {
                m_workbench->open_collection(what.name);
            } else if constexpr (std::is_same_v<What, BuildDemo>) {
                m_workbench->build_demo(what.all);
            } else if constexpr (std::is_same_v<What, BuildIndex>) {
                m_workbench->build_index(what.new_codecs);
            } else if constexpr (std::is_same_v<What, PlanIndex>) {
                m_workbench->index_desk().want(what.wanted, what.memory);
            } else if constexpr (std::is_same_v<What, HoldToken>) {
                m_workbench->index_desk().hold_token(what.token);
            } else if constexpr (std::is_same_v<What, AddDocuments>) {
                ask_for_documents(*this);
            } else if constexpr (std::is_same_v<What, RemoveDocument>) {
                ask_to_remove(*this, what.id);
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
            } else if constexpr (std::is_same_v<What, ExportTable>) {
                export_table(*this, what);
            } else if constexpr (std::is_same_v<What, ExportPicture>) {
                export_picture(*this, what);
            } else if constexpr (std::is_same_v<What, ShowView>) {
                m_shell.show_view(what.title);
            } else if constexpr (std::is_same_v<What, TakeTour>) {
                begin_tour();
            } else if constexpr (std::is_same_v<What, OpenPalette>) {
                open_palette();
            }
            m_dirty = m_unsaved = true;
        },
        command);
}

} // namespace cameo
