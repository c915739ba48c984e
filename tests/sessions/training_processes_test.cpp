#include "core/data/sqlite_file.hpp"
#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/said.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace cameo {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;

constexpr int kMetrics = 7;

std::vector<Metric> metrics_of(std::int64_t step) {
    std::vector<Metric> metrics;
    for (int number = 0; number < kMetrics; ++number)
        metrics.push_back({"metric " + std::to_string(number), static_cast<double>(step) + 0.1 * number});
    return metrics;
}

std::vector<CompetitionRecord> competition_of(std::int64_t step) {
    return {{"q" + std::to_string(step), {1, 2, 3}, {1, 1, 1}}, {"r", {3, 2, 1}, {2, 1, 0}}};
}

class TrainingProcesses : public testing::Test {
protected:
    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "training" / "training.db";
};

/// A process that records step after step from `first` on and tells each through a pipe once it is recorded.
class Trainer {
public:
    Trainer(const std::filesystem::path& file, std::int64_t first) {
        if (::pipe(m_pipe) != 0) throw std::runtime_error("no pipe");
        m_child = ::fork();
        if (m_child != 0) {
            ::close(m_pipe[1]);
            return;
        }
        TrainingFile training(file);
        for (auto step = first;; ++step) {
            training.record(step, metrics_of(step), competition_of(step));
            if (::write(m_pipe[1], &step, sizeof step) != sizeof step) ::_exit(1);
        }
    }
    ~Trainer() {
        kill();
        ::close(m_pipe[0]);
    }

    /// The next step that was recorded. Empty: it is dead, and that was all.
    std::optional<std::int64_t> next() {
        std::int64_t step = 0;
        return ::read(m_pipe[0], &step, sizeof step) == sizeof step ? std::optional(step) : std::nullopt;
    }
    void kill() {
        if (m_child > 0) {
            ::kill(m_child, SIGKILL);
            ::waitpid(m_child, nullptr, 0);
        }
        m_child = 0;
    }

private:
    int m_pipe[2] = {};
    pid_t m_child = 0;
};

TEST_F(TrainingProcesses, AKilledTrainerLosesNothingThatItReturnedFrom) {
    std::int64_t last = 0;
    for (int round = 0; round < 8; ++round) {
        Trainer trainer(m_file, last + 1);
        last = trainer.next().value();
        std::this_thread::sleep_for(std::chrono::milliseconds(20 + 37 * round)); // in the midst of something
        trainer.kill();
        while (const auto step = trainer.next())
            last = *step;

        const TrainingWatch watch(m_file);
        const auto steps = static_cast<std::int64_t>(watch.metric("metric 0").size());
        EXPECT_GE(steps, last);
        EXPECT_LE(steps, last + 1) << "one may be recorded and not told";
        for (int number = 0; number < kMetrics; ++number) {
            const auto points = watch.metric("metric " + std::to_string(number));
            ASSERT_EQ(static_cast<std::int64_t>(points.size()), steps) << "whole steps only";
            for (std::int64_t step = 1; step <= steps; ++step) {
                const auto& point = points[static_cast<std::size_t>(step - 1)];
                ASSERT_EQ(point.step, step);
                ASSERT_EQ(point.value, static_cast<double>(step) + 0.1 * number);
            }
        }
        EXPECT_THAT(watch.competition(1, steps), SizeIs(2 * steps));
        // The next one goes on from the last step that was told, as from a checkpoint.
        TrainingFile(m_file).rewind(last);
    }
    std::cout << "killed 8 times in " << last << " steps\n";
    SQLite::Database database(m_file.string(), SQLite::OPEN_READWRITE);
    EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST_F(TrainingProcesses, ADeadTrainersFileIsReadInAReadOnlyFolder) {
    {
        Trainer trainer(m_file, 1);
        for (int step = 0; step < 20; ++step)
            trainer.next();
    }
    const auto folder = m_file.parent_path();
    EXPECT_TRUE(std::filesystem::exists(m_file.string() + "-wal"));
    ::chmod(m_folder.path().c_str(), 0755);
    for (const auto& file : std::filesystem::directory_iterator(folder))
        ::chmod(file.path().c_str(), 0444);
    ::chmod(folder.c_str(), 0555);
    EXPECT_TRUE(as_nobody([&] { return TrainingWatch(m_file).metric("metric 1").size() >= 20; }));
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { TrainingWatch(m_file).leave(CommandKind::Stop); }),
                    "read-only for this user");
    }));
    ::chmod(folder.c_str(), 0755);
}

TEST_F(TrainingProcesses, EveryCommandIsAnsweredOnceAndInOrder) {
    constexpr int kThreads = 3, kCommands = 40;
    { TrainingFile training(m_file); }
    const pid_t child = ::fork();
    if (child == 0) {
        TrainingFile training(m_file);
        for (std::int64_t step = 1;; ++step) {
            for (const auto& command : training.pending()) {
                training.answer(command, step, command.kind == CommandKind::Set ? "No." : "");
                if (command.kind == CommandKind::Stop) ::_exit(0);
            }
            training.record(step, metrics_of(step), competition_of(step));
        }
    }
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < kThreads; ++thread)
        threads.emplace_back([&, thread] {
            const TrainingWatch watch(m_file);
            for (int number = 0; number < kCommands; ++number) {
                const auto kind = number % 2 ? CommandKind::Set : CommandKind::Checkpoint;
                const auto argument = std::to_string(thread) + "=" + std::to_string(number);
                const auto id = watch.leave(kind, argument);
                EXPECT_EQ(watch.commands(id - 1).at(0).argument, argument);
            }
        });
    threads.clear();
    const TrainingWatch watch(m_file);
    EXPECT_EQ(watch.leave(CommandKind::Stop), kThreads * kCommands + 1);
    EXPECT_TRUE(succeeded(child));

    const auto commands = watch.commands();
    ASSERT_THAT(commands, SizeIs(kThreads * kCommands + 1));
    std::vector<int> seen(kThreads, 0);
    for (std::size_t place = 0; place < commands.size(); ++place) {
        const auto& command = commands[place];
        EXPECT_EQ(command.id, static_cast<std::int64_t>(place + 1));
        EXPECT_EQ(command.state, command.kind == "set" ? CommandState::Refused : CommandState::Done);
        EXPECT_GE(command.step, place > 0 ? commands[place - 1].step : 1);
        if (command.kind == "stop") continue;
        const auto thread = static_cast<std::size_t>(command.argument[0] - '0');
        EXPECT_EQ(command.argument.substr(2), std::to_string(seen[thread]++));
    }
}

TEST_F(TrainingProcesses, ReadersNeverStopTheTrainer) {
    TrainingFile training(m_file);
    training.record(1, metrics_of(1), competition_of(1));
    // One that reads all the time from an old state, so that the log cannot come over into the file.
    SQLite::Database old(m_file.string(), SQLite::OPEN_READONLY);
    SQLite::Statement stays(old, "SELECT * FROM metrics");
    ASSERT_TRUE(stays.executeStep());
    std::atomic<bool> done = false;
    std::vector<std::jthread> readers;
    for (int reader = 0; reader < 2; ++reader)
        readers.emplace_back([&] {
            const TrainingWatch watch(m_file);
            std::size_t before = 0;
            while (!done) {
                const auto points = watch.metric("metric 3");
                EXPECT_GE(points.size(), before);
                EXPECT_EQ(points.back().step, static_cast<std::int64_t>(points.size()));
                before = points.size();
            }
        });
    for (int step = 2; step <= 1500; ++step)
        training.record(step, metrics_of(step), competition_of(step));
    done = true;
    readers.clear();
    EXPECT_THAT(TrainingWatch(m_file).metric("metric 6"), SizeIs(1500));
}

TEST_F(TrainingProcesses, ATrainerWaitsForAnotherWriter) {
    TrainingFile training(m_file);
    std::atomic<bool> holds = false;
    std::jthread other([&] {
        SQLite::Database database(m_file.string(), SQLite::OPEN_READWRITE);
        database.exec("BEGIN IMMEDIATE");
        holds = true;
        std::this_thread::sleep_for(2500ms); // longer than a session would wait
        database.exec("COMMIT");
    });
    while (!holds)
        std::this_thread::yield();
    training.record(1, metrics_of(1), competition_of(1));
    EXPECT_THAT(TrainingWatch(m_file).metric("metric 0"), SizeIs(1));
}

TEST_F(TrainingProcesses, RefusesANewerVersionThatWaitsInTheLog) {
    { TrainingFile training(m_file); }
    const pid_t child = ::fork();
    if (child == 0) {
        SQLite::Database newer(m_file.string(), SQLite::OPEN_READWRITE);
        newer.exec("PRAGMA user_version = 3");
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_THAT(error_of([&] { TrainingFile training(m_file); }), HasSubstr("training from a newer version"));
    EXPECT_THAT(error_of([&] { TrainingWatch watch(m_file); }), HasSubstr("training from a newer version"));
}

} // namespace
} // namespace cameo
