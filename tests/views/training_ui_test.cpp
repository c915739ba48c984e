#include "tests/views/training_scene.hpp"
#include "views/findings_view.hpp"
#include "views/new_training_view.hpp"
#include "views/training_charts.hpp"
#include "views/training_view.hpp"
#include "views/training_words.hpp"
#include "views/trainings_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(TrainingCharts, AreThoseOfTheKindThatIsTrained) {
    const auto ids = [](SampleTraining kind) {
        std::vector<std::string> all;
        for (const auto& chart : training_charts(*sample_record(kind), "MRR@10", "query")) all.push_back(chart.id);
        return all;
    };
    EXPECT_THAT(ids(SampleTraining::Came), ElementsAre("dev", "loss", "sole", "weights", "wins", "away", "terms", "gradients", "rates", "speed", "seconds", "memory"));
    EXPECT_THAT(ids(SampleTraining::Gated), ElementsAre("dev", "loss", "sole", "load", "entropy", "agreement", "gradients", "rates", "speed", "seconds", "memory"));
    EXPECT_THAT(training_experts(*sample_record(SampleTraining::Came)), ElementsAre("lexical", "local", "global"));
    EXPECT_THAT(training_experts(*sample_record(SampleTraining::Gated)), ElementsAre("expert 1", "expert 2", "expert 3", "expert 4"));
    const auto charts = training_charts(*sample_record(SampleTraining::Gated), "nDCG@10", "document");
    EXPECT_EQ(charts[0].series.front().metric, "dev.fusion.nDCG@10");
    EXPECT_TRUE(charts[0].series.front().whole);
    EXPECT_EQ(charts[3].series.front().metric, "load.document.1");
    EXPECT_EQ(charts[3].level, 0.25);
    EXPECT_THAT(training_charts(TrainingRecord(), "MRR@10", "query"), IsEmpty());
}

TEST(TrainingCharts, AreOfOneKindOfQueryWhereThatIsRecorded) {
    const auto record = sample_record(SampleTraining::Came);
    EXPECT_THAT(training_categories(*record), ElementsAre("lexical", "mixed", "semantic"));
    EXPECT_THAT(training_categories(TrainingRecord()), IsEmpty());
    const auto charts = training_charts(*record, "MRR@10", "query", "mixed");
    EXPECT_EQ(charts[0].title, "MRR@10 on dev, mixed queries");
    EXPECT_EQ(charts[0].series.back().metric, "dev.global.MRR@10.mixed");
    EXPECT_EQ(charts[2].title, "Who alone ranks it best, mixed queries");
    EXPECT_EQ(charts[2].series.front().metric, "wins.lexical.mixed");
    EXPECT_EQ(charts[3].series.front().low, "weight.lexical.p10");
    EXPECT_EQ(charts[3].series.front().high, "weight.lexical.p90");
    // Other measures are recorded of all queries together.
    EXPECT_EQ(training_charts(*record, "nDCG@10", "query", "mixed")[0].series.back().metric, "dev.global.nDCG@10");
}

TEST(TrainingCharts, TellWeightsThatWereFittedFromAnExpert) {
    TrainingRecord record = *sample_record(SampleTraining::Came);
    record.take({.metrics = {{"dev.weighted.MRR@10", {{2, 0.5}}}}, .events = {}, .commands = {}, .probe_steps = {}});
    EXPECT_THAT(training_experts(record), ElementsAre("lexical", "local", "global"));
    EXPECT_EQ(training_charts(record, "MRR@10", "query")[0].series.back().metric, "dev.weighted.MRR@10");
}

TEST(TrainingWords, HoldAnEstimateAgainstTheTruth) {
    Snapshot now = sample_training(SampleTraining::Gated);
    ShownTraining& training = now.trainings.shown.front();
    TrainingSummary summary = now.trainings.list->front().summary;
    EXPECT_EQ(cost_words({.seconds = 760, .memory_bytes = 1'300'000'000, .disk_bytes = 240'000'000}), "13 min, 1.3 GB of memory, 240 MB on the disk");
    EXPECT_EQ(estimate_words(training, summary, now.trainings.now_ms), "So far 3 min, 620 MB of memory, 96.0 MB on the disk; estimated for all steps: 4 min, 700 MB of memory, 120 MB on the disk.");
    summary.state = TrainingState::Finished;
    EXPECT_THAT(estimate_words(training, summary, now.trainings.now_ms), HasSubstr("Took 2 min, "));
    training.estimate.reset();
    EXPECT_EQ(estimate_words(training, summary, now.trainings.now_ms), "");
}

TEST(TrainingWords, SayWhereItStands) {
    TrainingSummary summary{.state = TrainingState::Running, .step = 200, .steps = 300};
    EXPECT_EQ(progress_words(summary, sample_record(SampleTraining::Gated).get()).substr(0, 17), "step 200 of 300  ");
    EXPECT_THAT(progress_words(summary, sample_record(SampleTraining::Gated).get()), HasSubstr("steps/s"));
    EXPECT_THAT(progress_words(summary, sample_record(SampleTraining::Gated).get()), HasSubstr("left"));
    summary.words = "encoding documents \u00b7 8,240 / 19,647 documents";
    EXPECT_EQ(progress_words(summary, sample_record(SampleTraining::Gated).get()), "step 200 of 300  \u00b7  encoding documents \u00b7 8,240 / 19,647 documents") << "no steps, no speed";
    summary.state = TrainingState::Died;
    EXPECT_EQ(progress_words(summary, sample_record(SampleTraining::Gated).get()), "step 200 of 300") << "a dead one has no speed";
    EXPECT_EQ(ago_words(1'000'000, 1'002'000), "just now");
    EXPECT_EQ(ago_words(1'000'000, 1'600'000), "10 min ago");
    EXPECT_EQ(ago_words(0, 1'600'000), "");
    Recipe one, other;
    one.name = "one", other.name = "other", other.clip = 2.5, other.noise = false;
    const auto differences = recipe_differences({&one, &other});
    ASSERT_EQ(differences.size(), 2u) << "names always differ";
    EXPECT_EQ(differences[0].key, "optimizer.clip");
    EXPECT_THAT(differences[0].values, ElementsAre("5", "2.5"));
    EXPECT_THAT(differences[1].values, ElementsAre("true", "false"));
}

TEST(TrainingView, SteersOneThatRuns) {
    TrainingScene<TrainingView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        for (const auto& [label, kind] : {std::pair{"Pause", CommandKind::Pause}, {"Checkpoint now", CommandKind::Checkpoint}, {"Finish epoch", CommandKind::FinishEpoch}, {"Stop and keep best", CommandKind::StopAndKeepBest}}) {
            ctx->ItemClick((std::string("**/") + label).c_str());
            IM_CHECK(scene.last<SteerTraining>() && scene.last<SteerTraining>()->kind == kind && scene.last<SteerTraining>()->folder == scene.folder());
        }
        IM_CHECK(!ctx->ItemExists("**/Resume"));
        ctx->ItemClick("**/Change settings");
        ctx->Yield(2);
        ctx->ItemInputValue("**/##optimizer.clip", "2.5");
        IM_CHECK(scene.last<SteerTraining>()->kind == CommandKind::Set);
        IM_CHECK_STR_EQ(scene.last<SteerTraining>()->argument.c_str(), "optimizer.clip=2.5");
        ctx->ItemClick("**/##gate.noise");
        IM_CHECK_STR_EQ(scene.last<SteerTraining>()->argument.c_str(), "gate.noise=false");
        IM_CHECK(!ctx->ItemExists("**/##optimizer.warmup")); // which may not change now
    }));
}

TEST(TrainingView, OffersWhatTheStateAllows) {
    TrainingScene<TrainingView> scene;
    const auto offers = [&](ImGuiTestContext* ctx, TrainingState state, std::int64_t step = 100) {
        scene.set_state(state, step);
        ctx->Yield(2);
        std::string all;
        for (const char* label : {"Pause", "Resume", "Take out of the queue", "Use its model", "Branch from the best", "Train again"})
            if (ctx->ItemExists((std::string("**/") + label).c_str())) all.append(all.empty() ? "" : ", ").append(label);
        return all;
    };
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Running).c_str(), "Pause, Branch from the best, Train again");
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Paused).c_str(), "Resume, Branch from the best, Train again");
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Queued).c_str(), "Take out of the queue, Branch from the best, Train again");
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Frozen).c_str(), "Branch from the best, Train again");
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Died).c_str(), "Resume, Branch from the best, Train again");
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Elsewhere).c_str(), "Resume, Branch from the best, Train again");
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Finished, 200).c_str(), "Use its model, Branch from the best, Train again");
        IM_CHECK_STR_EQ(offers(ctx, TrainingState::Finished, 100).c_str(), "Resume, Use its model, Branch from the best, Train again");
        ctx->ItemClick("**/Use its model");
        IM_CHECK(scene.last<UseCheckpoint>() && scene.last<UseCheckpoint>()->step == -1);
        ctx->ItemClick("**/Branch from the best");
        IM_CHECK(scene.last<DraftTraining>() && scene.last<DraftTraining>()->step == 200 && scene.last<DraftTraining>()->training == scene.folder());
        scene.set_state(TrainingState::Died);
        ctx->Yield(2);
        ctx->ItemClick("**/Resume");
        IM_CHECK(scene.last<ResumeTraining>() != nullptr);
        scene.set_state(TrainingState::Queued);
        ctx->Yield(2);
        ctx->ItemClick("**/Take out of the queue");
        IM_CHECK(scene.last<WithdrawTraining>() != nullptr);
    }));
}

TEST(TrainingView, LinesAreHiddenAndSoloedAndAStepIsLookedAt) {
    TrainingScene<TrainingView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/expert 2##dev.expert 2.MRR@10");
        ctx->KeyDown(ImGuiMod_Alt);
        ctx->ItemClick("**/expert 3##dev.expert 3.MRR@10");
        ctx->KeyUp(ImGuiMod_Alt);
        ctx->ItemClick("**/nDCG@10");
        ctx->ItemClick("**/Kind");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/expert 1##wins.expert 1.lexical"));
        for (int more = 0; more < 3; ++more) ctx->ItemClick("**/Kind"); // and round again
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/expert 1##wins.expert 1"));
        ctx->ItemClick("**/Role");
        ctx->ItemClick("**/Smoothing");
        ctx->Yield(3);
        // In the middle of the first chart.
        const ImRect entry = ctx->ItemInfo("**/gate##dev.fusion.nDCG@10").RectFull;
        ctx->MouseMoveToPos({entry.Min.x + 200, entry.Max.y + 60});
        ctx->KeyDown(ImGuiMod_Shift);
        ctx->MouseClick();
        ctx->KeyUp(ImGuiMod_Shift);
        IM_CHECK(scene.last<LookAtStep>() != nullptr);
        IM_CHECK(scene.last<LookAtStep>()->step > 20 && scene.last<LookAtStep>()->step < 180);
        ctx->MouseWheelY(3); // zooms
        ctx->Yield(3);
        IM_CHECK(ctx->ItemExists("**/All steps"));
        ctx->ItemClick("**/All steps");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/All steps"));
    }));
}

TEST(TrainingView, SaysWhatASwapHasChanged) {
    TrainingScene<TrainingView> scene;
    scene.now.swap = {.phase = Phase::Ready, .label = "looked-at at step 60", .training = scene.folder(), .step = 60, .before = "came", .guard_phase = Phase::Ready,
                      .guard = std::make_shared<const GuardComparison>(GuardComparison{.split = "dev", .queries = 40, .better = 1, .worse = 1, .before = {}, .after = {},
                                                                                      .moved = {{"lost one", "", 1, 30}, {"won one", "", 0, 2}}})};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/moved");
        ctx->Yield(2);
        ctx->ItemClick("**/lost one");
        IM_CHECK(scene.last<RunQuery>() && scene.last<RunQuery>()->text == "lost one");
        ctx->ItemClick("**/Go back");
        IM_CHECK(scene.last<GoBack>() != nullptr);
        scene.now.swap = {.phase = Phase::Loading, .label = "looked-at", .before = "came"};
        ctx->Yield(2);
        ctx->ItemClick("**/Leave it");
        IM_CHECK(scene.last<DropUse>() != nullptr);
    }));
}

TEST(TrainingView, DrawsEveryStateAndOverlays) {
    TrainingScene<TrainingView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        for (const SampleTraining kind : {SampleTraining::Came, SampleTraining::Collapsing}) {
            scene.now = sample_training(kind);
            ctx->Yield(3);
        }
        scene.trainings().shown.push_back({.folder = "/elsewhere/other", .name = "other", .color = 1, .begun = {}, .recipe = {}, .record = sample_record(SampleTraining::Gated, 0.1), .error = {}});
        scene.trainings().shown.push_back({.folder = "/elsewhere/unread", .name = "unread", .color = 2, .begun = {}, .recipe = {}, .record = nullptr, .error = {}});
        ctx->Yield(3);
        scene.trainings().shown.resize(1);
        scene.trainings().shown[0].error = "training.db: the disk is gone";
        ctx->Yield(2);
        scene.trainings().shown[0].record = nullptr;
        ctx->Yield(2);
        scene.trainings().shown[0].error.clear();
        ctx->Yield(2);
        scene.trainings().shown[0].record = std::make_shared<TrainingRecord>();
        for (const TrainingState state : {TrainingState::Queued, TrainingState::Running, TrainingState::Died}) {
            scene.set_state(state);
            ctx->Yield(2);
        }
        scene.trainings().shown.clear();
        ctx->Yield(2);
        ctx->ItemClick("**/New training");
        IM_CHECK(scene.last<DraftTraining>() != nullptr);
    }));
    EXPECT_FALSE(scene.view.table(scene.now).has_value());
    scene.now = sample_training();
    const auto table = scene.view.table(scene.now);
    ASSERT_TRUE(table.has_value());
    EXPECT_THAT(table->columns, ElementsAre("training", "metric", "step", "value"));
}

TEST(TrainingsView, ShowsOverlaysAndRemarks) {
    TrainingScene<TrainingsView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/##finished");
        IM_CHECK(scene.last<ShowTraining>() && scene.last<ShowTraining>()->folder.filename() == "finished");
        ctx->ItemClick("**/Overlay paused");
        IM_CHECK(scene.last<OverlayTraining>() && scene.last<OverlayTraining>()->on && scene.last<OverlayTraining>()->folder.filename() == "paused");
        IM_CHECK(ctx->ItemExists("**/##finished"));
        IM_CHECK(!ctx->ItemExists("**/##died")); // which is archived
        ctx->ItemClick("**/archived");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/##died"));
        ctx->ItemInputValue("**/##filter", "paper");
        ctx->Yield(2);
        IM_CHECK(ctx->ItemExists("**/##finished") && !ctx->ItemExists("**/##paused"));
        ctx->ItemInputValue("**/##filter", "");
        ctx->ItemInputValue("**/##tags", "one, two words");
        IM_CHECK(scene.last<MarkTraining>() != nullptr);
        IM_CHECK(scene.last<MarkTraining>()->marks.tags == (std::vector<std::string>{"one", "two words"}));
        ctx->ItemClick("**/Open a folder\u2026");
        IM_CHECK(scene.last<OpenTraining>() != nullptr);
        ctx->ItemClick("**/##paused", ImGuiMouseButton_Right);
        ctx->ItemClick("//$FOCUSED/Archive");
        IM_CHECK(scene.last<MarkTraining>()->marks.archived);
    }));
    const auto table = scene.view.table(scene.now);
    ASSERT_TRUE(table.has_value());
    EXPECT_EQ(table->rows.size(), 10u) << "the archive is listed by now";
}

// Between writing a remark and reading the list again the old one came back, and went along with what was written next.
TEST(TrainingsView, KeepsARemarkUntilTheListHasIt) {
    TrainingScene<TrainingsView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemInputValue("**/##tags", "one");
        ctx->Yield(3); // the list is still the one before
        ctx->ItemClick("**/##note");
        ctx->KeyCharsReplace("a note");
        ctx->KeyPress(ImGuiKey_Tab);
        ctx->Yield(2);
        IM_CHECK(scene.last<MarkTraining>() != nullptr);
        IM_CHECK(scene.last<MarkTraining>()->marks.tags == std::vector<std::string>{"one"});
        IM_CHECK_STR_EQ(scene.last<MarkTraining>()->marks.note.c_str(), "a note");
        ctx->ItemClick("**/##note");
        ctx->KeyCharsReplace("another");
        scene.view.set_open(false); // with the caret in it
        ctx->Yield(3);
        IM_CHECK_STR_EQ(scene.last<MarkTraining>()->marks.note.c_str(), "another");
    }));
}

TEST(TrainingsView, ComparesThoseThatAreDrawn) {
    TrainingScene<TrainingsView> scene;
    Recipe other = scene.trainings().shown[0].recipe;
    other.clip = 1;
    scene.trainings().shown.push_back({.folder = "/elsewhere/other", .name = "other", .color = 1, .begun = other, .recipe = other, .record = sample_record(SampleTraining::Gated, 0.1), .error = {}});
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(3);
        scene.trainings().list = nullptr;
        scene.trainings().phase = Phase::Failed;
        scene.trainings().error = "the library cannot be read";
        ctx->Yield(2);
        scene.trainings().phase = Phase::Loading;
        ctx->Yield(2);
        scene.trainings().list = std::make_shared<const std::vector<TrainingLine>>();
        ctx->Yield(2);
        ctx->ItemClick("**/New training");
        IM_CHECK(scene.last<DraftTraining>() != nullptr);
    }));
}

TEST(NewTrainingView, IsAFormOfEverySetting) {
    TrainingScene<NewTrainingView> scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Choose its settings");
        IM_CHECK(scene.last<DraftTraining>() != nullptr);
        TrainingDraft draft;
        draft.from = "recipe demo-sbmoe";
        draft.recipe.name = "mine", draft.recipe.model = "sbmoe-0";
        draft.before = draft.recipe;
        draft.recipe.clip = 2;
        draft.most_threads = 4;
        scene.trainings().draft = draft;
        scene.trainings().recipes = std::make_shared<const std::vector<RecipeOffer>>(std::vector<RecipeOffer>{{"demo-sbmoe", "/recipes/demo-sbmoe.json"}});
        ctx->Yield(2);
        ctx->ItemInputValue("**/##steps.standardized", "120");
        IM_CHECK(scene.last<EditDraft>() && scene.last<EditDraft>()->assignment == "steps.standardized=120");
        ctx->ItemInputValue("**/##setting", "clip");
        ctx->Yield(2);
        IM_CHECK(!ctx->ItemExists("**/##steps.standardized"));
        ctx->ItemClick("**/Reset");
        IM_CHECK_STR_EQ(scene.last<EditDraft>()->assignment.c_str(), "optimizer.clip=5");
        ctx->ItemInputValue("**/##setting", "nothing has this");
        ctx->Yield(2);
        ctx->ItemInputValue("**/##setting", "noise");
        ctx->ItemClick("**/##gate.noise");
        IM_CHECK_STR_EQ(scene.last<EditDraft>()->assignment.c_str(), "gate.noise=false");
        ctx->ItemInputValue("**/##setting", "schedule");
        ctx->Yield(2);
        ctx->SetRef(ctx->WindowInfo("//New training/##settings").ID);
        ctx->ItemClick("optimizer.schedule/##optimizer.schedule");
        ctx->ItemClick("//$FOCUSED/cosine");
        IM_CHECK_STR_EQ(scene.last<EditDraft>()->assignment.c_str(), "optimizer.schedule=cosine");
        ctx->SetRef("//New training");
        ctx->ItemClick("##recipes");
        ctx->ItemClick("//$FOCUSED/demo-sbmoe");
        IM_CHECK(scene.last<DraftTraining>()->recipe == "/recipes/demo-sbmoe.json");
        ctx->ItemClick("**/With what I judged");
        IM_CHECK(scene.last<DraftFromJudgments>() != nullptr);
        scene.trainings().draft->cost_phase = Phase::Loading;
        ctx->Yield(2);
        scene.trainings().draft->cost_phase = Phase::Failed;
        scene.trainings().draft->cost_error = "there is no memory left";
        ctx->Yield(2);
        scene.trainings().draft->cost_phase = Phase::Ready;
        scene.trainings().draft->cost = TrainingCost{.seconds = 61, .memory_bytes = 1'000'000'000, .disk_bytes = 1'000'000};
        ctx->Yield(2);
        ctx->ItemClick("**/Start mine");
        IM_CHECK(scene.last<StartDraft>() != nullptr);
        ctx->ItemClick("**/Leave it");
        IM_CHECK(scene.last<DropDraft>() != nullptr);
        const auto started = std::ranges::count_if(scene.commands, [](const Command& each) { return std::holds_alternative<StartDraft>(each); });
        scene.trainings().draft->refusal = "there is no model \"sbmoe-0\"";
        ctx->Yield(2);
        ctx->ItemClick("**/Start mine", 0, ImGuiTestOpFlags_NoError);
        IM_CHECK(std::ranges::count_if(scene.commands, [](const Command& each) { return std::holds_alternative<StartDraft>(each); }) == started);
    }));
}

// What was typed was lost when a field further up was clicked: it is drawn first, and took the place where the text was kept.
TEST(NewTrainingView, KeepsWhatWasTypedWhenAFieldFurtherUpIsClicked) {
    TrainingScene<NewTrainingView> scene;
    TrainingDraft draft;
    draft.recipe.name = "mine", draft.recipe.model = "sbmoe-0";
    draft.before = draft.recipe;
    scene.trainings().draft = draft;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemInputValue("**/##setting", "optimizer");
        ctx->Yield(2);
        IM_CHECK_LT(ctx->ItemInfo("**/##optimizer.warmup").RectFull.Min.y, ctx->ItemInfo("**/##optimizer.clip").RectFull.Min.y);
        ctx->ItemClick("**/##optimizer.clip");
        ctx->KeyCharsReplace("7");
        ctx->ItemClick("**/##optimizer.warmup");
        ctx->Yield(2);
        IM_CHECK(scene.last<EditDraft>() != nullptr);
        IM_CHECK_STR_EQ(scene.last<EditDraft>()->assignment.c_str(), "optimizer.clip=7");
    }));
}

TEST(FindingsView, LeadToAViewAndToATrial) {
    TrainingScene<FindingsView> scene(SampleTraining::Collapsing);
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemClick("**/Show Training");
        IM_CHECK(scene.last<ShowView>() && scene.last<ShowView>()->title == "Training");
        ctx->ItemClick("**/Try it");
        IM_CHECK(scene.last<DraftTraining>() && scene.last<DraftTraining>()->set == std::vector<std::string>{"gate.importance=0.15"});
        IM_CHECK(scene.last<DraftTraining>()->training == scene.folder());
        scene.trainings().diagnosis.findings = std::make_shared<const std::vector<Finding>>();
        ctx->Yield(2);
        scene.trainings().diagnosis.findings = nullptr;
        ctx->Yield(2);
        scene.trainings().diagnosis.phase = Phase::Failed;
        scene.trainings().diagnosis.error = "training.db: damaged";
        ctx->Yield(2);
        scene.trainings().shown.clear();
        ctx->Yield(2);
    }));
    scene.now = sample_training();
    ASSERT_TRUE(scene.view.table(scene.now).has_value());
    EXPECT_EQ(scene.view.table(scene.now)->rows.size(), 3u) << "a row for each number that a finding rests on, and one where there is none";
    scene.now.diagnosis = {.phase = Phase::Ready, .error = {}, .of = "came", .findings = scene.now.trainings.diagnosis.findings};
    EXPECT_EQ(scene.view.table(scene.now)->rows.size(), 6u);
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) { ctx->Yield(2); }));
}

} // namespace
} // namespace cameo
