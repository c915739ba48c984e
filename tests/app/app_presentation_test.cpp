#include "app/shell/layouts.hpp"
#include "sessions/session.hpp"
#include "tests/app/app_stage.hpp"
#include "views/theme.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_te_context.h>

namespace cameo {
namespace {

using testing::HasSubstr;

std::string document_at(App& app, std::size_t rank) {
    const auto& trace = app.now().trace;
    return trace->documents[static_cast<std::size_t>(trace->fused[rank - 1].document)].id;
}

/// Two bookmarks: "play music" under Inspect, "edit sound" under Compare with Terms in front; then "find a file" is on screen.
void make_talk(AppStage& stage) {
    App& app = stage.app();
    ASSERT_TRUE(stage.ask("play music"));
    stage.frames(10);
    app.act(AddBookmark{});
    stage.frames(3);
    app.act(EditBookmark{app.now().notebook->bookmarks[0].id, "The start", "What everybody knows"});
    ASSERT_TRUE(stage.ask("edit sound"));
    app.apply_layout("Compare");
    stage.frames(40);
    app.shell().show_view(view_title::kTerms);
    stage.frames(5);
    app.act(AddBookmark{});
    app.apply_layout("Inspect");
    stage.frames(40);
    ASSERT_TRUE(stage.ask("find a file"));
    ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
    stage.frames(20);
}

/// Where everything stands, what is selected, what undo would take back.
struct Standing {
    explicit Standing(AppStage& stage) : app(stage.app()) {
        for (const auto& place : app.shell().places()) places.insert(places.end(), {place.x, place.y, place.width, place.height, float(place.order)});
        for (const auto& view : app.shell().views()) open.push_back(view->is_open());
        trace = app.now().trace ? app.now().trace->id : "";
        selection = app.now().selection;
        text = app.shell().search_bar().text();
        undo = app.undo_label();
        layout = app.layout_name();
        untouched = app.shell().untouched_layout();
        scale = theme().scale;
        contrast = &colors();
    }
    App& app;
    std::vector<float> places;
    std::vector<bool> open;
    std::string trace, text, undo, layout, untouched;
    Selection selection;
    float scale = 0;
    const Palette* contrast = nullptr;

    void expect_same(const Standing& other) const {
        EXPECT_EQ(places, other.places);
        EXPECT_EQ(open, other.open);
        EXPECT_EQ(trace, other.trace);
        EXPECT_EQ(selection, other.selection);
        EXPECT_EQ(text, other.text);
        EXPECT_EQ(undo, other.undo);
        EXPECT_EQ(layout, other.layout);
        EXPECT_EQ(untouched, other.untouched);
        EXPECT_EQ(scale, other.scale);
        EXPECT_EQ(contrast, other.contrast);
    }
};

bool shows(AppStage& stage, const std::string& query) {
    App& app = stage.app();
    const bool reached = stage.wait_until([&] { return app.now().trace && app.now().trace->query == query && !app.jobs().busy(); });
    stage.frames(10);
    return reached;
}

void press(AppStage& stage, ImGuiKeyChord key) {
    stage.drive([key](ImGuiTestContext& ctx) { ctx.KeyPress(key); });
}

TEST(Presentation, StepsThroughBookmarksAndEscBringsEverythingBack) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    ASSERT_NO_FATAL_FAILURE(make_talk(stage));
    app.act(OpenBookmark{"nobody"});
    const Standing before(stage);
    press(stage, ImGuiKey_F5);
    stage.frames(10);
    ASSERT_TRUE(app.is_presenting());
    // The bookmark that was made last is where the talk is.
    ASSERT_TRUE(shows(stage, "edit sound"));
    EXPECT_TRUE(app.shell().is_drawn(view_title::kQueryBench));
    EXPECT_TRUE(app.shell().is_drawn(view_title::kTerms));
    EXPECT_FALSE(app.shell().is_drawn(view_title::kDocument)) << "only what was in front is on stage";
    EXPECT_GT(theme().scale, 1.2f);
    EXPECT_EQ(&colors(), &palette(Appearance::Dark, true));
    press(stage, ImGuiKey_LeftArrow);
    ASSERT_TRUE(shows(stage, "play music"));
    EXPECT_TRUE(app.shell().is_drawn(view_title::kDocument));
    press(stage, ImGuiKey_PageDown); // a clicker
    ASSERT_TRUE(shows(stage, "edit sound"));
    press(stage, ImGuiKey_Space); // there is no more
    stage.frames(5);
    EXPECT_EQ(app.now().trace->query, "edit sound");
    press(stage, ImGuiKey_Home);
    ASSERT_TRUE(shows(stage, "play music"));
    // A query of the presenter's own, and on from where the talk was.
    stage.drive([](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Slash);
        ctx.KeyChars("find a file");
        ctx.KeyPress(ImGuiKey_Enter);
    });
    ASSERT_TRUE(shows(stage, "find a file"));
    press(stage, ImGuiKey_RightArrow);
    ASSERT_TRUE(shows(stage, "edit sound"));
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.KeyPress(ImGuiKey_Slash);
        EXPECT_TRUE(app.shell().prompt().is_open());
        ctx.KeyPress(ImGuiKey_Escape);
    });
    EXPECT_FALSE(app.shell().prompt().is_open());
    EXPECT_TRUE(app.is_presenting()) << "Esc closes what is asked first";
    press(stage, ImGuiKey_Escape);
    EXPECT_FALSE(app.is_presenting());
    stage.wait_until([&] { return !app.jobs().busy(); });
    stage.frames(40);
    Standing(stage).expect_same(before);
}

TEST(Presentation, WritesNothingAboutTheWindowWhileItGoesOn) {
    SessionOnDisk disk;
    SessionState before;
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open());
        ASSERT_NO_FATAL_FAILURE(make_talk(stage));
        ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy() && Session::open(disk.file)->state().query == "find a file"; }));
        before = Session::open(disk.file)->state();
        app.act(Present{});
        ASSERT_TRUE(shows(stage, "edit sound"));
        press(stage, ImGuiKey_Home);
        ASSERT_TRUE(shows(stage, "play music"));
        for (int round = 0; round < 40; ++round) {
            stage.frame();
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        const SessionState now = Session::open(disk.file)->state();
        EXPECT_EQ(now.query, before.query);
        EXPECT_EQ(now.layout, before.layout);
        EXPECT_EQ(now.selection.trace_id, before.selection.trace_id);
        // And the program is ended in its midst.
    }
    const SessionState after = Session::open(disk.file)->state();
    EXPECT_EQ(after.layout, before.layout);
    EXPECT_EQ(after.layout_name, before.layout_name);
    EXPECT_EQ(after.query, before.query);
    EXPECT_EQ(after.selection.trace_id, before.selection.trace_id);
    EXPECT_EQ(after.selection.document, before.selection.document);
}

TEST(Presentation, KeepsWhatWasJudgedAndWrittenOnStage) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    ASSERT_NO_FATAL_FAILURE(make_talk(stage));
    app.act(Present{});
    ASSERT_TRUE(shows(stage, "edit sound"));
    EXPECT_EQ(app.why_no_undo(), "a presentation is under way");
    app.act(GradeDocument{document_at(app, 1), 2});
    app.act(WriteNote{{NoteSubject::Kind::Query, app.now().trace->collection, "edit sound"}, "somebody asked why"});
    press(stage, ImGuiKey_F5);
    stage.frames(10);
    EXPECT_FALSE(app.is_presenting());
    EXPECT_EQ(app.now().own.documents, 1u);
    EXPECT_EQ(app.now().notebook->notes.size(), 1u);
    EXPECT_EQ(app.undo_label(), "What was done while presenting");
    app.undo();
    stage.frames(3);
    EXPECT_EQ(app.now().own.documents, 0u);
    EXPECT_TRUE(app.now().notebook->notes.empty());
    EXPECT_EQ(app.now().notebook->bookmarks.size(), 2u);
}

TEST(Presentation, OfWhatIsOnScreenWhereThereAreNoBookmarks) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
    stage.frames(30);
    const Standing before(stage);
    press(stage, ImGuiKey_F5);
    stage.frames(10);
    ASSERT_TRUE(app.is_presenting());
    EXPECT_EQ(app.now().trace->query, "play music");
    EXPECT_TRUE(app.shell().is_drawn(view_title::kDocument));
    press(stage, ImGuiKey_RightArrow); // leads nowhere
    EXPECT_TRUE(app.is_presenting());
    press(stage, ImGuiKey_B);
    press(stage, ImGuiKey_Escape);
    stage.frames(40);
    Standing(stage).expect_same(before);
    // Another session takes its place: the first one is kept as it was.
    app.act(Present{});
    stage.frames(5);
    app.open_session(disk.folder.path() / "missing.cameo");
    stage.frames(5);
    EXPECT_FALSE(app.is_presenting());
}

TEST(Presentation, SleepsWhileNothingMoves) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    ASSERT_NO_FATAL_FAILURE(make_talk(stage));
    app.act(Present{});
    ASSERT_TRUE(shows(stage, "edit sound"));
    ImGui::GetIO().AddMousePosEvent(400, 300);
    stage.frames(2);
    ImGui::GetIO().AddMousePosEvent(410, 300);
    stage.frames(2);
    EXPECT_EQ(app.sleep_s(), 0) << "the spotlight follows";
    press(stage, ImGuiKey_S);
    EXPECT_TRUE(stage.wait_until([&] { return !app.sleep_s() || *app.sleep_s() > 0; })) << "without it nothing moves";
}

// A step without one of the views kept the window drawing: each frame took the view for one that had just been closed.
TEST(Presentation, SleepsOnAStepThatShowsOtherViews) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.shell().view(view_title::kTerms)->set_open(false);
    stage.frames(40);
    app.act(AddBookmark{});
    stage.frames(3);
    app.shell().view(view_title::kTerms)->set_open(true);
    stage.frames(40);
    app.act(Present{});
    stage.frames(40);
    ASSERT_TRUE(app.is_presenting());
    ASSERT_FALSE(app.shell().view(view_title::kTerms)->is_open());
    press(stage, ImGuiKey_S); // no spotlight
    EXPECT_TRUE(stage.wait_until([&] { return app.sleep_s() != 0; }));
}

// What a live step had opened, and the training that was turned to on stage, stayed when everything else came back.
TEST(Presentation, BringsBackWhatWasOpenAndTheTrainingLookedAt) {
    SessionOnDisk disk;
    disk.fakes.more_collections = {{"others", 1, 0}};
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play game"}));
    ASSERT_EQ(app.now().trace->collection, "others");
    app.act(AddBookmark{});
    stage.frames(3);
    app.act(AskAnew{app.now().session.bookmark});
    app.act(OpenCollection{"fakes"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Ready && app.now().workbench.collection == "fakes"; }));
    ASSERT_TRUE(stage.ask("play music"));
    app.trainings().show("/trainings/one");
    app.trainings().look_at_step(5);
    app.act(Present{});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.collection == "others" && app.now().trace->query == "play game" && app.now().query_phase == Phase::Ready; }));
    app.trainings().show("/trainings/two");
    app.end_presentation();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().workbench.phase == Phase::Ready && app.now().workbench.collection == "fakes" && !app.jobs().busy(); }));
    EXPECT_EQ(app.now().trace->query, "play music");
    EXPECT_THAT(app.trainings().shown_folders(), testing::ElementsAre("/trainings/one"));
    EXPECT_EQ(app.trainings().step_looked_at(), 5);
}

TEST(Presentation, GivesThePresenterNotesAndTimeInAWindowOfHisOwn) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.open());
    make_talk(stage);
    App& app = stage.app();
    const auto ids = app.now().notebook->bookmarks;
    app.act(WriteNote{{NoteSubject::Kind::Bookmark, {}, ids[0].id}, "Say that everybody knows this"});
    app.act(WriteNote{{NoteSubject::Kind::Query, "fakes", "play music"}, "asked by the boss"});
    EXPECT_FALSE(app.wants_notes(2)) << "nothing is presented";
    app.act(OpenBookmark{ids[0].id});
    app.begin_presentation();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "play music"; }));
    EXPECT_TRUE(app.wants_notes(2));
    EXPECT_FALSE(app.wants_notes(1));
    app.show_notes(true);
    EXPECT_TRUE(app.wants_notes(1)) << "he may have it all the same";
    const PresenterWords words = app.presenter_words();
    EXPECT_EQ(words.now.title, "The start");
    EXPECT_EQ(words.next, ids[1].title);
    ASSERT_EQ(words.notes.size(), 2u);
    EXPECT_EQ(words.notes[0].text, "Say that everybody knows this");
    EXPECT_EQ(words.notes[1].text, "asked by the boss");
    // Its window has contexts of its own, with the same keys.
    ImGuiContext* const stage_context = ImGui::GetCurrentContext();
    ImGuiContext* const notes = ImGui::CreateContext();
    ImGui::SetCurrentContext(notes);
    ImGui::GetIO().BackendFlags |= ImGuiBackendFlags_RendererHasTextures;
    ImGui::GetIO().IniFilename = nullptr;
    const auto frame = [&] {
        ImGui::GetIO().DisplaySize = {960, 540};
        ImGui::NewFrame();
        app.draw_presenter_notes();
        ImGui::Render();
    };
    frame();
    EXPECT_TRUE(app.has_notes());
    EXPECT_LE(*app.sleep_s(), 1) << "its clock goes on";
    ImGui::GetIO().AddKeyEvent(ImGuiKey_PageDown, true);
    frame();
    ImGui::SetCurrentContext(stage_context);
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "edit sound"; }));
    EXPECT_EQ(app.presenter_words().next, "");
    ImGui::SetCurrentContext(notes);
    ImGui::GetIO().AddKeyEvent(ImGuiKey_PageDown, false);
    ImGui::GetIO().AddKeyEvent(ImGuiKey_Escape, true);
    frame();
    for (ImTextureData* texture : ImGui::GetPlatformIO().Textures) texture->SetStatus(ImTextureStatus_Destroyed);
    ImGui::DestroyContext(notes);
    ImGui::SetCurrentContext(stage_context);
    ASSERT_TRUE(stage.wait_until([&] { return !app.is_presenting(); }));
    EXPECT_FALSE(app.wants_notes(2));
}

TEST(PresenterPage, TellsTheTime) {
    EXPECT_EQ(elapsed_words(0), "0:00");
    EXPECT_EQ(elapsed_words(65.9), "1:05");
    EXPECT_EQ(elapsed_words(3599), "59:59");
    EXPECT_EQ(elapsed_words(3750), "1:02:30");
    EXPECT_EQ(elapsed_words(-1), "0:00");
}

} // namespace
} // namespace cameo
