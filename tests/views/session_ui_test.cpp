#include "tests/views/scene.hpp"
#include "views/document_view.hpp"
#include "views/session_view.hpp"

#include <gtest/gtest.h>
#include <string>

namespace cameo {
namespace {

std::shared_ptr<Notebook> some_notebook(const Snapshot& now) {
    auto notebook = std::make_shared<Notebook>();
    notebook->bookmarks = {{.id = "b1", .title = "Why moc is first", .caption = "All three agree", .query = "play music", .document = "moc", .model = "came", .collection = "debian", .layout = "Inspect", .made_ms = 1},
                           {.id = "b2", .title = "Another player", .caption = {}, .query = "play music", .document = "mpv", .model = "came", .collection = "debian", .layout = "Compare", .made_ms = 2}};
    notebook->notes[{NoteSubject::Kind::Query, now.trace->collection, now.trace->query}] = {"asked first", 3};
    notebook->notes[{NoteSubject::Kind::Session, {}, {}}] = {"for Friday\nin the small room", 4};
    return notebook;
}

struct Session : testing::Test {
    Scene<SessionView> scene;
    void SetUp() override {
        scene.now.session = {.file = "/home/me/finding.cameo", .read_only = false, .recent = {{"/home/me/other.cameo", "other"}}, .bookmark = "b1"};
        scene.now.notebook = some_notebook(scene.now);
    }
};

TEST_F(Session, GoesToRenamesMovesAndDeletes) {
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/b2/##bookmark");
        ctx->ItemInputValue("**/b1/##title", "The start");
        ctx->ItemClick("**/b1/##bookmark", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Move down");
        ctx->ItemClick("**/b2/##bookmark", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Delete");
        ctx->ItemClick("**/Bookmark what is on screen");
        ctx->ItemClick("**/Merge\u2026");
    }));
    ASSERT_NE(scene.last<OpenBookmark>(), nullptr);
    EXPECT_EQ(scene.last<OpenBookmark>()->id, "b2");
    ASSERT_NE(scene.last<EditBookmark>(), nullptr);
    EXPECT_EQ(scene.last<EditBookmark>()->title, "The start");
    EXPECT_EQ(scene.last<EditBookmark>()->caption, "All three agree");
    ASSERT_NE(scene.last<MoveBookmark>(), nullptr);
    EXPECT_EQ(scene.last<MoveBookmark>()->place, 1u);
    ASSERT_NE(scene.last<RemoveBookmark>(), nullptr);
    EXPECT_EQ(scene.last<RemoveBookmark>()->id, "b2");
    EXPECT_NE(scene.last<AddBookmark>(), nullptr);
    EXPECT_NE(scene.last<MergeSession>(), nullptr);
}

TEST_F(Session, HasStories) {
    auto notebook = some_notebook(scene.now);
    notebook->stories = {{.id = "s1", .title = "Why three", .about = "What each is good at", .steps = 1}, {.id = "s2", .title = "Empty", .about = {}, .steps = 0}};
    notebook->bookmarks.push_back({.id = "b3", .title = "The first step", .caption = {}, .query = "edit sound", .document = {}, .model = "came", .collection = "debian", .layout = "Inspect", .made_ms = 1, .story = "s1", .live = false});
    scene.now.notebook = notebook;
    scene.now.session.offered = {{.id = "shipped", .title = "Three ways to match", .about = "What each expert is good at", .steps = 7}};
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) { ctx->ItemClick("**/story:Three ways to match"); }));
    ASSERT_NE(scene.last<TellStory>(), nullptr);
    EXPECT_EQ(scene.last<TellStory>()->id, "shipped");
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/s1/##story");
        ctx->ItemClick("**/s1/Unfold");
        ctx->ItemInputValue("**/s1/##story title", "Why we need three");
        ctx->ItemClick("**/s1/b3/##bookmark");
        ctx->ItemClick("**/s1/b3/##bookmark", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Ask its query anew each time");
        ctx->ItemClick("**/s1/Record more");
    }));
    EXPECT_EQ(scene.last<TellStory>()->id, "s1");
    ASSERT_NE(scene.last<EditStory>(), nullptr);
    EXPECT_EQ(scene.last<EditStory>()->title, "Why we need three");
    EXPECT_EQ(scene.last<EditStory>()->about, "What each is good at");
    EXPECT_EQ(scene.last<OpenBookmark>()->id, "b3");
    ASSERT_NE(scene.last<AskAnew>(), nullptr);
    EXPECT_TRUE(scene.last<AskAnew>()->on);
    EXPECT_EQ(scene.last<RecordStory>()->id, "s1");
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/s2/##story", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Move up");
        ctx->ItemClick("**/s2/##story", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Delete");
        ctx->ItemClick("**/Record a story");
    }));
    EXPECT_EQ(scene.last<MoveStory>()->place, 0u);
    EXPECT_EQ(scene.last<RemoveStory>()->id, "s2");
    EXPECT_EQ(scene.last<RecordStory>()->id, "");
    scene.now.session.recording = true;
    scene.now.session.story = "s1";
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) { ctx->ItemClick("**/End the recording"); }));
    EXPECT_NE(scene.last<EndStory>(), nullptr);
}

TEST_F(Session, BookmarksAreDragged) {
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) { ctx->ItemDragAndDrop("**/b2/##bookmark", "**/b1/##bookmark"); }));
    ASSERT_NE(scene.last<MoveBookmark>(), nullptr);
    EXPECT_EQ(scene.last<MoveBookmark>()->id, "b2");
    EXPECT_EQ(scene.last<MoveBookmark>()->place, 0u);
}

TEST_F(Session, NotesAreAboutWhatIsOnScreen) {
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/Query");
        ctx->Yield(2);
        ctx->KeyCharsAppend(" and last");
        ctx->ItemClick("**/Model"); // which takes the caret away
        ctx->Yield(2);
    }));
    ASSERT_NE(scene.last<WriteNote>(), nullptr);
    EXPECT_EQ(scene.last<WriteNote>()->about, (NoteSubject{NoteSubject::Kind::Query, scene.now.trace->collection, scene.now.trace->query}));
    EXPECT_EQ(scene.last<WriteNote>()->text, "asked first and last");
}

// What was being typed was lost when its window went out of sight: another layout shows others, and nobody saw the caret leave.
TEST_F(Session, KeepsWhatWasBeingTypedWhenItGoesOutOfSight) {
    auto notebook = some_notebook(scene.now);
    notebook->stories = {{.id = "s1", .title = "Why three", .about = {}, .steps = 1}};
    scene.now.notebook = notebook;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        const auto leave = [&] {
            scene.view.set_open(false);
            ctx->Yield(3);
        };
        const auto come_back = [&] {
            scene.view.set_open(true);
            ctx->Yield(3);
        };
        ctx->ItemClick("**/##note");
        ctx->KeyCharsReplace("for Monday");
        leave();
        IM_CHECK(scene.last<WriteNote>() != nullptr);
        IM_CHECK_STR_EQ(scene.last<WriteNote>()->text.c_str(), "for Monday");
        come_back();
        ctx->ItemClick("**/b1/##caption");
        ctx->KeyCharsReplace("Two agree");
        leave();
        IM_CHECK(scene.last<EditBookmark>() != nullptr);
        IM_CHECK_STR_EQ(scene.last<EditBookmark>()->caption.c_str(), "Two agree");
        come_back();
        ctx->ItemClick("**/s1/Unfold");
        ctx->ItemClick("**/s1/##about");
        ctx->KeyCharsReplace("each its own");
        leave();
        IM_CHECK(scene.last<EditStory>() != nullptr);
        IM_CHECK_STR_EQ(scene.last<EditStory>()->about.c_str(), "each its own");
    }));
}

TEST_F(Session, KeepsACaptionWhenTheStepChanges) {
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/b1/##caption");
        ctx->KeyCharsReplace("Two agree");
        scene.now.session.bookmark = "b2"; // Ctrl+Page Down
        ctx->Yield(3);
    }));
    ASSERT_NE(scene.last<EditBookmark>(), nullptr);
    EXPECT_EQ(scene.last<EditBookmark>()->id, "b1");
    EXPECT_EQ(scene.last<EditBookmark>()->caption, "Two agree");
}

// A note led to the query of the same words in another collection, and to documents that were not there: nothing happened, or the wrong thing.
TEST_F(Session, ANoteLeadsToItsOwnThingOrSaysWhyNot) {
    const std::string collection = scene.now.trace->collection;
    auto notebook = std::make_shared<Notebook>();
    notebook->notes[{NoteSubject::Kind::Query, collection, "edit photos"}] = {"here", 1};
    notebook->notes[{NoteSubject::Kind::Query, "elsewhere", "edit photos"}] = {"there", 1};
    notebook->notes[{NoteSubject::Kind::Document, collection, scene.now.trace->documents[0].id}] = {"in the result", 1};
    notebook->notes[{NoteSubject::Kind::Document, "elsewhere", scene.now.trace->documents[0].id}] = {"another one of that name", 1};
    scene.now.notebook = notebook;
    scene.now.history = {{.text = "edit photos", .trace_id = "theirs", .collection = "elsewhere"}};
    const std::string document = scene.now.trace->documents[0].id;
    const auto press = [&](const std::string& of, const std::string& subject) {
        scene.commands.clear();
        EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) { ctx->ItemClick(("**/" + of + "/" + subject + "/##noted").c_str(), 0, ImGuiTestOpFlags_NoError); }));
    };
    press(collection, "edit photos");
    ASSERT_NE(scene.last<RunQuery>(), nullptr) << "asked of the collection that is open";
    EXPECT_EQ(scene.last<OpenTrace>(), nullptr);
    press("elsewhere", "edit photos");
    ASSERT_NE(scene.last<OpenTrace>(), nullptr);
    EXPECT_EQ(scene.last<OpenTrace>()->id, "theirs");
    press(collection, document);
    EXPECT_NE(scene.last<Select>(), nullptr);
    press("elsewhere", document);
    EXPECT_EQ(scene.last<Select>(), nullptr);
    scene.now.history.clear();
    press("elsewhere", "edit photos");
    EXPECT_EQ(scene.last<RunQuery>(), nullptr);
}

TEST_F(Session, ExportsItsBookmarksAndNotes) {
    SessionView view;
    const auto table = view.table(scene.now);
    ASSERT_TRUE(table);
    EXPECT_EQ(table->rows.size(), 4u);
    EXPECT_EQ(std::get<std::string>(table->rows[0][2]), "All three agree");
    scene.now.notebook.reset();
    EXPECT_FALSE(view.table(scene.now));
}

TEST_F(Session, StandsInEveryState) {
    for (const bool kept : {true, false})
        for (const bool read_only : {true, false})
            for (const bool something : {true, false}) {
                if (!kept) scene.now.session.file.clear();
                scene.now.session.read_only = read_only;
                if (!something) scene.now.notebook.reset(), scene.now.trace.reset();
                EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) { ctx->Yield(3); }));
            }
}

TEST(DocumentNote, IsShownWhereThereIsOneAndWrittenInPlace) {
    Scene<DocumentView> scene;
    const NoteSubject about{NoteSubject::Kind::Document, scene.now.trace->collection, scene.now.ledger->id};
    auto notebook = std::make_shared<Notebook>();
    notebook->notes[about] = {"plays all", 1};
    scene.now.notebook = notebook;
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        ctx->ItemClick("**/##note");
        ctx->KeyCharsReplace("plays nothing");
        ctx->KeyPress(ImGuiKey_Tab);
        ctx->Yield(2);
    }));
    ASSERT_NE(scene.last<WriteNote>(), nullptr);
    EXPECT_EQ(scene.last<WriteNote>()->about, about);
    EXPECT_EQ(scene.last<WriteNote>()->text, "plays nothing");
}

} // namespace
} // namespace cameo
