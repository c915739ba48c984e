#include "app/story/shipped_stories.hpp"

#include "app/session/saved_settings.hpp"
#include "app/shell/layouts.hpp"
#include "app/story/live_words.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "tests/support/said.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <set>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::filesystem::path shipped() { return folders().assets / "stories"; }

TEST(ShippedStories, AreThreeThatAskAnew) {
    const auto stories = read_shipped_stories(shipped());
    ASSERT_THAT(stories, SizeIs(3));
    EXPECT_EQ(stories[0].story.title, "Three ways to match");
    EXPECT_EQ(stories[1].story.title, "The day the gate collapsed");
    EXPECT_EQ(stories[2].story.title, "Is a sum enough?");
    std::set<std::string> ids;
    for (const ShippedStory& each : stories)
        for (const SessionBookmark& step : each.steps) {
            EXPECT_TRUE(ids.insert(step.id).second) << step.id;
            EXPECT_TRUE(step.live);
            EXPECT_EQ(step.story, each.story.id);
            EXPECT_NE(step.caption, "") << step.title;
            EXPECT_TRUE(is_named_layout(step.state.layout_name)) << step.state.layout_name;
            EXPECT_FALSE(in_front_from(step.state.settings).empty());
            const SavedLook look = look_from(step.state.settings);
            if (look.folder.empty()) EXPECT_NE(step.state.query, "") << step.title;
            else EXPECT_TRUE(std::filesystem::exists(folders().assets / look.folder.substr(std::string_view("assets:").size()) / "training.db")) << look.folder;
        }
}

TEST(ShippedStories, HaveNoMarkThatMeansNothing) {
    for (const ShippedStory& each : read_shipped_stories(shipped()))
        for (const SessionBookmark& step : each.steps) EXPECT_THAT(live_words(step.caption, Snapshot()), testing::Not(HasSubstr("{"))) << step.title;
}

class StoryFile : public testing::Test {
protected:
    std::string refusal(const std::string& text) {
        std::ofstream(m_folder.path() / "mine.json") << text;
        return error_of([&] { read_shipped_stories(m_folder.path()); });
    }
    TemporaryFolder m_folder;
};

TEST_F(StoryFile, IsRead) {
    std::ofstream(m_folder.path() / "mine.json") << R"({"title": "Mine", "about": "Two things.", "steps": [
        {"title": "a", "caption": "{first}", "model": "came", "collection": "debian", "query": "q", "fusion": "rrf", "document": "mpv", "expert": "lexical", "views": ["Document", "Ledger"], "alone": "Ledger"},
        {"title": "b", "layout": "Train", "views": ["Training"], "training": "assets:stories/x", "training_step": 40}]})";
    std::ofstream(m_folder.path() / "notes.txt") << "no story";
    const auto stories = read_shipped_stories(m_folder.path());
    ASSERT_THAT(stories, SizeIs(1));
    EXPECT_EQ(stories[0].story, (SessionStory{.id = "mine", .made_ms = 0, .title = "Mine", .about = "Two things."}));
    ASSERT_THAT(stories[0].steps, SizeIs(2));
    const SessionBookmark& first = stories[0].steps[0];
    EXPECT_EQ(first.id, "mine.1");
    EXPECT_EQ(first.state.fusion, "rrf");
    EXPECT_EQ(first.state.selection.document, "mpv");
    EXPECT_EQ(first.state.layout_name, "Inspect");
    EXPECT_THAT(in_front_from(first.state.settings), ElementsAre("Document", "Ledger"));
    EXPECT_EQ(maximised_from(first.state.settings), "Ledger");
    EXPECT_EQ(look_from(stories[0].steps[1].state.settings).step, 40);
}

TEST_F(StoryFile, SaysWhatIsWrongWithIt) {
    for (const auto& [text, what] : std::initializer_list<std::pair<const char*, const char*>>{
             {"{", "is no story"},
             {"[]", "is no story"},
             {R"({"title": 7, "steps": []})", "is no story"},
             {R"({"title": "x", "steps": []})", "has no steps"},
             {R"({"title": "x", "steps": [{"title": "a"}]})", "views"},
             {R"({"title": "x", "steps": [{"title": "a", "views": [], "vews": []}]})", "'vews'"},
             {R"({"title": "x", "steps": [{"title": "a", "views": [], "fusion": "magic"}]})", "magic"}}) {
        const std::string error = refusal(text);
        EXPECT_THAT(error, HasSubstr("mine.json")) << text;
        EXPECT_THAT(error, HasSubstr(what)) << text;
    }
    EXPECT_THAT(error_of([] { read_shipped_stories("/nowhere/at/all"); }), HasSubstr("/nowhere/at/all"));
}

} // namespace
} // namespace cameo
