#include "core/base/error.hpp"
#include "tests/core/train/tiny_run.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <tuple>
#include <utility>

namespace cameo {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Recipe with_everything() {
    Recipe recipe = TinyTraining::recipe();
    recipe.specialized_steps = 9;
    recipe.mine_every = 6;
    recipe.mine_lag = 2;
    recipe.negatives_from = "both";
    recipe.accumulate = 2;
    recipe.fusion_loss = 0.5;
    return recipe;
}

TEST(Trainer, LearnsAndLeavesTheBestModel) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 40;
    MemoryRecorder recorder;
    const auto result = run(tiny, recipe, "learns", recorder);
    EXPECT_EQ(result.step, 40);
    EXPECT_EQ(result.reason, "all steps are done");
    EXPECT_LT(recorder.metric("loss", 40), 0.9 * recorder.metric("loss", 1));
    EXPECT_GT(result.best, recorder.metric("dev.fusion.MRR@10", 0));
    EXPECT_EQ(result.best, recorder.metric("dev.fusion.MRR@10", result.best_step));
    const auto model = Model::load(result.model);
    EXPECT_EQ(model->name(), "t");
    EXPECT_EQ(model->kind(), "came");
    EXPECT_EQ(model->default_fusion(), "sum");
    EXPECT_EQ(recorder.events.front().kind, EventKind::Started);
    EXPECT_EQ(recorder.events.back().kind, EventKind::Finished);
    // Every dev query is held out: 40 are judged, every tenth is kept for validation.
    EXPECT_THAT(recorder.events.front().text, HasSubstr("36 queries to train on, 4 to validate with"));
}

TEST(Trainer, TheSameSeedGivesTheSameBits) {
    const TinyTraining tiny;
    MemoryRecorder a, b, c;
    run(tiny, with_everything(), "a", a);
    run(tiny, with_everything(), "b", b);
    EXPECT_EQ(a.repeatable(), b.repeatable());
    EXPECT_EQ(last_checkpoint(tiny, "a"), last_checkpoint(tiny, "b"));
    Recipe other = with_everything();
    other.seed = 2;
    run(tiny, other, "c", c);
    EXPECT_NE(a.repeatable(), c.repeatable());
}

TEST(Trainer, GoesOnAsIfItHadNeverStopped) {
    const TinyTraining tiny;
    MemoryRecorder whole;
    run(tiny, with_everything(), "whole", whole);
    // Broken off without a word before every step once, as a kill does; each time it goes on from the last checkpoint.
    struct Killed {};
    MemoryRecorder pieces;
    std::int64_t furthest = -1;
    pieces.before_step = [&](MemoryRecorder& recorder) {
        if (recorder.latest <= furthest) return;
        furthest = recorder.latest;
        throw Killed{};
    };
    int killed = 0;
    for (bool done = false; !done;) try {
            run(tiny, with_everything(), "pieces", pieces);
            done = true;
        } catch (const Killed&) {
            ++killed;
        }
    EXPECT_EQ(killed, 22); // before step 1 to 21, and before it ended
    EXPECT_EQ(whole.repeatable(), pieces.repeatable());
    EXPECT_EQ(last_checkpoint(tiny, "whole"), last_checkpoint(tiny, "pieces"));
    EXPECT_EQ(whole.competition.size(), pieces.competition.size());
}

TEST(Trainer, RanksPositivesInTheBankOnceThereIsOne) {
    const TinyTraining tiny;
    MemoryRecorder recorder;
    Recipe recipe = with_everything();
    run(tiny, recipe, "bank", recorder);
    EXPECT_EQ(recorder.texts_of(EventKind::Mined).size(), 3u); // for steps 6, 12 and 18
    for (const std::int64_t step : {6, 12, 18})
        for (const char* share : {"mined.left_out", "mined.above"}) {
            EXPECT_GE(recorder.metric(share, step), 0);
            EXPECT_LE(recorder.metric(share, step), 1);
        }
    double furthest = 0;
    for (const auto& [step, record] : recorder.competition) {
        EXPECT_GT(step, 12);
        for (const double rank : record.ranks) furthest = std::max(furthest, rank);
    }
    EXPECT_GT(furthest, 9); // a part has three positives and six negatives: beyond that only the bank ranks
    EXPECT_EQ(recorder.competition.count(13), 6u);
}

TEST(Trainer, HonoursCommandsBeforeTheNextStep) {
    const TinyTraining tiny;
    MemoryRecorder recorder;
    std::int64_t asked = 0;
    recorder.before_step = [&](MemoryRecorder& own) {
        if (own.latest == 3 && asked == 0) own.leave(CommandKind::Pause), own.leave(CommandKind::Set, "optimizer.layers_rate=0.5"), ++asked;
        else if (asked == 1) own.leave(CommandKind::Set, "batch.queries=3"), own.leave(CommandKind::Resume), ++asked;
        else if (own.latest == 7 && asked == 2) own.leave(CommandKind::Checkpoint), own.leave(CommandKind::Set, "gate.noise=maybe"), ++asked;
        else if (own.latest == 8 && asked == 3) own.leave(CommandKind::Stop), ++asked;
    };
    const auto result = run(tiny, TinyTraining::recipe(), "commands", recorder);
    EXPECT_EQ(result.step, 8);
    EXPECT_EQ(result.reason, "stopped by a command");
    ASSERT_EQ(recorder.answers.size(), 7u);
    for (const auto& answer : recorder.answers) {
        const auto kind = answer.command.kind;
        EXPECT_EQ(answer.step, answer.command.id <= 4 ? 3 : answer.command.id <= 6 ? 7 : 8);
        if (kind == CommandKind::Set && answer.command.id != 2) EXPECT_NE(answer.refusal, "");
        else EXPECT_EQ(answer.refusal, "");
    }
    EXPECT_THAT(recorder.answers[2].refusal, HasSubstr("batch.queries cannot change while a training runs"));
    EXPECT_EQ(recorder.metric("rate.layers.global", 3), 1e-3);
    EXPECT_EQ(recorder.metric("rate.layers.global", 4), 0.5);
    EXPECT_EQ(Checkpoints(tiny.folder("commands") / "checkpoints").steps().back(), 8);
    // Begun again, it goes on to the end with the rate that was set.
    MemoryRecorder later;
    EXPECT_EQ(run(tiny, TinyTraining::recipe(), "commands", later).step, 12);
    EXPECT_EQ(later.metric("rate.layers.global", 9), 0.5);
}

TEST(Trainer, EndsWithTheEpoch) {
    const TinyTraining tiny;
    MemoryRecorder recorder;
    bool asked = false;
    recorder.before_step = [&](MemoryRecorder& own) {
        if (own.latest == 4 && !std::exchange(asked, true)) own.leave(CommandKind::FinishEpoch);
    };
    const auto result = run(tiny, TinyTraining::recipe(), "epoch", recorder);
    EXPECT_EQ(result.step, 6); // 36 queries, six a step
    EXPECT_EQ(result.reason, "the epoch is over");
    EXPECT_EQ(recorder.events.back().kind, EventKind::Finished);
    MemoryRecorder later; // who begins it again wants more
    EXPECT_EQ(run(tiny, TinyTraining::recipe(), "epoch", later).step, 12);
}

TEST(Trainer, AnEpochIsOverWhenAllQueriesWereAskedAsOften) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.queries = 8; // of 36: epochs end in the 5th, the 9th and the 14th step, with no gap between them
    recipe.standardized_steps = 30;
    for (const auto& [asked_at, end] : {std::pair<std::int64_t, std::int64_t>{0, 5}, {6, 9}, {10, 14}}) {
        MemoryRecorder recorder;
        bool asked = false;
        recorder.before_step = [&](MemoryRecorder& own) {
            if (own.latest == asked_at && !std::exchange(asked, true)) own.leave(CommandKind::FinishEpoch);
        };
        EXPECT_EQ(run(tiny, recipe, "epoch" + std::to_string(asked_at), recorder).step, end);
    }
}

// What learns at all was decided by the rate in force: a checkpoint behind the command could not be read, and counted as damaged.
TEST(Trainer, GoesOnWithWhatLearnsAsItBegan) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.encoder_rate = 1e-3;
    recipe.frozen_layers = 0;
    const auto stops_learning = [](MemoryRecorder& own) {
        if (own.latest == 4 && own.answers.empty()) own.leave(CommandKind::Set, "optimizer.encoder_rate=0");
        if (own.latest == 9 && own.answers.size() == 1) own.leave(CommandKind::Set, "optimizer.encoder_rate=0.002");
    };
    MemoryRecorder whole, pieces;
    whole.before_step = stops_learning;
    run(tiny, recipe, "whole", whole);
    EXPECT_EQ(whole.metric("rate.shared", 6), 0);
    EXPECT_EQ(whole.metric("rate.shared", 10), 0.002);
    struct Killed {};
    pieces.before_step = [&](MemoryRecorder& own) {
        stops_learning(own);
        if (own.latest == 7) throw Killed{};
    };
    EXPECT_THROW(run(tiny, recipe, "pieces", pieces), Killed);
    pieces.before_step = stops_learning;
    run(tiny, recipe, "pieces", pieces);
    EXPECT_THAT(pieces.texts_of(EventKind::Warning), IsEmpty());
    EXPECT_EQ(whole.repeatable(), pieces.repeatable());
    EXPECT_EQ(last_checkpoint(tiny, "whole"), last_checkpoint(tiny, "pieces"));
}

TEST(Trainer, RefusesARateOfWhatIsFrozen) {
    const TinyTraining tiny;
    MemoryRecorder recorder, again;
    recorder.before_step = [](MemoryRecorder& own) {
        if (own.latest == 4 && own.answers.empty()) own.leave(CommandKind::Set, "optimizer.encoder_rate=0.001");
    };
    run(tiny, TinyTraining::recipe(), "frozen", recorder);
    ASSERT_EQ(recorder.answers.size(), 1u);
    EXPECT_THAT(recorder.answers[0].refusal, HasSubstr("optimizer.encoder_rate: the encoder is frozen in this training"));
}

TEST(Trainer, AFailureInACommandIsNoRefusal) {
    const TinyTraining tiny;
    MemoryRecorder recorder;
    recorder.before_step = [&](MemoryRecorder& own) {
        if (own.latest != 4) return;
        own.leave(CommandKind::Set, "optimizer.layers_rate=0.5");
        const auto checkpoints = tiny.folder("fails") / "checkpoints";
        std::filesystem::rename(checkpoints, tiny.folder("fails") / "away");
        write_file(checkpoints, "no folder");
    };
    EXPECT_THAT(error_of([&] { run(tiny, TinyTraining::recipe(), "fails", recorder); }), HasSubstr("checkpoints"));
    EXPECT_THAT(recorder.answers, IsEmpty());
    EXPECT_EQ(recorder.events.back().kind, EventKind::Failed);
}

TEST(Trainer, LeavesTheLatestModelWhereTheBestIsDamaged) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.layers_rate = recipe.heads_rate = 0; // so that none is better than the first
    MemoryRecorder recorder;
    recorder.before_step = [&](MemoryRecorder& own) {
        if (own.latest != 11) return;
        const auto file = Checkpoints(tiny.folder("worn") / "checkpoints").at(0) / "optimizer.safetensors";
        auto bytes = read_file(file);
        bytes[bytes.size() / 2] ^= 1;
        write_file(file, bytes);
    };
    const auto result = run(tiny, recipe, "worn", recorder);
    EXPECT_EQ(result.best_step, 12);
    EXPECT_TRUE(std::isnan(result.best)) << "that is what the lost one had";
    EXPECT_THAT(recorder.texts_of(EventKind::Warning), Contains(HasSubstr("the best checkpoint is lost: ")));
}

TEST(Trainer, StopsWhenItGetsNoBetter) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.layers_rate = recipe.heads_rate = 0;
    recipe.standardized_steps = 100;
    recipe.patience = 2;
    MemoryRecorder recorder;
    const auto result = run(tiny, recipe, "patience", recorder);
    EXPECT_EQ(result.step, 10);
    EXPECT_EQ(result.best_step, 0);
    EXPECT_THAT(result.reason, HasSubstr("no better validation"));
}

TEST(Trainer, StepsBackFromALeapAndGivesUpWhenItLeapsAgainAndAgain) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 60;
    recipe.clip = 0;
    recipe.spike_factor = 0.5; // so that the first loss that is held against its mean leaps, and each one after it
    MemoryRecorder recorder;
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "leaps", recorder); }), HasSubstr("the training diverged at step 21: the loss was"));
    EXPECT_EQ(recorder.texts_of(EventKind::StepBack).size(), 3u);
    EXPECT_EQ(recorder.events.back().kind, EventKind::Failed);
    // One bad batch alone is left out.
    recipe.on_divergence = "stop";
    MemoryRecorder stops;
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "stops", stops); }), HasSubstr("Lower learning rates may help"));
    EXPECT_THAT(stops.texts_of(EventKind::StepBack), IsEmpty());
}

// The mean that a command has begun anew was trusted at once.
TEST(Trainer, HoldsNoLossAgainstAMeanOfFewSteps) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 60;
    recipe.clip = 0;
    recipe.spike_factor = 0.5; // any loss that is held against its mean leaps
    recipe.on_divergence = "stop";
    MemoryRecorder recorder;
    struct Killed {};
    recorder.before_step = [](MemoryRecorder& own) {
        if (own.latest == 15 && own.answers.empty()) own.leave(CommandKind::Set, "loss.fusion=0.1");
        if (own.latest == 25) throw Killed{};
    };
    EXPECT_THROW(run(tiny, recipe, "few", recorder), Killed);
    recorder.before_step = nullptr;
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "few", recorder); }), HasSubstr("diverged at step 36: the loss was"));
    EXPECT_THAT(recorder.events.back().text, HasSubstr("layers.global ")) << "whose gradient it was";
}

TEST(Trainer, TakesAnotherLossForNoLeap) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 36;
    recipe.clip = 0;
    recipe.flops_ramp = 0;
    recipe.spike_factor = 3; // which the weight makes of the loss
    MemoryRecorder recorder;
    recorder.before_step = [](MemoryRecorder& own) {
        if (own.latest == 31 && own.answers.empty()) own.leave(CommandKind::Set, "loss.flops_document=10");
    };
    EXPECT_EQ(run(tiny, recipe, "raised", recorder).step, 36);
    EXPECT_GT(recorder.metric("loss", 32), 3 * recorder.metric("loss", 31));
    EXPECT_THAT(recorder.texts_of(EventKind::StepBack), IsEmpty());
}

TEST(Trainer, UsesTheCheckpointBeforeADamagedOne) {
    const TinyTraining tiny;
    MemoryRecorder whole, again;
    run(tiny, TinyTraining::recipe(), "damaged", whole);
    const Checkpoints checkpoints(tiny.folder("damaged") / "checkpoints");
    const auto before = last_checkpoint(tiny, "damaged");
    const auto file = checkpoints.at(checkpoints.steps().back()) / "optimizer.safetensors";
    auto bytes = read_file(file);
    bytes[bytes.size() / 2] ^= 1;
    write_file(file, bytes);
    run(tiny, TinyTraining::recipe(), "damaged", again);
    EXPECT_THAT(again.texts_of(EventKind::Warning), Contains(HasSubstr("optimizer.safetensors: it is damaged")));
    EXPECT_EQ(last_checkpoint(tiny, "damaged"), before);
}

TEST(Trainer, OneProcessAndOneRecipeAFolder) {
    const TinyTraining tiny;
    MemoryRecorder recorder, other;
    std::string refused;
    recorder.before_step = [&](MemoryRecorder& own) {
        if (own.latest == 2 && refused.empty()) refused = error_of([&] { run(tiny, TinyTraining::recipe(), "one", other); });
    };
    run(tiny, TinyTraining::recipe(), "one", recorder);
    EXPECT_THAT(refused, HasSubstr("another process trains here"));
    Recipe changed = TinyTraining::recipe();
    changed.warmup_steps = 3;
    EXPECT_THAT(error_of([&] { run(tiny, changed, "one", other); }), HasSubstr("begun with another optimizer.warmup"));
}

TEST(Trainer, SaysWhatARecipeContradicts) {
    const TinyTraining tiny;
    MemoryRecorder recorder;
    Recipe recipe = TinyTraining::recipe();
    recipe.accumulate = 4;
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "bad", recorder); }), HasSubstr("batch.queries is 6, expected a multiple of batch.accumulate, 4"));
    recipe = TinyTraining::recipe();
    recipe.standardized_steps = 0;
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "bad", recorder); }), HasSubstr("nothing to do"));
    recipe = TinyTraining::recipe();
    recipe.margin_mse = 1;
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "bad", recorder); }), HasSubstr("teacher.run names none"));
    recipe = TinyTraining::recipe();
    recipe.negatives_from = "teacher";
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "bad", recorder); }), HasSubstr("teacher.run names none"));
}

TEST(Trainer, WarnsWhereNothingIsEverMined) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 3;
    for (const auto& [from, every, warns] : {std::tuple{"both", 0, true}, {"mined", 3, true}, {"both", 2, false}, {"bm25", 0, false}}) {
        recipe.negatives_from = from;
        recipe.mine_every = every; // 3: too late
        MemoryRecorder recorder;
        run(tiny, recipe, std::string(from) + std::to_string(every), recorder);
        const auto warnings = recorder.texts_of(EventKind::Warning);
        EXPECT_EQ(warnings.size(), warns ? 1u : 0u) << from << " " << every;
        for (const auto& warning : warnings) EXPECT_THAT(warning, HasSubstr("nothing is ever mined, so BM25 proposes all of them"));
    }
}

// The teacher likes whichever document comes first: nothing that the texts themselves would teach.
TEST(Trainer, LearnsFromATeachersScores) {
    const TinyTraining tiny;
    std::string lines;
    for (const auto& query : tiny.queries())
        for (DocumentOrdinal document = 0; document < tiny.collection()->size(); ++document)
            lines += query.id + " Q0 d" + std::to_string(document) + " 1 " + std::to_string(-document) + " teacher\n";
    const auto file = tiny.folder("teacher") / "scores.run";
    write_file(file, lines);
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 40;
    recipe.negatives_from = "teacher";
    recipe.teacher = file.string();
    recipe.teacher_temperature = 10;
    recipe.distillation = 3;
    recipe.margin_mse = 0.1;
    recipe.fusion_loss = 1;
    MemoryRecorder recorder;
    run(tiny, recipe, "taught", recorder);
    for (const char* what : {"distillation", "margin_mse"})
        for (const char* who : {"global", "fusion"}) {
            const std::string name = std::string("loss.") + what + "." + who;
            EXPECT_LT(recorder.metric(name, 40), 0.8 * recorder.metric(name, 1)) << name;
        }
    write_file(file, "q1 Q0 d3 1 1 another\n");
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "taught", recorder); }), HasSubstr("teacher's scores"));
}

TEST(Trainer, ACancelledOneKeepsItsLastStep) {
    const TinyTraining tiny;
    MemoryRecorder recorder;
    std::stop_source stop;
    recorder.before_step = [&](MemoryRecorder& own) {
        if (own.latest == 4) stop.request_stop();
    };
    Progress progress(stop.get_token());
    EXPECT_THROW(train(TinyTraining::recipe(), tiny.data(), tiny.folder("cancelled"), recorder, progress), Cancelled);
    EXPECT_EQ(Checkpoints(tiny.folder("cancelled") / "checkpoints").steps().back(), 5);
}

} // namespace
} // namespace cameo
