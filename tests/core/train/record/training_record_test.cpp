#include "core/train/record/training_record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <random>

namespace cameo {
namespace {

using testing::ElementsAre;

RecordedEvent event(std::int64_t id, std::int64_t step, EventKind kind) { return {id, 1000 * id, step, std::string(name(kind)), ""}; }

TEST(TrainingRecord, TakesWhatComesTwiceOnce) {
    TrainingRecord record;
    EXPECT_EQ(record.last_step(), -1);
    EXPECT_EQ(record.last_event(), 0);
    record.take({.metrics = {{"loss", {{1, 3.0}, {2, 2.0}}}}, .events = {event(1, 0, EventKind::Started)}, .commands = {}, .probe_steps = {0}});
    // Asked from step 2 on: more of it has come.
    record.take({.metrics = {{"loss", {{2, 2.0}, {3, 1.5}}}, {"dev.fusion.MRR@10", {{2, 0.4}}}}, .events = {}, .commands = {}, .probe_steps = {0, 2}});
    ASSERT_NE(record.curve("loss"), nullptr);
    EXPECT_EQ(record.curve("loss")->size(), 3u);
    EXPECT_EQ(record.curve("loss")->back().value, 1.5);
    EXPECT_EQ(record.curve("dev.fusion.MRR@10")->size(), 1u);
    EXPECT_EQ(record.curve("los"), nullptr);
    EXPECT_EQ(record.last_step(), 3);
    EXPECT_EQ(record.last_event(), 1);
    EXPECT_THAT(record.probe_steps(), ElementsAre(0, 2));
    EXPECT_EQ(record.generation(), 0u);
}

TEST(TrainingRecord, BeginsAnewWhereTheTrainerWentBack) {
    TrainingRecord record;
    record.take({.metrics = {{"loss", {{1, 3.0}, {2, 2.0}, {3, 9.0}}}, {"gone", {{3, 1.0}}}}, .events = {event(1, 0, EventKind::Started)}, .commands = {}, .probe_steps = {}});
    record.take({.anew = true, .metrics = {{"loss", {{1, 3.0}, {2, 2.0}}}}, .events = {event(2, 2, EventKind::StepBack)}, .commands = {}, .probe_steps = {}});
    EXPECT_EQ(record.curve("loss")->size(), 2u);
    EXPECT_EQ(record.curve("gone"), nullptr);
    EXPECT_EQ(record.last_step(), 2);
    EXPECT_EQ(record.events().size(), 2u) << "what happened stays";
    EXPECT_EQ(record.generation(), 1u);
}

RecordedEvent at(std::int64_t id, double second, EventKind kind) { return {id, std::int64_t(1000 * second), 0, std::string(name(kind)), ""}; }
LeftCommand command(double second, CommandKind kind) {
    return {.id = 1, .left_ms = 0, .kind = std::string(name(kind)), .argument = {}, .state = CommandState::Done, .answered_ms = std::int64_t(1000 * second), .step = 0, .refusal = {}};
}

TEST(TrainingRecord, CountsTheTimeInWhichSomebodyTrained) {
    TrainingRecord record;
    EXPECT_EQ(record.seconds(99'000), 0);
    record.take({.metrics = {}, .events = {at(1, 10, EventKind::Started)}, .commands = {}, .probe_steps = {}});
    EXPECT_EQ(record.seconds(15'000), 5) << "it runs";
    record.take({.metrics = {}, .events = {at(2, 20, EventKind::Interrupted), at(3, 100, EventKind::Resumed), at(4, 130, EventKind::Checkpoint)}, .commands = {}, .probe_steps = {}});
    EXPECT_EQ(record.seconds(140'000), 50);
    // Killed after the checkpoint at 130: what came between is not known.
    record.take({.metrics = {}, .events = {at(5, 200, EventKind::Resumed)}, .commands = {command(210, CommandKind::Pause)}, .probe_steps = {}});
    EXPECT_EQ(record.seconds(999'000), 10 + 30 + 10) << "it waits";
    record.take({.metrics = {}, .events = {at(6, 250, EventKind::Finished)}, .commands = {command(210, CommandKind::Pause), command(240, CommandKind::Resume)}, .probe_steps = {}});
    EXPECT_EQ(record.seconds(999'000), 10 + 30 + 10 + 10);
}

TEST(TrainingRecord, KnowsTheMostMemory) {
    TrainingRecord record;
    EXPECT_EQ(record.peak_memory(), 0);
    record.take({.metrics = {{"memory", {{1, 30.0}, {2, 20.0}}}, {"memory.peak", {{0, 25.0}, {2, 31.0}}}}, .events = {}, .commands = {}, .probe_steps = {}});
    EXPECT_EQ(record.peak_memory(), 31);
}

} // namespace
} // namespace cameo
