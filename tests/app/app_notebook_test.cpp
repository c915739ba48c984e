#include "app/shell/layouts.hpp"
#include "sessions/session.hpp"
#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_te_context.h>
#include <sqlite3.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const Notebook& notebook(AppStage& stage) {
    stage.frame();
    return *stage.app().now().notebook;
}
std::string document_at(AppStage& stage, std::size_t rank) {
    const auto& trace = stage.app().now().trace;
    return trace->documents[static_cast<std::size_t>(trace->fused[rank - 1].document)].id;
}

/// Two bookmarks: the second document of "play music" under Inspect, and "edit sound" under Compare with RRF, its Terms in front.
struct TwoPlaces : SessionOnDisk {
    explicit TwoPlaces(AppStage& stage) {
        App& app = stage.app();
        app.act(SetFusion{{.method = FusionMethod::Sum}});
        EXPECT_TRUE(stage.ask("play music"));
        Selection second = app.now().selection;
        second.document = document_at(stage, 2);
        app.act(Select{second});
        stage.frames(3);
        document = second.document;
        app.act(AddBookmark{});
        EXPECT_TRUE(stage.ask("edit sound"));
        app.apply_layout("Compare");
        stage.frames(40);
        app.act(SetFusion{{.method = FusionMethod::Rrf}});
        app.shell().show_view(view_title::kTerms);
        EXPECT_TRUE(stage.wait_until([&] { return app.now().trace->fusion.method == FusionMethod::Rrf && !app.jobs().busy(); }));
        stage.frames(5);
        app.act(AddBookmark{});
        stage.frames(3);
        for (const BookmarkLine& line : notebook(stage).bookmarks) ids.push_back(line.id);
    }
    std::string document;
    std::vector<std::string> ids;
};

bool is_at(AppStage& stage, const std::string& query, const std::string& layout) {
    App& app = stage.app();
    return stage.wait_until([&] { return app.now().trace && app.now().trace->query == query && app.layout_name() == layout && !app.jobs().busy(); });
}

TEST(Bookmarks, BringBackResultSelectionFusionAndLayout) {
    SessionOnDisk disk;
    std::string document;
    std::vector<std::string> ids;
    {
        AppStage stage = disk.start();
        ASSERT_TRUE(stage.open());
        TwoPlaces places(stage);
        document = places.document, ids = places.ids;
        ASSERT_THAT(ids, SizeIs(2));
        EXPECT_THAT(notebook(stage).bookmarks[0].title, HasSubstr("play music: "));
        EXPECT_EQ(stage.app().now().session.bookmark, ids[1]);
        stage.app().act(OpenBookmark{ids[0]});
        ASSERT_TRUE(is_at(stage, "play music", "Inspect"));
        EXPECT_EQ(stage.app().now().selection.document, document);
        EXPECT_EQ(stage.app().now().trace->fusion.method, FusionMethod::Sum);
        EXPECT_EQ(stage.app().shell().search_bar().text(), "play music");
    }
    // After a restart, with nothing of it in memory.
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    ASSERT_THAT(notebook(stage).bookmarks, SizeIs(2));
    app.act(OpenBookmark{ids[1]});
    ASSERT_TRUE(is_at(stage, "edit sound", "Compare"));
    EXPECT_EQ(app.now().trace->fusion.method, FusionMethod::Rrf);
    stage.frames(10);
    EXPECT_TRUE(app.shell().is_drawn(view_title::kTerms)) << "the tab that was in front";
    EXPECT_GT(position(view_title::kTerms).y, position(view_title::kQueryBench).y + 100);
    EXPECT_EQ(app.workbench().chosen_fusion()->method, FusionMethod::Rrf);
    app.act(OpenBookmark{ids[0]});
    ASSERT_TRUE(is_at(stage, "play music", "Inspect"));
    EXPECT_EQ(app.now().selection.document, document);
    stage.frames(10);
    EXPECT_LT(position(view_title::kDocument).y, position(view_title::kQueryBench).y + 100);
}

TEST(Bookmarks, AreSteppedThroughByKeysAndSaysWhereTheyEnd) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    EXPECT_EQ(app.why_no_bookmark_step(1), "this session has no bookmarks");
    TwoPlaces places(stage);
    EXPECT_EQ(app.why_no_bookmark_step(1), "this is the last bookmark");
    stage.drive([](ImGuiTestContext& ctx) { ctx.KeyPress(kCtrl | ImGuiKey_PageUp); });
    ASSERT_TRUE(is_at(stage, "play music", "Inspect"));
    EXPECT_EQ(app.why_no_bookmark_step(-1), "this is the first bookmark");
    stage.drive([](ImGuiTestContext& ctx) { ctx.KeyPress(kCtrl | ImGuiKey_PageDown); });
    ASSERT_TRUE(is_at(stage, "edit sound", "Compare"));
    // Without having been anywhere the first step is to the first one.
    app.open_session(disk.file); // is open already: nothing changes
    stage.frames(5);
    EXPECT_EQ(app.now().session.bookmark, places.ids[1]);
}

TEST(Bookmarks, EveryChangeCanBeUndone) {
    SessionOnDisk disk;
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    TwoPlaces places(stage);
    const std::string &first = places.ids[0], &second = places.ids[1];
    app.act(EditBookmark{first, "The start", "What everybody knows"});
    app.act(MoveBookmark{first, 1});
    EXPECT_THAT(notebook(stage).bookmarks, ElementsAre(Field(&BookmarkLine::id, second), Field(&BookmarkLine::title, "The start")));
    app.act(RetakeBookmark{first}); // "edit sound" is on screen
    EXPECT_EQ(notebook(stage).bookmarks[1].query, "edit sound");
    app.act(RemoveBookmark{second});
    EXPECT_THAT(notebook(stage).bookmarks, ElementsAre(Field(&BookmarkLine::id, first)));
    EXPECT_EQ(app.undo_label(), "Delete a bookmark");
    app.undo();
    EXPECT_THAT(notebook(stage).bookmarks, SizeIs(2));
    app.undo();
    EXPECT_EQ(notebook(stage).bookmarks[1].query, "play music");
    app.undo();
    EXPECT_EQ(notebook(stage).bookmarks[0].id, first);
    app.undo();
    EXPECT_THAT(notebook(stage).bookmarks[0].title, HasSubstr("play music: "));
    app.undo();
    EXPECT_THAT(notebook(stage).bookmarks, ElementsAre(Field(&BookmarkLine::id, first))) << "the second was not made yet";
    app.redo(), app.redo(), app.redo(), app.redo(), app.redo();
    EXPECT_THAT(notebook(stage).bookmarks, ElementsAre(Field(&BookmarkLine::title, "The start")));
    ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
    EXPECT_EQ(Session::open(disk.file)->notebook().bookmarks.at(0).caption, "What everybody knows") << "what undo and redo did is kept";
}

TEST(Bookmarks, KeepAResultThatWasOnlyTried) {
    SessionOnDisk disk;
    std::string id;
    {
        AppStage stage = disk.start();
        ASSERT_TRUE(stage.open({"play music"}));
        stage.app().act(AddBookmark{});
        stage.frames(3);
        id = notebook(stage).bookmarks.at(0).id;
    }
    const auto session = Session::open(disk.file);
    const auto state = session->notebook().bookmarks.at(0).state;
    EXPECT_TRUE(session->trace(state.selection.trace_id).has_value());
    EXPECT_FALSE(state.settings.contains("theme")) << "a bookmark does not turn a light window dark";
}

TEST(Notes, AreWrittenShownAndUndone) {
    SessionOnDisk disk;
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"play music"}));
        const NoteSubject about{NoteSubject::Kind::Document, app.now().trace->collection, app.now().selection.document};
        app.act(WriteNote{about, "plays all there is"});
        EXPECT_EQ(notebook(stage).notes.at(about).text, "plays all there is");
        app.act(WriteNote{about, ""});
        EXPECT_THAT(notebook(stage).notes, IsEmpty());
        app.undo();
        EXPECT_EQ(notebook(stage).notes.at(about).text, "plays all there is");
        app.act(WriteNote{{NoteSubject::Kind::Session, {}, {}}, "for Friday"});
        app.undo();
        app.redo();
        // By the command table, in one line.
        app.table().run("note.query");
        stage.drive([](ImGuiTestContext& ctx) {
            ctx.KeyChars("asked by everybody");
            ctx.KeyPress(ImGuiKey_Enter);
        });
        EXPECT_EQ(notebook(stage).notes.at({NoteSubject::Kind::Query, about.collection, "play music"}).text, "asked by everybody");
    }
    EXPECT_THAT(Session::open(disk.file)->notebook().notes, SizeIs(3));
    AppStage again = disk.start();
    EXPECT_THAT(notebook(again).notes, SizeIs(3));
}

TEST(Sessions, AreMergedAndAllButTheResultsUndone) {
    SessionOnDisk disk;
    const auto other = disk.folder.path() / "other.cameo";
    {
        AppStage second(disk.fakes.sources(), other);
        ASSERT_TRUE(second.open({"edit sound"}));
        App& app = second.app();
        app.act(AddBookmark{});
        app.act(GradeDocument{document_at(second, 1), 3});
        app.act(GradeDocument{document_at(second, 2), 1});
        app.act(WriteNote{{NoteSubject::Kind::Session, {}, {}}, "theirs"});
        app.act(SetSlices{{OwnSlice{.name = "sound", .words = "sound", .ids = {}}}});
        second.frames(3);
    }
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.act(WriteNote{{NoteSubject::Kind::Session, {}, {}}, "ours"});
    app.merge_session(other);
    ASSERT_TRUE(stage.wait_until([&] { return app.now().own.documents == 2; }));
    EXPECT_THAT(notebook(stage).bookmarks, SizeIs(1));
    EXPECT_EQ(notebook(stage).notes.at({NoteSubject::Kind::Session, {}, {}}).text, "ours\n\ntheirs");
    EXPECT_THAT(app.now().history, ElementsAre(Field(&PastQuery::text, "play music"), Field(&PastQuery::text, "edit sound")));
    EXPECT_THAT(app.now().slices, SizeIs(1));
    EXPECT_THAT(app.notices().notices().back().sentence, HasSubstr("1 result, 2 judgments, 1 bookmark and 0 notes are new here"));
    EXPECT_EQ(app.undo_label(), "Merge other.cameo");
    // Its bookmark shows its result, which was recorded elsewhere.
    app.act(OpenBookmark{notebook(stage).bookmarks[0].id});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "edit sound"; }));
    stage.frames(40);
    while (app.undo_label() != "Merge other.cameo") app.undo();
    app.undo();
    EXPECT_THAT(notebook(stage).bookmarks, IsEmpty());
    EXPECT_EQ(notebook(stage).notes.at({NoteSubject::Kind::Session, {}, {}}).text, "ours");
    EXPECT_EQ(app.now().own.documents, 0u);
    EXPECT_THAT(app.now().slices, IsEmpty());
    ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
    EXPECT_EQ(Session::open(disk.file)->trace_count(), 2u);
    // What cannot be merged says so and changes nothing.
    app.merge_session(disk.file);
    ASSERT_TRUE(stage.wait_until([&] { return app.notices().notices().back().sentence.find("is the session that is open") != std::string::npos; }));
    std::ofstream(disk.folder.path() / "bad.cameo") << "no session";
    app.merge_session(disk.folder.path() / "bad.cameo");
    ASSERT_TRUE(stage.wait_until([&] { return app.notices().notices().back().sentence.find("is not a session") != std::string::npos; }));
    EXPECT_EQ(app.now().own.documents, 0u);
}

TEST(Bookmarks, KeepWhatTheyCompareWith) {
    SessionOnDisk disk;
    std::string compared, plain, pinned;
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"play music"}));
        app.act(AddBookmark{});
        plain = notebook(stage).bookmarks[0].id;
        app.act(PinResult{});
        pinned = app.now().trace->id;
        ASSERT_TRUE(stage.ask("edit sound"));
        ASSERT_TRUE(stage.wait_until([&] { return app.now().pin && app.now().pin->then->trace && !app.jobs().busy(); }));
        app.act(AddBookmark{});
        compared = notebook(stage).bookmarks[1].id;
        app.act(OpenBookmark{plain});
        ASSERT_TRUE(is_at(stage, "play music", "Inspect"));
        EXPECT_FALSE(app.now().pin) << "nothing was compared there";
        app.act(OpenBookmark{compared});
        ASSERT_TRUE(is_at(stage, "edit sound", "Inspect"));
        ASSERT_TRUE(stage.wait_until([&] { return app.now().pin.has_value(); }));
        EXPECT_EQ(app.now().pin->then->trace->id, pinned);
        // An audience sees other places; afterwards it is compared again.
        app.begin_presentation();
        stage.frames(5);
        app.act(OpenBookmark{plain});
        ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "play music" && !app.now().pin; }));
        app.end_presentation();
        ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "edit sound" && app.now().pin.has_value(); }));
    }
    // It outlives the window, which the model need not.
    disk.fakes.empty = true;
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.wait_until([&] { return stage.app().now().pin.has_value() && stage.app().now().trace != nullptr; }));
    EXPECT_EQ(stage.app().now().pin->then->trace->id, pinned);
    EXPECT_EQ(stage.app().now().trace->query, "edit sound");
}

TEST(Sessions, AreReportedFromTheWindow) {
    SessionOnDisk disk;
    const auto page = disk.folder.path() / "page.html";
    AppStage stage(disk.fakes.sources(), disk.file, 1280, 720, [page](const FileQuestion&, Progress&) { return std::optional(page); }, {.program = CAMEO_PROGRAM});
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.act(AddBookmark{});
    ASSERT_TRUE(stage.wait_until([&] { return !app.jobs().busy(); }));
    ASSERT_TRUE(app.table().run("session.report"));
    ASSERT_TRUE(stage.wait_until([&] { return !app.notices().notices().empty() && app.notices().notices().back().sentence == "The report is in " + page.string() + "."; }));
    std::ifstream in(page);
    const std::string html((std::istreambuf_iterator<char>(in)), {});
    EXPECT_THAT(html, HasSubstr("<h2>1 play music"));
    // What goes wrong there is said here.
    app.act(ReportSession{"no such story"});
    ASSERT_TRUE(stage.wait_until([&] { return app.notices().notices().back().sentence.ends_with("has no story 'no such story'"); }));
}

void make_newer(const std::filesystem::path& file) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(database, "PRAGMA user_version = 99", nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
}

TEST(Sessions, OfANewerVersionAreShownAndNotWritten) {
    SessionOnDisk disk;
    {
        AppStage stage = disk.start();
        ASSERT_TRUE(stage.open({"play music"}));
        stage.app().act(AddBookmark{});
        stage.frames(3);
    }
    make_newer(disk.file);
    const auto written = std::filesystem::last_write_time(disk.file);
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.wait_until([&] { return app.now().trace != nullptr; }));
        EXPECT_EQ(app.now().trace->query, "play music");
        EXPECT_TRUE(app.now().session.read_only);
        EXPECT_THAT(notebook(stage).bookmarks, SizeIs(1));
        EXPECT_THAT(app.notices().notices().front().sentence, HasSubstr("from a newer version of Cameo"));
        ASSERT_TRUE(stage.ask("edit sound"));
        app.act(AddBookmark{});
        stage.frames(60);
        EXPECT_THAT(notebook(stage).bookmarks, SizeIs(2)) << "it works all the same";
    }
    EXPECT_EQ(std::filesystem::last_write_time(disk.file), written);
    // And where it is opened from another session.
    SessionOnDisk own;
    AppStage stage = own.start();
    ASSERT_TRUE(stage.open({"edit sound"}));
    stage.app().open_session(disk.file);
    ASSERT_TRUE(stage.wait_until([&] { return stage.app().now().session.read_only; }));
    EXPECT_THAT(stage.app().notices().notices().back().sentence, HasSubstr("from a newer version of Cameo"));
}

TEST(Sessions, OpenBeforeAreOffered) {
    TemporaryFolder home;
    const ScopedVariable variable("CAMEO_HOME", home.path().c_str());
    SessionOnDisk disk;
    const auto other = disk.folder.path() / "other.cameo";
    AppStage(disk.fakes.sources(), other).frames(3);
    AppStage stage = disk.start();
    App& app = stage.app();
    ASSERT_TRUE(stage.wait_until([&] { return app.now().session.recent.size() == 1; }));
    EXPECT_EQ(app.now().session.recent[0].name, "other");
    app.act(OpenSession{app.now().session.recent[0].file});
    ASSERT_TRUE(stage.wait_until([&] { return app.session_file() == other; }));
    ASSERT_TRUE(stage.wait_until([&] { return app.now().session.recent.size() == 1 && app.now().session.recent[0].name == "work"; }));
}

} // namespace
} // namespace cameo
