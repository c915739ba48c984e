#include "app/session/notebook.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

const NoteSubject kMpv{NoteSubject::Kind::Document, "debian", "mpv"};
const NoteSubject kMusic{NoteSubject::Kind::Query, "debian", "play music"};

SessionBookmark bookmark(const std::string& id, const std::string& title = "a place") {
    return {.id = id, .made_ms = 1, .title = title, .caption = {}, .state = {}, .story = {}, .live = false};
}

auto ids(const SessionNotebook& notebook) {
    std::vector<std::string> all;
    for (const SessionBookmark& each : notebook.bookmarks) all.push_back(each.id);
    return all;
}

TEST(Notebook, HasOneNoteOfAThing) {
    SessionNotebook notebook = with_note({}, kMusic, "the first one", 5);
    notebook = with_note(std::move(notebook), kMpv, "plays all", 6);
    notebook = with_note(std::move(notebook), {NoteSubject::Kind::Document, "cacm", "mpv"}, "another mpv", 7);
    ASSERT_EQ(notebook.notes.size(), 3u);
    EXPECT_EQ(notebook.notes[0].collection, "cacm") << "in order of kind, collection and subject";
    notebook = with_note(std::move(notebook), kMpv, "plays films", 8);
    ASSERT_EQ(notebook.notes.size(), 3u);
    EXPECT_EQ(shown(notebook)->notes.at(kMpv).text, "plays films");
    EXPECT_EQ(shown(notebook)->notes.at(kMpv).at_ms, 8);
    EXPECT_EQ(with_note(notebook, kMpv, "plays films", 9), notebook) << "the same words are no change";
    notebook = with_note(std::move(notebook), kMpv, " \n", 9);
    EXPECT_EQ(notebook.notes.size(), 2u);
    EXPECT_FALSE(shown(notebook)->notes.contains(kMpv));
    EXPECT_EQ(with_note(notebook, kMpv, "", 9), notebook);
}

TEST(Notebook, KeepsWhatALaterVersionHasNotesAbout) {
    const SessionNotebook later{.stories = {}, .bookmarks = {}, .notes = {{.kind = "training", .collection = {}, .subject = "came-1", .text = "the good one", .at_ms = 1}}};
    EXPECT_THAT(shown(later)->notes, IsEmpty());
    EXPECT_EQ(with_note(later, kMpv, "x", 2).notes.size(), 2u);
    for (const auto kind : {NoteSubject::Kind::Document, NoteSubject::Kind::Query, NoteSubject::Kind::Result, NoteSubject::Kind::Model, NoteSubject::Kind::Collection, NoteSubject::Kind::Session})
        EXPECT_EQ(shown(with_note({}, {kind, "c", "s"}, "text", 1))->notes.count({kind, "c", "s"}), 1u) << name(kind);
}

TEST(Notebook, BookmarksAreAddedReplacedMovedAndTakenOut) {
    SessionNotebook notebook;
    for (const char* id : {"a", "b", "c"}) notebook = with_bookmark(std::move(notebook), bookmark(id));
    EXPECT_THAT(ids(notebook), ElementsAre("a", "b", "c"));
    notebook = with_bookmark(std::move(notebook), bookmark("b", "renamed"));
    EXPECT_EQ(bookmark_of(notebook, "b")->title, "renamed");
    EXPECT_THAT(ids(with_bookmark_at(notebook, "a", 1)), ElementsAre("b", "a", "c"));
    EXPECT_THAT(ids(with_bookmark_at(notebook, "a", 2)), ElementsAre("b", "c", "a"));
    EXPECT_THAT(ids(with_bookmark_at(notebook, "c", 0)), ElementsAre("c", "a", "b"));
    EXPECT_THAT(ids(with_bookmark_at(notebook, "a", 99)), ElementsAre("b", "c", "a"));
    EXPECT_EQ(with_bookmark_at(notebook, "nobody", 0), notebook);
    EXPECT_THAT(ids(without_bookmark(notebook, "b")), ElementsAre("a", "c"));
    EXPECT_EQ(bookmark_of(notebook, "nobody"), nullptr);
}

/// Loose bookmarks x and y among the steps a, b and c of a story.
SessionNotebook told() {
    SessionNotebook notebook = with_story({}, {.id = "s", .made_ms = 1, .title = "Three ways", .about = "What each is good at."});
    for (const char* id : {"a", "x", "b", "y", "c"}) {
        SessionBookmark step = bookmark(id);
        if (*id < 'x') step.story = "s";
        notebook = with_bookmark(std::move(notebook), std::move(step));
    }
    return notebook;
}

auto step_ids(const SessionNotebook& notebook, std::string_view story) {
    std::vector<std::string> all;
    for (const SessionBookmark* step : steps_of(notebook, story)) all.push_back(step->id);
    return all;
}

TEST(Notebook, StepsOfAStoryMoveAmongThemselves) {
    const SessionNotebook notebook = told();
    EXPECT_THAT(step_ids(notebook, "s"), ElementsAre("a", "b", "c"));
    EXPECT_THAT(step_ids(notebook, ""), ElementsAre("x", "y"));
    EXPECT_THAT(step_ids(with_bookmark_at(notebook, "c", 0), "s"), ElementsAre("c", "a", "b"));
    EXPECT_THAT(step_ids(with_bookmark_at(notebook, "a", 1), "s"), ElementsAre("b", "a", "c"));
    EXPECT_THAT(step_ids(with_bookmark_at(notebook, "a", 99), "s"), ElementsAre("b", "c", "a"));
    for (const char* id : {"a", "b", "c"}) EXPECT_THAT(step_ids(with_bookmark_at(notebook, id, 1), ""), ElementsAre("x", "y")) << "others stay as they are";
    EXPECT_THAT(step_ids(with_bookmark_at(notebook, "x", 1), ""), ElementsAre("y", "x"));
}

TEST(Notebook, AStoryTakesItsStepsAlong) {
    const SessionNotebook notebook = with_story(told(), {.id = "t", .made_ms = 2, .title = "Another", .about = {}});
    EXPECT_EQ(story_of(notebook, "s")->title, "Three ways");
    EXPECT_EQ(story_of(notebook, "nobody"), nullptr);
    EXPECT_EQ(shown(notebook)->stories[0].steps, 3u);
    EXPECT_EQ(shown(notebook)->bookmarks[0].story, "s");
    EXPECT_EQ(with_story_at(notebook, "t", 0).stories[0].id, "t");
    EXPECT_EQ(with_story(notebook, {.id = "s", .made_ms = 1, .title = "Renamed", .about = {}}).stories[0].title, "Renamed");
    const SessionNotebook left = without_story(notebook, "s");
    ASSERT_EQ(left.stories.size(), 1u);
    EXPECT_THAT(ids(left), ElementsAre("x", "y"));
    EXPECT_EQ(merged(left, notebook).stories.size(), 2u);
    EXPECT_THAT(step_ids(merged(left, notebook), "s"), ElementsAre("a", "b", "c"));
}

TEST(Notebook, ShowsWhereABookmarkLeads) {
    SessionBookmark place = bookmark("a", "why mpv");
    place.state = {.layout_name = "Compare", .layout = "ini", .model = "came", .collection = "debian", .query = "play music", .fusion = {}, .selection = {.trace_id = "t1", .document = "mpv", .documents = {}, .expert = {}, .token = -1}, .settings = {}};
    const auto lines = shown(with_bookmark({}, place));
    ASSERT_EQ(lines->bookmarks.size(), 1u);
    EXPECT_EQ(lines->bookmarks[0].query, "play music");
    EXPECT_EQ(lines->bookmarks[0].document, "mpv");
    EXPECT_EQ(lines->bookmarks[0].layout, "Compare");
    place.state.selection.trace_id.clear();
    EXPECT_EQ(shown(with_bookmark({}, place))->bookmarks[0].query, "") << "nothing was asked there";
    place.live = true;
    EXPECT_EQ(shown(with_bookmark({}, place))->bookmarks[0].query, "play music") << "it will be asked there";
}

TEST(Notebook, MergesBothAndTwiceIsOnce) {
    const SessionNotebook ours = with_note(with_bookmark(with_bookmark({}, bookmark("a")), bookmark("b", "ours")), kMpv, "our words", 5);
    const SessionNotebook theirs = with_note(with_note(with_bookmark(with_bookmark({}, bookmark("b", "theirs")), bookmark("c")), kMpv, "their words", 9), kMusic, "new", 3);
    const SessionNotebook both = merged(ours, theirs);
    EXPECT_THAT(both.bookmarks, ElementsAre(Field(&SessionBookmark::id, "a"), Field(&SessionBookmark::title, "ours"), Field(&SessionBookmark::id, "c")));
    EXPECT_EQ(shown(both)->notes.at(kMpv).text, "our words\n\ntheir words");
    EXPECT_EQ(shown(both)->notes.at(kMpv).at_ms, 9);
    EXPECT_EQ(shown(both)->notes.at(kMusic).text, "new");
    EXPECT_EQ(merged(both, theirs), both);
    EXPECT_EQ(merged(ours, {}), ours);
}

} // namespace
} // namespace cameo
