#include "app/workbench/controller.hpp"

#include "tests/app/workbench/workbench_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

#include <chrono>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thread>

namespace cameo {
namespace {

using namespace std::chrono_literals;

class Controller : public WorkbenchFixture {
protected:
    void ask(const std::string& text) {
        bench.run_query(text);
        wait_until([&] { return now.query_phase != Phase::Loading; });
    }
};

TEST_F(Controller, OpensTheFirstOfEachWhenNothingIsNamed) {
    open();
    EXPECT_EQ(now.workbench.model, "fake");
    EXPECT_EQ(now.workbench.collection, "fakes");
    ASSERT_TRUE(now.workbench.index);
    EXPECT_EQ(now.workbench.index->documents, 9);
    EXPECT_EQ(now.workbench.experts.size(), 3u);
    EXPECT_EQ(now.workbench.samples.size(), 2u);
    EXPECT_EQ(now.status.device.name, "fake") << "the model's device, once there is a model";
}

TEST_F(Controller, SaysWhenThereIsNothing) {
    fakes.empty = true;
    bench.start("", "");
    wait_until([&] { return now.workbench.phase == Phase::Empty; });
    ask("play music");
    EXPECT_EQ(now.query_phase, Phase::Failed);
    EXPECT_THAT(now.query_error, testing::HasSubstr("build the demo"));
}

TEST_F(Controller, SaysWhyItCouldNotOpen) {
    fakes.model_broken = true;
    bench.start("", "");
    wait_until([&] { return now.workbench.phase == Phase::Failed; });
    EXPECT_EQ(now.workbench.error, "fake: there is no such model");
}

// An index of another version, which an update leaves behind, made opening fail as a whole: the window said what to type
// instead of offering it.
TEST_F(Controller, AnIndexThatDoesNotServeIsOfferedToBeMadeAgain) {
    fakes.index_damaged = true;
    open();
    EXPECT_EQ(now.workbench.phase, Phase::Ready);
    EXPECT_FALSE(now.workbench.index);
    EXPECT_EQ(now.workbench.unusable_index, "shard-0: damaged");
    bench.build_index();
    wait_until([&] { return now.workbench.index && !now.workbench.building && now.workbench.phase == Phase::Ready; });
    EXPECT_EQ(now.workbench.unusable_index, "");
    ask("play music");
    EXPECT_TRUE(now.trace);
}

// Nothing opened where the server of an index was away, and so nobody could say that the index is to be elsewhere.
TEST_F(Controller, OpensWithoutTheServerOfItsIndex) {
    fakes.server_away = true;
    open();
    EXPECT_EQ(now.workbench.phase, Phase::Ready);
    EXPECT_FALSE(now.workbench.index);
    EXPECT_EQ(now.workbench.unusable_index, "");
    EXPECT_EQ(now.workbench.index_away, "milvus://host:1: the server does not answer");
    fakes.server_away = false;
    bench.open_collection(now.workbench.collection);
    wait_until([&] { return now.workbench.index.has_value(); });
    EXPECT_EQ(now.workbench.index_away, "");
    ask("play music");
    EXPECT_TRUE(now.trace);
}

// The first by name was opened, which need not have an index, while the demo was ready.
TEST_F(Controller, OpensTheDemoWhereNothingWasOpenBefore) {
    fakes.more_models = {{"another", "assembly"}, {"came", "came", true}};
    fakes.more_collections = {{"another", 3, 0}, {"debian", 9, 2}};
    bench.start("", "");
    wait_until([&] { return now.workbench.phase == Phase::Failed; });
    EXPECT_EQ(now.workbench.collection, "debian");
    EXPECT_EQ(now.workbench.error, "came: there is no such model");
}

TEST_F(Controller, OpensOnesOwnModelForACollectionOfOnesOwn) {
    fakes.more_models = {{"came", "came", true}};
    bench.start("", "");
    wait_until([&] { return now.workbench.phase == Phase::Ready; });
    EXPECT_EQ(now.workbench.model, "fake");
}

TEST_F(Controller, AnswersAndFusesByTheModelsDefault) {
    open();
    std::shared_ptr<const Trace> told;
    bench.on_trace = [&](std::shared_ptr<const Trace> trace) { told = std::move(trace); };
    ask("play music");
    ASSERT_TRUE(now.trace);
    EXPECT_EQ(told, now.trace);
    EXPECT_EQ(now.trace->query, "play music");
    EXPECT_EQ(now.trace->fusion.method, FusionMethod::MinMax);
    EXPECT_FALSE(now.trace->fused.empty());
    EXPECT_EQ(now.trace->grades.at("cmus"), 1);
}

TEST_F(Controller, AQueryBeforeTheModelIsThereWaitsForIt) {
    bench.start("", "");
    bench.run_query("play music");
    bench.run_query("edit sound");
    wait_until([&] { return now.trace != nullptr; });
    EXPECT_EQ(now.trace->query, "edit sound");
}

TEST_F(Controller, TheLatestQueryWins) {
    open();
    int answers = 0;
    bench.on_trace = [&](const auto&) { ++answers; };
    for (const char* text : {"play", "play music", "edit", "sound files"}) bench.run_query(text);
    wait_until([&] { return now.query_phase == Phase::Ready && !jobs.busy(); });
    EXPECT_EQ(now.trace->query, "sound files");
    EXPECT_EQ(answers, 1);
}

TEST_F(Controller, AnEmptyQueryFailsInWords) {
    open();
    bench.run_query("   ");
    wait_until([&] { return now.query_phase == Phase::Failed; });
    EXPECT_FALSE(now.query_error.empty());
}

TEST_F(Controller, FusionChangesAtOnceAndStays) {
    open();
    ask("play music");
    const auto before = now.trace;
    bench.set_fusion(FusionSpec{.method = FusionMethod::Rrf});
    bench.fill(now);
    EXPECT_EQ(now.trace->fusion.method, FusionMethod::Rrf);
    EXPECT_EQ(now.trace->id, before->id);
    EXPECT_EQ(before->fusion.method, FusionMethod::MinMax) << "traces are immutable";
    ask("edit sound");
    EXPECT_EQ(now.trace->fusion.method, FusionMethod::Rrf);
}

// Weights left over from a model with two experts were sent with every query of this one, which refused them.
TEST_F(Controller, WeightsOfAnotherModelDoNotBlockQueries) {
    bench.set_fusion(FusionSpec{.method = FusionMethod::ZScore, .weights = {1, 2}});
    open();
    ask("play music");
    ASSERT_EQ(now.query_phase, Phase::Ready) << now.query_error;
    EXPECT_EQ(now.trace->fusion, (FusionSpec{.method = FusionMethod::ZScore}));
    bench.set_fusion(FusionSpec{.weights = {1, 2, 3, 4}});
    bench.fill(now);
    EXPECT_EQ(now.trace->fusion, FusionSpec{});
}

/// What `cameo fuse` would leave in the model's folder.
void learn(const FakeModel& model) {
    LearnedFusion learned;
    learned.experts = {"lexical", "local", "global"};
    learned.linear = {1, 1, 1};
    learned.gate.base = {0, 0.5, -0.5};
    learned.gate.mean.assign(9, 0.0);
    learned.gate.deviation.assign(9, 1.0);
    learned.gate.effects.assign(18, 0.1);
    write_learned_fusion(learned, learned_fusion_file(model.folder()));
}

TEST_F(Controller, AnAdaptiveFusionIsUsedWhereItHasBeenLearned) {
    const TemporaryFolder folder;
    fakes.model->home = folder.path();
    learn(*fakes.model);
    open();
    EXPECT_TRUE(now.workbench.learned_fusion);
    ask("play music");
    ASSERT_EQ(now.trace->query_weights.size(), 3u);
    bench.set_fusion(FusionSpec{.method = FusionMethod::Adaptive});
    bench.fill(now);
    EXPECT_EQ(now.trace->fusion.method, FusionMethod::Adaptive);
    ask("edit sound");
    EXPECT_EQ(now.trace->fusion.method, FusionMethod::Adaptive);
}

// A fusion chosen with another model, or left in the session, would be refused by a model that has learned none.
TEST_F(Controller, WhereNoneHasBeenLearnedAnAdaptiveFusionIsTheZScoreSum) {
    bench.set_fusion(FusionSpec{.method = FusionMethod::Adaptive});
    open();
    EXPECT_FALSE(now.workbench.learned_fusion);
    ask("play music");
    ASSERT_EQ(now.query_phase, Phase::Ready) << now.query_error;
    EXPECT_EQ(now.trace->fusion, (FusionSpec{.method = FusionMethod::ZScore}));
    bench.set_fusion(FusionSpec{.method = FusionMethod::Adaptive, .weights = {1, 2, 3}});
    bench.fill(now);
    EXPECT_EQ(now.trace->fusion, (FusionSpec{.method = FusionMethod::ZScore, .weights = {1, 2, 3}}));
}

TEST_F(Controller, WithoutAChoiceTheModelsOwnFusionIsBack) {
    open();
    ask("play music");
    bench.set_fusion(FusionSpec{.method = FusionMethod::Rrf});
    bench.set_fusion({});
    bench.fill(now);
    EXPECT_EQ(now.trace->fusion.method, FusionMethod::MinMax);
    EXPECT_FALSE(bench.chosen_fusion());
}

TEST_F(Controller, LedgersComeFromTheTraceOrFromAJob) {
    open();
    ask("play music");
    const auto& trace = *now.trace;
    ASSERT_FALSE(trace.ledgers.empty());
    bench.select(trace.ledgers.front().id, {});
    bench.fill(now);
    ASSERT_EQ(now.ledger_phase, Phase::Ready) << "no job is needed";
    EXPECT_EQ(now.ledger->id, trace.ledgers.front().id);

    auto bare = std::make_shared<Trace>(trace);
    bare->ledgers.clear();
    bench.show(bare, false);
    bench.select("ardour", {});
    wait_until([&] { return now.ledger_phase == Phase::Ready; });
    EXPECT_EQ(now.ledger->id, "ardour");
    bench.select("", {});
    bench.fill(now);
    EXPECT_EQ(now.ledger_phase, Phase::Empty);
    EXPECT_EQ(now.ledger, nullptr);
}

TEST_F(Controller, ARecordedTraceNeedsNoModel) {
    open();
    ask("play music");
    const auto recorded = now.trace;
    fakes.model_broken = true;
    NoticeBoard other_notices;
    WorkbenchController other(jobs, other_notices, fakes.sources());
    other.start("", "");
    other.show(recorded, true);
    other.select(recorded->ledgers.front().id, {});
    other.set_fusion(FusionSpec{.method = FusionMethod::ZScore});
    Snapshot shown;
    other.fill(shown);
    EXPECT_TRUE(shown.trace_recorded);
    EXPECT_EQ(shown.trace->fusion.method, FusionMethod::ZScore);
    EXPECT_EQ(shown.ledger_phase, Phase::Ready);
    other.select("not opened before", {});
    other.fill(shown);
    EXPECT_EQ(shown.ledger_phase, Phase::Failed);
    EXPECT_THAT(shown.ledger_error, testing::HasSubstr("fake"));
    while (jobs.busy()) jobs.drain();
}

// The answer to a query that ran when a record was opened took the record's place.
TEST_F(Controller, AQueryThatIsLeftIsNotAnswered) {
    open();
    ask("play music");
    const auto record = now.trace;
    ask("edit sound");
    bench.run_query("game");
    bench.drop_query();
    bench.show(record, true);
    wait_until([&] { return !jobs.busy(); });
    EXPECT_EQ(now.trace->query, "play music");
    EXPECT_EQ(now.query_phase, Phase::Ready);
    EXPECT_EQ(now.running_query, "");
}

TEST_F(Controller, TheDemoCanBeSearchedWhileItIsBuilt) {
    fakes.empty = true;
    fakes.hold = true;
    bench.start("", "");
    wait_until([&] { return now.workbench.phase == Phase::Empty; });
    bench.build_demo(false);
    wait_until([&] { return now.workbench.phase == Phase::Ready; });
    EXPECT_EQ(now.workbench.index->documents, 3);
    EXPECT_EQ(now.workbench.index->expected, 9);
    ask("play music");
    EXPECT_EQ(now.trace->indexed_documents, 3);
    fakes.hold = false;
    wait_until([&] { return now.workbench.index && now.workbench.index->documents == 9 && !bench.is_building() && !jobs.busy(); });
    EXPECT_EQ(now.workbench.phase, Phase::Ready);
}

TEST_F(Controller, AFailedBuildIsANoticeThatStays) {
    fakes.demo_fails = true;
    open();
    bench.build_demo(false);
    wait_until([&] { return !bench.is_building() && !jobs.busy(); });
    ASSERT_EQ(notices.notices().size(), 1u);
    EXPECT_EQ(notices.notices().front().sentence, "disk: no room left");
    EXPECT_FALSE(notices.notices().front().remedy.empty());
}

// A query that was asked while something was built waited for it; when the build failed, or there turned out to be
// nothing to open, nobody told the query, and it was said to run for ever.
TEST_F(Controller, AQueryThatWaitsForABuildEndsWithIt) {
    fakes.empty = true;
    fakes.hold_at_once = fakes.demo_hopeless = true;
    bench.start("", "");
    wait_until([&] { return now.workbench.phase == Phase::Empty; });
    bench.build_demo(false);
    bench.run_query("play music");
    fakes.hold_at_once = false;
    wait_until([&] { return !bench.is_building() && now.query_phase != Phase::Loading; });
    EXPECT_EQ(now.query_phase, Phase::Failed);
    EXPECT_EQ(now.query_error, "network: not reachable");
    EXPECT_EQ(now.failed_query, "play music");
}

TEST_F(Controller, AQueryThatWaitsForTheListsEndsWithThem) {
    for (std::atomic<bool>* lack : {&fakes.empty, &fakes.lists_broken}) {
        *lack = true;
        WorkbenchController other(jobs, notices, fakes.sources());
        other.start("", "");
        other.run_query("play music");
        wait_until([&] { return !jobs.busy(); });
        other.fill(now);
        EXPECT_EQ(now.query_phase, Phase::Failed);
        EXPECT_FALSE(now.query_error.empty());
        EXPECT_EQ(now.failed_query, "play music");
        *lack = false;
    }
}

// Whatever a build had so far was put on the screen, also when another collection had been opened meanwhile.
TEST_F(Controller, ABuildLeavesWhatWasOpenedMeanwhileAlone) {
    fakes.hold = true;
    open();
    bench.build_demo(false);
    wait_until([&] { return now.workbench.index && now.workbench.index->documents == 3; });
    bench.open_collection("others");
    wait_until([&] { return now.workbench.phase == Phase::Ready; });
    fakes.hold = false;
    wait_until([&] { return !bench.is_building() && !jobs.busy(); });
    EXPECT_EQ(now.workbench.collection, "others");
    EXPECT_EQ(now.workbench.index->documents, 1);
    bench.open_collection("fakes");
    wait_until([&] { return now.workbench.phase == Phase::Ready; });
    EXPECT_EQ(now.workbench.index->documents, 9);
}

// The bench shows why nothing could be opened in the place of a result; where there was a result, nothing was said.
TEST_F(Controller, AFailureToOpenIsSaidBesideAResult) {
    open();
    ask("play music");
    bench.open_model("gone");
    wait_until([&] { return now.workbench.phase == Phase::Failed; });
    ASSERT_EQ(notices.notices().size(), 1u);
    EXPECT_EQ(notices.notices().front().level, Notice::Level::Error);
    EXPECT_EQ(notices.notices().front().sentence, "gone: there is no such model");
}

// Figures of the model before stood under the name of the one that did not open.
TEST_F(Controller, WhatDoesNotOpenHasNoFigures) {
    open();
    bench.measurements().measure("test");
    wait_until([&] { return now.judged.scores != nullptr && !jobs.busy(); });
    bench.open_model("gone");
    wait_until([&] { return now.workbench.phase == Phase::Failed; });
    EXPECT_EQ(now.workbench.model, "gone");
    EXPECT_FALSE(now.judged.scores);
    EXPECT_FALSE(now.workbench.index);
    bench.build_index();
    EXPECT_FALSE(bench.is_building()) << "that would be the index of the model before";
    bench.open_model("fake");
    wait_until([&] { return now.workbench.phase == Phase::Ready; });
    EXPECT_TRUE(now.workbench.index);
}

// "There is nothing to search" was still there, as an error, when there was something.
TEST_F(Controller, AnEarlyQueryLeavesNoErrorBehind) {
    fakes.empty = true;
    bench.start("", "");
    wait_until([&] { return now.workbench.phase == Phase::Empty; });
    ask("play music");
    ASSERT_EQ(notices.notices().size(), 1u) << "the reason is said where the user is, which is Welcome";
    bench.build_demo(false);
    wait_until([&] { return !bench.is_building() && now.workbench.phase == Phase::Ready; });
    EXPECT_EQ(now.query_phase, Phase::Empty);
    EXPECT_EQ(now.query_error, "");
    EXPECT_EQ(now.failed_query, "");
}

TEST_F(Controller, SaysWhatFailed) {
    open();
    bench.run_query("   ");
    wait_until([&] { return now.query_phase == Phase::Failed; });
    EXPECT_EQ(now.failed_query, "   ");
    ask("play music");
    EXPECT_EQ(now.failed_query, "");
}

TEST_F(Controller, ForAnotherSessionIsAsIfNothingHadBeenAsked) {
    open();
    ask("play music");
    bench.select("cmus", {});
    bench.set_fusion(FusionSpec{.method = FusionMethod::Rrf});
    bench.reset();
    bench.start("fake", "others");
    wait_until([&] { return now.workbench.phase == Phase::Ready && now.workbench.collection == "others"; });
    EXPECT_EQ(now.trace, nullptr);
    EXPECT_EQ(now.query_phase, Phase::Empty);
    EXPECT_EQ(now.ledger_phase, Phase::Empty);
    EXPECT_FALSE(bench.chosen_fusion());
    ASSERT_TRUE(now.workbench.index);
    EXPECT_EQ(now.workbench.index->documents, 1);
}

TEST_F(Controller, AnIndexIsBuiltWhereThereIsNone) {
    fakes.indexed = false;
    open();
    EXPECT_FALSE(now.workbench.index);
    ask("play music");
    EXPECT_THAT(now.query_error, testing::HasSubstr("no index"));
    bench.build_index();
    wait_until([&] { return !bench.is_building() && now.workbench.index && now.workbench.index->documents == 9; });
    ask("play music");
    EXPECT_EQ(now.query_phase, Phase::Ready);
}

TEST_F(Controller, AModelIsOpenedOnce) {
    open();
    bench.open_collection("fakes again");
    wait_until([&] { return now.workbench.phase == Phase::Ready && !jobs.busy(); });
    EXPECT_EQ(fakes.models_opened, 1);
}

} // namespace
} // namespace cameo
