#include "tests/app/app_stage.hpp"
#include "tests/support/said.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_internal.h>
#include <imgui_te_context.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace cameo {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path kData = CAMEO_TEST_DATA;

/// A window, a home of its own for what is imported, and a small collection to drop.
struct Dropping : testing::Test {
    Dropping() {
        fs::create_directories(source / "qrels");
        std::ofstream(source / "corpus.jsonl") << "{\"_id\":\"1\",\"text\":\"one\"}\n{\"_id\":\"2\",\"text\":\"two\"}\n";
        std::ofstream(source / "queries.jsonl") << "{\"_id\":\"q\",\"text\":\"which\"}\n";
        std::ofstream(source / "qrels/test.tsv") << "query-id\tcorpus-id\tscore\nq\t1\t1\n";
    }
    bool drop(std::vector<fs::path> paths) {
        stage.app().dropped(std::move(paths));
        return stage.wait_until([&] { return sheet().is_open(); });
    }
    const DropSheet& sheet() { return stage.app().shell().dropped(); }
    /// Presses a button of the thing at that place.
    void press(int place, const char* button) {
        stage.drive([&](ImGuiTestContext& ctx) {
            ctx.Yield(2);
            ctx.ItemClick(("//###dropped/**/$$" + std::to_string(place) + "/" + button).c_str());
            ctx.Yield(2);
        });
    }
    bool is_told(const std::string& words) {
        return stage.wait_until([&] { return std::ranges::any_of(stage.app().now().notices, [&](const Notice& notice) { return notice.sentence.find(words) != std::string::npos; }); });
    }

    TemporaryFolder folder;
    fs::path home = folder / "home", source = folder / "tiny";
    ScopedVariable variable{"CAMEO_HOME", home.c_str()};
    AppStage stage;
};

TEST_F(Dropping, ACollectionIsImportedOnceSomebodySaysSo) {
    ASSERT_TRUE(drop({source}));
    ASSERT_EQ(sheet().offers().size(), 1U);
    EXPECT_EQ(sheet().offers()[0].what, "A BEIR folder: 2 documents, 1 query, 1 judgment.");
    EXPECT_THAT(sheet().offers()[0].will, HasSubstr("into your collections as \u201Ctiny\u201D"));
    stage.frames(30);
    EXPECT_FALSE(fs::exists(home / "data/collections")) << "nothing happens before an answer";
    press(0, "Import");
    EXPECT_FALSE(sheet().is_open());
    EXPECT_TRUE(is_told("Imported tiny: 2 documents, 1 query, 1 judgment."));
    EXPECT_TRUE(fs::exists(home / "data/collections/tiny.sqlite"));
}

TEST_F(Dropping, WhatIsLeftIsLeft) {
    ASSERT_TRUE(drop({source}));
    press(0, "Leave it");
    EXPECT_FALSE(sheet().is_open());
    ASSERT_TRUE(drop({source}));
    stage.drive([](ImGuiTestContext& ctx) { ctx.KeyPress(ImGuiKey_Escape); });
    EXPECT_FALSE(sheet().is_open());
    stage.frames(30);
    EXPECT_FALSE(fs::exists(home / "data/collections"));
}

TEST_F(Dropping, SeveralThingsAreAskedAboutTogetherAndFilesOfAFolderOnce) {
    const fs::path copy = folder / "more/tiny";
    fs::create_directories(copy.parent_path());
    fs::copy(source, copy, fs::copy_options::recursive);
    ASSERT_TRUE(drop({source / "corpus.jsonl", source / "queries.jsonl", copy, kData / "model/README.md"}));
    ASSERT_EQ(sheet().offers().size(), 3U);
    EXPECT_THAT(sheet().offers()[0].will, HasSubstr("\u201Ctiny\u201D"));
    EXPECT_THAT(sheet().offers()[1].will, HasSubstr("\u201Ctiny-2\u201D")) << "two of one name do not replace each other";
    EXPECT_TRUE(sheet().offers()[2].act.empty());
    EXPECT_THAT(sheet().offers()[2].what, HasSubstr("knows neither name nor lines"));
    press(1, "Import");
    EXPECT_TRUE(sheet().is_open()) << "the rest is still to be answered";
    EXPECT_EQ(sheet().offers().size(), 2U);
    EXPECT_TRUE(is_told("Imported tiny-2"));
    press(0, "Import");
    EXPECT_FALSE(sheet().is_open());
    EXPECT_TRUE(is_told("Imported tiny:"));
}

// The name that was found free may be taken once somebody presses.
TEST_F(Dropping, AnImportReplacesNothing) {
    ASSERT_TRUE(drop({source}));
    fs::create_directories(home / "data/collections");
    std::ofstream(home / "data/collections/tiny.sqlite") << "somebody else's";
    press(0, "Import");
    EXPECT_TRUE(is_told("there is a collection called tiny by now"));
    EXPECT_EQ(bytes_of(home / "data/collections/tiny.sqlite"), "somebody else's");
}

TEST_F(Dropping, AModelIsImported) {
    ASSERT_TRUE(drop({kData / "model/bert-mlm"}));
    EXPECT_THAT(sheet().offers()[0].what, HasSubstr("a lexical expert"));
    press(0, "Import");
    EXPECT_TRUE(is_told("Imported the model bert-mlm."));
    EXPECT_TRUE(fs::exists(home / "data/models/bert-mlm/model.json"));
}

TEST_F(Dropping, ASessionIsOpenedARecipeIsPreparedAndWhatNeedsMoreSaysSo) {
    ASSERT_TRUE(stage.open());
    ASSERT_TRUE(drop({kData / "eval/run.txt", kData / "eval/qrels.txt"}));
    EXPECT_TRUE(sheet().offers()[0].act.empty());
    EXPECT_THAT(sheet().offers()[0].will, HasSubstr("measure the judged queries"));
    EXPECT_THAT(sheet().offers()[1].will, HasSubstr("grades of this session, for fakes"));
    stage.drive([](ImGuiTestContext& ctx) { ctx.ItemClick("//###dropped/Leave all of it"); });
    EXPECT_FALSE(sheet().is_open());

    const fs::path recipe = folder / "mine.json";
    std::ofstream(recipe) << R"({"model": "fake", "collection": "fakes"})";
    ASSERT_TRUE(drop({recipe}));
    press(0, "Prepare a training");
    EXPECT_TRUE(stage.wait_until([&] { return stage.app().shell().is_drawn("New training"); }));

    const fs::path session = folder / "kept.cameo";
    fs::copy_file(kData / "sessions/version-3.cameo", session);
    ASSERT_TRUE(drop({session}));
    press(0, "Open");
    EXPECT_TRUE(stage.wait_until([&] { return stage.app().session_file() == session; }));
}

TEST_F(Dropping, TooManyThingsAreRefusedAtOnce) {
    stage.app().dropped(std::vector<fs::path>(21, source));
    EXPECT_TRUE(is_told("21 things were dropped"));
    EXPECT_FALSE(sheet().is_open());
}

} // namespace
} // namespace cameo
