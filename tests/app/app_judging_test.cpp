#include "app/exchange_steps.hpp"
#include "app/shell/layouts.hpp"
#include "core/data/run_file.hpp"
#include "core/train/judged.hpp"
#include "tests/app/app_stage.hpp"

#include <algorithm>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <imgui_te_context.h>
#include <iterator>

// Grades given here, their way through undo, the session and files; run files beside what is measured; what is missing.

namespace cameo {
namespace {

using testing::HasSubstr;

Grades own(const App& app) { return app.now().own.grades ? *app.now().own.grades : Grades(); }

std::string last_notice(App& app) { return app.now().notices.empty() ? std::string() : app.now().notices.back().sentence; }

std::string text_of(const std::filesystem::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(Judging, IsUndoneAndComesBackWithTheSession) {
    SessionOnDisk disk;
    {
        AppStage stage = disk.start();
        App& app = stage.app();
        ASSERT_TRUE(stage.open({"play music"}));
        // Quickly after each other, and each a step of its own.
        app.act(GradeDocument{"cmus", 3});
        app.act(GradeDocument{"moc", 1});
        app.act(GradeDocument{"vim", 0});
        stage.frames(2);
        EXPECT_EQ(own(app), (Grades{{"cmus", 3}, {"moc", 1}, {"vim", 0}}));
        EXPECT_EQ(app.undo_label(), "Grade of vim for play music");
        app.undo();
        app.undo();
        stage.frames(1);
        EXPECT_EQ(own(app), (Grades{{"cmus", 3}}));
        app.redo();
        app.act(GradeDocument{"cmus", {}});
        stage.frames(1);
        EXPECT_EQ(own(app), (Grades{{"moc", 1}}));
        app.undo();
        stage.frames(1);
        EXPECT_EQ(own(app), (Grades{{"cmus", 3}, {"moc", 1}}));
        // Another query has grades of its own.
        ASSERT_TRUE(stage.ask("edit sound"));
        EXPECT_EQ(own(app), Grades());
        EXPECT_EQ(app.now().own.documents, 2u);
        ASSERT_TRUE(stage.ask("play music"));
    }
    disk.fakes.empty = true; // no model and no collection is there any more
    AppStage stage = disk.start();
    ASSERT_TRUE(stage.wait_until([&] { return stage.app().now().trace != nullptr; }));
    stage.frames(1);
    EXPECT_EQ(own(stage.app()), (Grades{{"cmus", 3}, {"moc", 1}}));
    stage.app().act(GradeDocument{"sox", 2});
    stage.frames(1);
    EXPECT_EQ(own(stage.app()).at("sox"), 2);
}

TEST(Judging, ByTheKeyboardInTheList) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const std::string first = app.now().selection.document;
    stage.drive([&](ImGuiTestContext& ctx) {
        ctx.SetRef("//Query bench");
        ctx.ItemClick(("**/fused:" + first).c_str());
        ctx.KeyPress(ImGuiKey_4);
        ctx.Yield(2);
        IM_CHECK_EQ(own(app).at(first), 4);
        IM_CHECK(app.now().selection.document != first); // on to the next
        ctx.KeyPress(kCtrl | ImGuiKey_Z);
        ctx.Yield(2);
        IM_CHECK(own(app).empty());
    });
}

TEST(Judging, GoesToFilesAndComesBack) {
    AppStage stage;
    App& app = stage.app();
    TemporaryFolder folder;
    ASSERT_TRUE(stage.open({"terminal player", "play music"}));
    EXPECT_FALSE(app.table().run("judgments.export")); // nothing to export yet
    app.act(GradeDocument{"cmus", 2});
    app.act(GradeDocument{"moc", 0});
    ASSERT_TRUE(stage.ask("terminal player"));
    app.act(GradeDocument{"moc", 1});
    const auto trec = folder.path() / "a.qrels", beir = folder.path() / "a.tsv";
    export_judgments(app, "fakes", QrelsFormat::Trec, trec);
    ASSERT_TRUE(stage.wait_until([&] { return !text_of(trec).empty() && !app.now().notices.empty(); }));
    EXPECT_EQ(text_of(trec), "own-terminal-player 0 moc 1\nq1 0 cmus 2\nq1 0 moc 0\n");
    EXPECT_THAT(last_notice(app), HasSubstr("Saved 3 judgments of 2 queries"));
    EXPECT_THAT(last_notice(app), HasSubstr("such as own-terminal-player"));
    export_judgments(app, "fakes", QrelsFormat::Beir, beir);
    ASSERT_TRUE(stage.wait_until([&] { return text_of(beir).starts_with("query-id"); }));

    // Taken back, and brought in again by one step that is undone as one.
    app.undo();
    app.undo();
    app.undo();
    stage.frames(1);
    EXPECT_EQ(app.now().own.documents, 0u);
    std::ofstream(trec, std::ios::app) << "q1 0 gone 1\nq77 0 cmus 1\n";
    import_judgments(app, trec);
    ASSERT_TRUE(stage.wait_until([&] { return last_notice(app).find("Read ") != std::string::npos; }));
    EXPECT_THAT(last_notice(app), HasSubstr("Read 5 judgments"));
    EXPECT_THAT(last_notice(app), HasSubstr("3 are new"));
    EXPECT_THAT(last_notice(app), HasSubstr("1 names a document that fakes does not have (gone)"));
    EXPECT_THAT(last_notice(app), HasSubstr("1 is of queries that are not known here (q77)"));
    EXPECT_EQ(app.now().own.documents, 3u);
    EXPECT_EQ(app.undo_label(), "Import of judgments");
    app.undo();
    stage.frames(1);
    EXPECT_EQ(app.now().own.documents, 0u);
}

TEST(Judging, IsSomethingToTrainOn) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    app.act(GradeDocument{"moc", 0});
    app.act(DraftFromJudgments{});
    stage.frames(2);
    EXPECT_THAT(last_notice(app), HasSubstr("has been judged right in this session"));
    EXPECT_FALSE(app.now().trainings.draft);
    app.act(GradeDocument{"cmus", 3});
    app.act(DraftFromJudgments{});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trainings.draft.has_value(); }));
    EXPECT_EQ(read_judged(app.now().trainings.draft->recipe.judged), (std::vector<JudgedQuery>{{"play music", {{"cmus", 3}, {"moc", 0}}}}));
    EXPECT_TRUE(app.shell().view(view_title::kNewTraining)->is_open());
}

TEST(Judging, TakesNothingOfADamagedFile) {
    AppStage stage;
    App& app = stage.app();
    TemporaryFolder folder;
    ASSERT_TRUE(stage.open({"play music"}));
    const auto file = folder.path() / "bad.qrels";
    std::ofstream(file) << "q1 0 cmus 1\nq1 0 moc good\n";
    import_judgments(app, file);
    ASSERT_TRUE(stage.wait_until([&] { return !app.now().notices.empty(); }));
    EXPECT_THAT(last_notice(app), HasSubstr("bad.qrels, line 2: found the grade \"good\", expected a whole number"));
    EXPECT_EQ(app.now().own.documents, 0u);
}

TEST(RunFiles, AreComparedWithWhatIsMeasured) {
    AppStage stage;
    App& app = stage.app();
    TemporaryFolder folder;
    ASSERT_TRUE(stage.open());
    EXPECT_FALSE(app.table().run("run.import")); // with nothing to compare it with
    app.act(MeasureJudged{"test"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().judged.evaluation != nullptr; }));
    const auto before = app.now().judged.evaluation;
    const auto file = folder.path() / "lexical.run";
    app.workbench().run_files().save(app.now().judged.scores, app.workbench().engine(), "lexical", file);
    ASSERT_TRUE(stage.wait_until([&] { return std::filesystem::exists(file); }));
    EXPECT_TRUE(read_run_file(file).queries.contains("q1"));
    import_run(app, file);
    ASSERT_TRUE(stage.wait_until([&] { return app.now().judged.evaluation != before; }));
    const auto& systems = app.now().judged.evaluation->systems;
    // Its tag is taken by the expert itself: it has a name of its own, and the same measures.
    const auto guest = std::ranges::find(systems, "lexical 2", &SystemResult::name);
    ASSERT_NE(guest, systems.end());
    EXPECT_EQ(guest->kind, "run file");
    EXPECT_EQ(guest->mean.mrr_10, systems.front().mean.mrr_10);
    EXPECT_EQ(guest->first_right, systems.front().first_right);
    EXPECT_TRUE(std::ranges::any_of(app.now().judged.evaluation->tests, [](const SignificanceResult& test) { return test.b == "lexical 2"; }));
    app.act(DropSystem{"lexical 2"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().judged.evaluation->systems.size() == before->systems.size(); }));

    const auto bad = folder.path() / "bad.run";
    std::ofstream(bad) << "q1 Q0 cmus 1 2.5 tag\nq1 Q0 moc 2 much tag\n";
    import_run(app, bad);
    ASSERT_TRUE(stage.wait_until([&] { return last_notice(app).find("bad.run, line 2") != std::string::npos; }));
    std::ofstream(bad) << "x1 Q0 cmus 1 2.5 tag\n";
    import_run(app, bad);
    ASSERT_TRUE(stage.wait_until([&] { return last_notice(app).find("found queries such as x1, expected those of split test of fakes, such as q1") != std::string::npos; }));
    EXPECT_EQ(app.now().judged.evaluation->systems.size(), before->systems.size());
}

TEST(Missing, IsExplainedFollowsTheFusionAndADeeperSearch) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open({"play music"}));
    const std::string last = [&] {
        const Trace& trace = *app.now().trace;
        return trace.documents[static_cast<std::size_t>(trace.fused.back().document)].id;
    }();
    app.act(ExplainMissing{.document = last, .within = 1, .query = {}});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().missing.phase == Phase::Ready; }));
    const auto found = app.now().missing.found;
    EXPECT_EQ(found->stage, MissingDocument::Stage::Fusion);
    EXPECT_TRUE(stage.wait_until([&] { return app.shell().is_drawn(view_title::kMissing); }));
    // The change that it names is made: there it is, without another question.
    const auto easy = easiest_weight(*found);
    if (easy) {
        app.act(SetFusion{with_weight(*app.now().trace, *easy, *found->experts[*easy].weight_needed)});
        stage.frames(2);
        EXPECT_EQ(app.now().missing.found->stage, MissingDocument::Stage::Shown);
        EXPECT_EQ(app.now().missing.found->rank, 1);
        app.undo();
        stage.frames(2);
        EXPECT_EQ(app.now().missing.found->rank, found->rank);
    }
    const auto trace = app.now().trace;
    app.act(SearchDeeper{.depth = 7});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->depth == 7 && app.now().missing.of == app.now().trace->id && app.now().missing.phase == Phase::Ready; }));
    EXPECT_EQ(app.now().trace->parent, trace->id);
    EXPECT_EQ(app.now().missing.found->depth, 7);
    EXPECT_EQ(app.now().history.size(), 1u); // it is a change of the same query
}

TEST(Missing, OfAnotherQueryRunsThatFirst) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    EXPECT_FALSE(app.table().run("document.missing")); // of no result
    ASSERT_TRUE(stage.ask("play music"));
    EXPECT_TRUE(app.table().run("document.missing"));
    ASSERT_TRUE(stage.wait_until([&] { return app.now().missing.phase == Phase::Ready; }));
    EXPECT_EQ(app.now().missing.found->stage, MissingDocument::Stage::Shown); // the best one is not missing
    app.act(ExplainMissing{.document = "vim", .within = 10, .query = "edit sound"});
    EXPECT_EQ(app.workbench().missing().state().waits_for, "edit sound");
    ASSERT_TRUE(stage.wait_until([&] { return app.now().missing.phase == Phase::Ready; }));
    EXPECT_EQ(app.now().trace->query, "edit sound");
    EXPECT_EQ(app.now().missing.of, app.now().trace->id);
    app.act(ExplainMissing{.document = "vim", .within = 10, .query = " play music "}); // as a collection may have it
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "play music" && app.now().missing.phase == Phase::Ready; }));
    ASSERT_TRUE(stage.ask("edit sound"));
    // Somebody changes the query on screen meanwhile: that question is gone.
    app.act(ExplainMissing{.document = "vim", .within = 10, .query = "play music"});
    app.act(SearchDeeper{.depth = 7});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->depth == 7; }));
    EXPECT_EQ(app.now().missing.phase, Phase::Empty);
    // Somebody asks for something else meanwhile: the same.
    app.act(ExplainMissing{.document = "vim", .within = 10, .query = "play music"});
    app.act(RunQuery{"game"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().trace->query == "game"; }));
    EXPECT_EQ(app.now().missing.phase, Phase::Empty);
    app.act(ExplainMissing{.document = "nobody", .within = 10, .query = {}});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().missing.phase == Phase::Failed; }));
    EXPECT_THAT(app.now().missing.error, HasSubstr("nobody"));
}

TEST(Missing, DocumentsAreFoundByTheirTitles) {
    AppStage stage;
    App& app = stage.app();
    ASSERT_TRUE(stage.open());
    app.act(FindDocuments{"PLAY"});
    ASSERT_TRUE(stage.wait_until([&] { return app.now().documents.phase == Phase::Ready; }));
    std::vector<std::string> found;
    for (const NamedDocument& document : app.now().documents.found) found.push_back(document.id);
    EXPECT_THAT(found, testing::ElementsAre("cmus", "moc", "mpg123", "tetris"));
    app.act(FindDocuments{""});
    stage.frames(1);
    EXPECT_EQ(app.now().documents.phase, Phase::Empty);
}

} // namespace
} // namespace cameo
