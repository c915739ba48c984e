#include "app/trainings/list_trainings.hpp"

#include "app/trainings/read_evidence.hpp"
#include "app/trainings/trainer_log.hpp"
#include "app/trainings/turn.hpp"
#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/base/folders.hpp"
#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"
#include "tests/support/temporary_folder.hpp"

#include <chrono>
#include <cmath>
#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

namespace fs = std::filesystem;

/// A library of trainings that nobody has trained: what a trainer would have left.
class Trainings : public testing::Test {
protected:
    fs::path folder(const std::string& name) const { return folders().data / "trainings" / name; }
    /// A training that has begun and recorded so many steps.
    fs::path begun(const std::string& name, std::int64_t steps) {
        const fs::path at = folder(name);
        fs::create_directories(at);
        std::ofstream(at / "recipe.json") << R"({"model": "came-0", "steps": {"standardized": 30, "specialized": 10}})";
        TrainingFile file(at / "training.db");
        file.record({0, EventKind::Started, "40 queries to train on"});
        file.record(0, std::vector<Metric>{{"dev.fusion.MRR@10", 0.4}}, {});
        for (std::int64_t step = 1; step <= steps; ++step) file.record(step, std::vector<Metric>{{"loss", 2.0}}, {});
        if (steps >= 5) file.record(5, std::vector<Metric>{{"dev.fusion.MRR@10", 0.6}}, {});
        if (steps >= 10) file.record(10, std::vector<Metric>{{"dev.fusion.MRR@10", 0.5}}, {});
        return at;
    }
    static void end(const fs::path& at, EventKind kind, const std::string& text) { TrainingFile(at / "training.db").record({12, kind, text}); }

    TemporaryFolder m_scratch;
    fs::path m_home = m_scratch / "home";
    ScopedVariable m_variable{"CAMEO_HOME", m_home.c_str()};
};

TEST_F(Trainings, SayHowFarTheyAreAndWhatWasBest) {
    const auto at = begun("one", 12);
    const TrainingSummary summary = summarise_training(at);
    EXPECT_EQ(summary.name, "one");
    EXPECT_EQ(summary.step, 12);
    EXPECT_EQ(summary.steps, 40);
    EXPECT_EQ(summary.best, 0.6);
    EXPECT_EQ(summary.best_step, 5);
    EXPECT_EQ(summary.measure, "MRR@10");
    EXPECT_EQ(summary.model, "came-0");
    EXPECT_GT(summary.started_ms, 0);
    EXPECT_GE(summary.last_ms, summary.started_ms);
}

TEST_F(Trainings, SayHowTheyEnded) {
    const auto at = begun("one", 12);
    EXPECT_EQ(summarise_training(at).state, TrainingState::Died);
    EXPECT_EQ(summarise_training(at).words, "its process ended after step 12 without saying why");
    for (const auto& [kind, state] : {std::pair{EventKind::Interrupted, TrainingState::Interrupted}, {EventKind::Failed, TrainingState::Failed}, {EventKind::Finished, TrainingState::Finished}}) {
        end(at, kind, "why it did");
        EXPECT_EQ(summarise_training(at).state, state);
        EXPECT_EQ(summarise_training(at).words, "why it did");
    }
    // Another process has gone on with it, and is gone.
    end(at, EventKind::Resumed, "goes on after step 10");
    EXPECT_EQ(summarise_training(at).state, TrainingState::Died);
}

TEST_F(Trainings, RunOnlyWhileAProcessHoldsTheirFolder) {
    const auto at = begun("one", 3);
    {
        const FolderLock lock(at, "another process trains here");
        EXPECT_EQ(summarise_training(at).state, TrainingState::Running);
        TrainingFile file(at / "training.db");
        TrainingWatch(at / "training.db").leave(CommandKind::Pause);
        EXPECT_EQ(summarise_training(at).state, TrainingState::Running) << "nobody has answered yet";
        file.answer(file.pending().at(0), 3, "");
        EXPECT_EQ(summarise_training(at).state, TrainingState::Paused);
        TrainingWatch(at / "training.db").leave(CommandKind::Resume);
        file.answer(file.pending().at(0), 3, "");
        EXPECT_EQ(summarise_training(at).state, TrainingState::Running);
    }
    EXPECT_EQ(summarise_training(at).state, TrainingState::Died);
}

TEST_F(Trainings, ThatDiedSayWhatTheirProcessSaidLast) {
    const auto at = begun("one", 12);
    std::ofstream(at / kTrainerLog) << "training 4 / 40\ncameo: an error of before\ntraining 12 / 40\ncameo: /disk/one: no space left on the device\n";
    EXPECT_EQ(summarise_training(at).state, TrainingState::Died);
    EXPECT_EQ(summarise_training(at).words, "its process ended after step 12: /disk/one: no space left on the device");
}

TEST_F(Trainings, ThatRunSayWhatTheyDoBesideTheirSteps) {
    const auto at = begun("one", 12);
    const FolderLock lock(at, "");
    const auto words = [&](std::string_view log) {
        std::ofstream(at / kTrainerLog) << log;
        return summarise_training(at).words;
    };
    EXPECT_EQ(words("training  12 / 40 steps  0.5/s\nencoding documents  8,240 / 19,647 documents  46/s  3 min 44 s to 4 min 52 s left\n"),
              "encoding documents \u00b7 8,240 / 19,647 documents \u00b7 46/s \u00b7 3 min 44 s to 4 min 52 s left");
    EXPECT_EQ(words("validating  10 / 20 documents\ntraining  13 / 40 steps  0.5/s\n"), "") << "the steps say that themselves";
    EXPECT_EQ(words("a remark of its own\n"), "");
    EXPECT_EQ(words(""), "");
    words("validating  10 / 20 documents\n");
    fs::last_write_time(at / kTrainerLog, fs::file_time_type::clock::now() - std::chrono::seconds(60));
    EXPECT_EQ(summarise_training(at).words, "") << "it has not been said for a while";
}

TEST_F(Trainings, WaitForTheirTurn) {
    const auto one = begun("one", 3), two = folder("two");
    fs::create_directories(two);
    std::ofstream(two / "recipe.json") << R"({"model": "came-0", "steps": {"standardized": 30}})";
    const Turn first(one), second(two);
    EXPECT_EQ(summarise_training(one).state, TrainingState::Queued);
    EXPECT_EQ(summarise_training(one).words, "its process is about to begin");
    EXPECT_EQ(summarise_training(two).state, TrainingState::Queued) << "without a record of its own yet";
    EXPECT_EQ(summarise_training(two).words, "waits until one has ended");
    const FolderLock lock(one, "");
    EXPECT_EQ(summarise_training(one).state, TrainingState::Running);
}

TEST_F(Trainings, ThatNeverBeganSayWhatTheirProcessSaid) {
    const auto at = folder("one");
    fs::create_directories(at);
    std::ofstream(at / "recipe.json") << R"({"model": "came-0"})";
    std::ofstream(at / kTrainerLog) << "";
    EXPECT_EQ(summarise_training(at).state, TrainingState::Queued) << "it was started a moment ago";
    std::ofstream(at / kTrainerLog) << "cameo: there is no model \"came-0\"\n";
    EXPECT_EQ(summarise_training(at).state, TrainingState::Died);
    EXPECT_EQ(summarise_training(at).words, "its process ended before its first step: there is no model \"came-0\"");
}

TEST_F(Trainings, OfAStoppedProcessAreFrozen) {
    const auto at = begun("one", 3);
    int ready[2];
    ASSERT_EQ(::pipe(ready), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const FolderLock lock(at, "");
        (void)!::write(ready[1], "x", 1);
        for (;;) ::pause();
    }
    char byte = 0;
    ASSERT_EQ(::read(ready[0], &byte, 1), 1);
    EXPECT_EQ(summarise_training(at).state, TrainingState::Running);
    ::kill(child, SIGSTOP);
    int status = 0;
    ::waitpid(child, &status, WUNTRACED);
    EXPECT_EQ(summarise_training(at).state, TrainingState::Frozen);
    EXPECT_EQ(summarise_training(at).words, "its process was stopped from outside; `kill -CONT " + std::to_string(child) + "` lets it go on");
    ::kill(child, SIGCONT);
    ::waitpid(child, &status, WCONTINUED);
    EXPECT_EQ(summarise_training(at).state, TrainingState::Running);
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    EXPECT_EQ(summarise_training(at).state, TrainingState::Died);
    ::close(ready[0]), ::close(ready[1]);
}

TEST_F(Trainings, ThatCannotBeReadSayWhy) {
    const auto at = begun("one", 3);
    std::ofstream(at / "recipe.json") << "{";
    EXPECT_EQ(summarise_training(at).state, TrainingState::Unreadable);
    EXPECT_THAT(summarise_training(at).words, HasSubstr("recipe.json: not JSON"));
    const auto other = begun("other", 3);
    std::ofstream(other / "training.db", std::ios::trunc) << "no database at all, and long enough to be told";
    EXPECT_EQ(summarise_training(other).state, TrainingState::Unreadable);
    const auto none = begun("none", 3);
    fs::remove(none / "training.db");
    EXPECT_THAT(summarise_training(none).words, HasSubstr("training.db"));
    EXPECT_TRUE(std::isnan(summarise_training(none).best));
}

TEST_F(Trainings, AreListedTheLastSignOfLifeFirst) {
    EXPECT_THAT(list_trainings(), IsEmpty());
    begun("old", 3);
    begun("new", 3);
    fs::create_directories(folder("no training"));
    fs::last_write_time(folder("old") / "training.db", fs::file_time_type::clock::now() + std::chrono::hours(1));
    const auto listed = list_trainings();
    ASSERT_EQ(listed.size(), 2u);
    EXPECT_EQ(listed[0].name, "old");
    EXPECT_EQ(listed[1].name, "new");
}

TEST_F(Trainings, AreNotWhatIsTriedOrMadeBesideThem) {
    begun(".draft-1.4711", 0);
    begun("one", 1);
    ASSERT_EQ(list_trainings().size(), 1u);
    EXPECT_EQ(list_trainings()[0].name, "one");
}

// A copy of a folder, or one that several machines share.
TEST_F(Trainings, OfAnotherMachineSayWhichAndNoMore) {
    const auto at = begun("one", 12);
    std::ofstream(at / "lock") << "4711 bigmachine\n";
    EXPECT_EQ(summarise_training(at).state, TrainingState::Elsewhere);
    EXPECT_EQ(summarise_training(at).words, "it was begun on bigmachine: whether it still runs there cannot be seen from here");
    std::ofstream(at / "lock") << "nonsense";
    EXPECT_EQ(summarise_training(at).state, TrainingState::Died);
    std::ofstream(at / "lock") << "4711 bigmachine\n";
    end(at, EventKind::Finished, "all steps are done");
    EXPECT_EQ(summarise_training(at).state, TrainingState::Finished) << "which it has said itself";
    std::ofstream(at / "lock") << "4711 bigmachine\n";
    const FolderLock lock(at, "");
    EXPECT_EQ(summarise_training(at).state, TrainingState::Running) << "somebody has gone on with it here";
}

TEST_F(Trainings, GiveTheirEvidenceWithTheRecipeAsItWasInTheEnd) {
    const auto at = begun("one", 12);
    TrainingWatch(at / "training.db").leave(CommandKind::Set, "competition.temperature=0.2");
    TrainingWatch(at / "training.db").leave(CommandKind::Set, "optimizer.clip=2");
    TrainingFile file(at / "training.db");
    const auto left = file.pending();
    file.answer(left.at(0), 4, "");
    file.answer(left.at(1), 4, "not now");
    const TrainingEvidence evidence = read_evidence(at);
    EXPECT_EQ(evidence.recipe.competition_temperature, 0.2);
    EXPECT_EQ(evidence.recipe.clip, 5) << "it was refused";
    EXPECT_EQ(evidence.metrics.at("loss").size(), 12u);
    EXPECT_EQ(evidence.events.at(0).kind, "started");
    EXPECT_FALSE(evidence.shared_layers) << "no checkpoint is there yet";
    fs::create_directories(at / "checkpoints" / "000000");
    std::ofstream(at / "checkpoints" / "000000" / "model.json")
        << R"({"format": 1, "name": "one-0", "kind": "came", "shared_layers": 3, "private_layers": 1, "experts": [{"name": "global", "kind": "global", "weights": "cache:none"}]})";
    EXPECT_EQ(read_evidence(at).shared_layers, 3);
    EXPECT_THROW(read_evidence(m_scratch / "nowhere"), Error);
}

} // namespace
} // namespace cameo
