#include "core/base/error.hpp"
#include "core/data/sqlite_file.hpp"
#include "sessions/session.hpp"
#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"
#include "tests/support/child.hpp"
#include "tests/support/said.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <bit>
#include <chrono>
#include <cmath>
#include <csignal>
#include <limits>
#include <optional>

namespace cameo {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::int64_t clock_ms() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

std::vector<std::int64_t> steps_of(const std::vector<MetricPoint>& points) {
    std::vector<std::int64_t> steps;
    for (const auto& point : points)
        steps.push_back(point.step);
    return steps;
}

std::vector<std::int64_t> steps_of(const std::vector<RecordedCompetition>& rows) {
    std::vector<std::int64_t> steps;
    for (const auto& row : rows)
        steps.push_back(row.step);
    return steps;
}

class TrainingDatabase : public testing::Test {
protected:
    std::ptrdiff_t files_beside() const {
        return std::distance(std::filesystem::directory_iterator(m_file.parent_path()), {});
    }

    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "one & 50% #" / "training.db";
    std::vector<CompetitionRecord> m_competition{{"q1", {1, 2.5, 40}, {1.5f, 1, 0.5f}},
                                                 {"q é", {3, 1, 1}, {0, 0.1f, 2.9f}}};
};

TEST_F(TrainingDatabase, MetricsComeBack) {
    {
        TrainingFile training(m_file);
        training.record(1, std::vector<Metric>{{"loss", 2.5}, {"rate.layers", 1e-5}}, {});
        training.record(2, std::vector<Metric>{{"loss", 1.0 / 3}, {"dev é.MRR@10", 0.25}}, {});
        training.record(3, std::vector<Metric>{{"loss", 2}}, {});
        training.record(4, {}, {});
    }
    const TrainingWatch watch(m_file);
    EXPECT_THAT(watch.metric_names(), ElementsAre("loss", "rate.layers", "dev é.MRR@10"));
    const auto loss = watch.metric("loss");
    EXPECT_THAT(steps_of(loss), ElementsAre(1, 2, 3));
    EXPECT_EQ(loss[0].value, 2.5);
    EXPECT_EQ(loss[1].value, 1.0 / 3);
    EXPECT_EQ(loss[2].value, 2);
    EXPECT_THAT(steps_of(watch.metric("loss", 2)), ElementsAre(2, 3));
    EXPECT_THAT(watch.metric("loss", 4), IsEmpty());
    EXPECT_THAT(watch.metric("los"), IsEmpty());
    EXPECT_EQ(files_beside(), 1) << "one file once closed";
}

TEST_F(TrainingDatabase, EveryDoubleComesBack) {
    using Limits = std::numeric_limits<double>;
    const std::vector<double> values{
        kNaN, kInfinity, -kInfinity, Limits::max(), Limits::lowest(), Limits::min(), Limits::denorm_min(),
        0,    -0.0,      1e18};
    TrainingFile training(m_file);
    for (std::size_t step = 0; step < values.size(); ++step)
        training.record(static_cast<std::int64_t>(step), std::vector<Metric>{{"x", values[step]}}, {});
    const auto points = TrainingWatch(m_file).metric("x");
    ASSERT_EQ(points.size(), values.size());
    EXPECT_TRUE(std::isnan(points[0].value));
    for (std::size_t step = 1; step < values.size(); ++step)
        EXPECT_EQ(points[step].value, values[step]) << step;
}

TEST_F(TrainingDatabase, CompetitionComesBack) {
    const auto nan = std::numeric_limits<float>::quiet_NaN();
    const std::vector<CompetitionRecord> odd{{"", {}, {}}, {std::string("a\0b", 3), {kInfinity}, {nan}}};
    TrainingFile training(m_file);
    training.record(1, {}, m_competition);
    training.record(2, {}, odd);
    training.record(3, {}, m_competition);
    const TrainingWatch watch(m_file);
    EXPECT_THAT(steps_of(watch.competition(1, 3)), ElementsAre(1, 1, 2, 2, 3, 3));
    EXPECT_THAT(watch.competition(3, 9), ElementsAre(RecordedCompetition{3, m_competition[0]},
                                                     RecordedCompetition{3, m_competition[1]}));
    const auto back = watch.competition(2, 2);
    ASSERT_THAT(back, SizeIs(2));
    EXPECT_EQ(back[0].record, odd[0]);
    EXPECT_EQ(back[1].record.query, odd[1].query);
    EXPECT_EQ(back[1].record.ranks, odd[1].ranks);
    EXPECT_EQ(std::bit_cast<std::uint32_t>(back[1].record.weights.at(0)), std::bit_cast<std::uint32_t>(nan));
    EXPECT_THAT(watch.competition(4, 3), IsEmpty());
}

TEST_F(TrainingDatabase, AStepThatIsRecordedAgainIsReplaced) {
    TrainingFile training(m_file);
    training.record(1, std::vector<Metric>{{"loss", 2}, {"gate", 1}}, m_competition);
    training.record(1, std::vector<Metric>{{"loss", 3}, {"dev", 4}}, {});
    const TrainingWatch watch(m_file);
    EXPECT_EQ(watch.metric("loss").at(0).value, 3);
    EXPECT_EQ(watch.metric("gate").at(0).value, 1);
    EXPECT_EQ(watch.metric("dev").at(0).value, 4);
    EXPECT_THAT(watch.competition(1, 1), SizeIs(2));
    training.record(1, {}, std::span(m_competition).last(1));
    EXPECT_THAT(watch.competition(1, 1), ElementsAre(RecordedCompetition{1, m_competition[1]}));
}

TEST_F(TrainingDatabase, EventsComeBackWithTheirTime) {
    const auto before = clock_ms();
    TrainingFile training(m_file);
    training.record(Event{.step = 0, .kind = EventKind::Started, .text = "Training é."});
    training.record(Event{.step = 7, .kind = EventKind::StepBack});
    const TrainingWatch watch(m_file);
    const auto events = watch.events();
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0], (RecordedEvent{1, events[0].at_ms, 0, "started", "Training é."}));
    EXPECT_EQ(events[1], (RecordedEvent{2, events[1].at_ms, 7, "step_back", ""}));
    EXPECT_GE(events[0].at_ms, before);
    EXPECT_LE(events[1].at_ms, clock_ms());
    EXPECT_THAT(watch.events(1), ElementsAre(events[1]));
    EXPECT_THAT(watch.events(2), IsEmpty());
}

TEST_F(TrainingDatabase, RewindTakesOutWhatCameAfter) {
    TrainingFile training(m_file);
    for (int step = 1; step <= 10; ++step) {
        training.record(step, std::vector<Metric>{{"loss", 1}, {"rate", 2}}, m_competition);
        training.record(Event{.step = step, .kind = EventKind::Checkpoint});
    }
    training.record(9, std::vector<Metric>{{"late", 1}}, {});
    const TrainingWatch watch(m_file);
    const auto command = watch.leave(CommandKind::Pause);
    training.answer(training.pending().at(0), 10, "");
    training.rewind(8);
    EXPECT_THAT(steps_of(watch.metric("loss", 6)), ElementsAre(6, 7, 8));
    EXPECT_THAT(steps_of(watch.metric("rate", 6)), ElementsAre(6, 7, 8));
    EXPECT_THAT(steps_of(watch.competition(7, 99)), ElementsAre(7, 7, 8, 8));
    EXPECT_THAT(watch.metric_names(), ElementsAre("loss", "rate")) << "nothing is left of the other";
    EXPECT_THAT(watch.events(), SizeIs(10));
    EXPECT_THAT(watch.commands(command - 1), SizeIs(1));
    training.rewind(100);
    EXPECT_THAT(watch.metric("loss"), SizeIs(8));
    training.record(9, std::vector<Metric>{{"late", 3}}, m_competition);
    EXPECT_EQ(watch.metric("late").at(0).value, 3);
    training.rewind(-1);
    EXPECT_THAT(watch.metric_names(), IsEmpty());
}

TEST_F(TrainingDatabase, ACommandIsLeftSeenAndAnswered) {
    TrainingFile training(m_file);
    const TrainingWatch window(m_file), terminal(m_file);
    EXPECT_THAT(training.pending(), IsEmpty());
    EXPECT_EQ(window.leave(CommandKind::Set, "rate=1e-5 é"), 1);
    EXPECT_EQ(terminal.leave(CommandKind::StopAndKeepBest), 2);
    const TrainingCommand set{1, CommandKind::Set, "rate=1e-5 é"};
    const TrainingCommand stop{2, CommandKind::StopAndKeepBest, ""};
    EXPECT_THAT(training.pending(), ElementsAre(set, stop));
    EXPECT_THAT(training.pending(), SizeIs(2)) << "until they are answered";
    EXPECT_EQ(terminal.commands().at(0).state, CommandState::Pending);

    training.answer(set, 41, "The rate cannot change.");
    EXPECT_THAT(training.pending(), ElementsAre(stop));
    training.answer(stop, 42, "");
    EXPECT_THAT(training.pending(), IsEmpty());
    training.answer(stop, 43, "too late"); // only the first answer counts
    training.answer({.id = 99}, 43, "");

    const auto commands = terminal.commands();
    ASSERT_THAT(commands, SizeIs(2));
    const auto& first = commands[0];
    EXPECT_EQ(first, (LeftCommand{1, first.left_ms, "set", "rate=1e-5 é", CommandState::Refused,
                                  first.answered_ms, 41, "The rate cannot change."}));
    EXPECT_LE(first.left_ms, first.answered_ms);
    EXPECT_LE(first.answered_ms, clock_ms());
    const auto& second = commands[1];
    EXPECT_EQ(second, (LeftCommand{2, second.left_ms, "stop_and_keep_best", "", CommandState::Done,
                                   second.answered_ms, 42, ""}));
    EXPECT_THAT(window.commands(1), ElementsAre(second));
    EXPECT_THAT(error_of([&] { window.leave(CommandKind::Set, std::string(100'000, 'x')); }),
                HasSubstr("the command's argument has 100000 bytes, expected at most 65536"));
}

TEST_F(TrainingDatabase, ACommandOfALaterVersionIsRefused) {
    TrainingFile training(m_file);
    const TrainingWatch watch(m_file);
    training.record(5, {}, {});
    SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE)
        .exec("INSERT INTO commands(left_ms, kind, argument) VALUES (1, 'dance', 'slowly')");
    watch.leave(CommandKind::Pause);
    EXPECT_THAT(training.pending(), ElementsAre(TrainingCommand{2, CommandKind::Pause, ""}));
    const auto refused = watch.commands().at(0);
    EXPECT_EQ(refused.kind, "dance");
    EXPECT_EQ(refused.state, CommandState::Refused);
    EXPECT_EQ(refused.step, 5);
    EXPECT_THAT(refused.refusal, HasSubstr("knows no such command"));
}

TEST_F(TrainingDatabase, CommandsWaitForTheNextTrainer) {
    { TrainingFile training(m_file); }
    TrainingWatch(m_file).leave(CommandKind::Checkpoint);
    EXPECT_EQ(files_beside(), 1);
    EXPECT_THAT(TrainingFile(m_file).pending(), ElementsAre(TrainingCommand{1, CommandKind::Checkpoint, ""}));
}

TEST_F(TrainingDatabase, AWatchFollowsThroughEndsAndBeginnings) {
    const std::vector<Metric> loss{{"loss", 1}};
    std::optional<TrainingFile> training(m_file);
    const TrainingWatch watch(m_file);
    for (int step = 1; step <= 6; ++step) {
        training->record(step, loss, {});
        EXPECT_THAT(watch.metric("loss"), SizeIs(step));
        if (step % 2 == 0) {
            training.reset();
            EXPECT_THAT(watch.metric("loss"), SizeIs(step)) << "and from the one file";
            EXPECT_EQ(files_beside(), 1);
            training.emplace(m_file);
        }
    }
}

TEST_F(TrainingDatabase, WatchingWritesNothing) {
    TrainingFile(m_file).record(1, std::vector<Metric>{{"loss", 1}}, m_competition);
    const auto before = bytes_of(m_file);
    const TrainingWatch watch(m_file);
    watch.metric_names();
    watch.metric("loss");
    watch.competition(0, 9);
    watch.events();
    watch.commands();
    EXPECT_EQ(bytes_of(m_file), before);
    EXPECT_EQ(files_beside(), 1);
}

TEST_F(TrainingDatabase, OpensVersionOne) {
    std::filesystem::create_directories(m_file.parent_path());
    std::filesystem::copy_file(std::filesystem::path(CAMEO_TEST_DATA) / "sessions/training-version-1.db",
                               m_file);
    const TrainingWatch watch(m_file);
    EXPECT_THAT(watch.metric_names(), ElementsAre("loss", "dev.fusion.MRR@10"));
    const auto loss = watch.metric("loss");
    ASSERT_THAT(loss, SizeIs(2));
    EXPECT_EQ(loss[0].value, 2.5);
    EXPECT_TRUE(std::isnan(loss[1].value));
    EXPECT_THAT(watch.competition(0, 9),
                ElementsAre(RecordedCompetition{2, {"q7", {1, 2.5, 40}, {1.5f, 1, 0.5f}}}));
    EXPECT_THAT(watch.events(), ElementsAre(RecordedEvent{1, 1000, 0, "started", "Training demo on debian."},
                                            RecordedEvent{2, 2000, 2, "danced", "A later version may."}));
    const LeftCommand done{1, 1500, "checkpoint", "", CommandState::Done, 1600, 1, ""};
    const LeftCommand refused{
        2, 1700, "set", "depth=3", CommandState::Refused, 1800, 2, "depth cannot change."};
    const LeftCommand waiting{3, 1900, "pause", "", CommandState::Pending, 0, 0, ""};
    EXPECT_THAT(watch.commands(), ElementsAre(done, refused, waiting));
    EXPECT_EQ(watch.probe_set(), ProbeSet{}) << "it has none";
    EXPECT_THAT(watch.probes(2), IsEmpty());
    EXPECT_THAT(watch.news().probe_steps, IsEmpty());
    EXPECT_EQ(watch.leave(CommandKind::Resume), 4) << "commands are the same in all versions";
    EXPECT_THAT(TrainingFile(m_file).pending(), ElementsAre(TrainingCommand{3, CommandKind::Pause, ""}, TrainingCommand{4, CommandKind::Resume, ""}));
    EXPECT_THAT(watch.news().probe_steps, IsEmpty()) << "brought up to date by whoever trains";
    EXPECT_THAT(watch.events(), SizeIs(2));
}

TEST_F(TrainingDatabase, RefusesANewerVersionAndChangesNothing) {
    { TrainingFile training(m_file); }
    SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 3");
    const auto before = bytes_of(m_file);
    for (const auto& error :
         {error_of([&] { TrainingFile training(m_file); }), error_of([&] { TrainingWatch watch(m_file); })})
        EXPECT_THAT(
            error,
            AllOf(HasSubstr("is a training from a newer version of Cameo: it has format 3, this program "
                            "knows up to 2"),
                  HasSubstr("nothing was changed")));
    EXPECT_EQ(bytes_of(m_file), before);
    EXPECT_EQ(files_beside(), 1);
}

TEST_F(TrainingDatabase, RefusesWhatIsNoTraining) {
    EXPECT_THAT(error_of([&] { TrainingWatch watch(m_file); }), HasSubstr("there is no such training"));
    std::filesystem::create_directories(m_file.parent_path());
    EXPECT_THAT(error_of([&] { TrainingFile training(m_file.parent_path()); }), HasSubstr("is not a file"));
    std::ofstream(m_file) << "text";
    EXPECT_THAT(error_of([&] { TrainingFile training(m_file); }), HasSubstr("is not a training of Cameo"));
    EXPECT_THAT(error_of([&] { TrainingWatch watch(m_file); }), HasSubstr("is not a training of Cameo"));
    EXPECT_EQ(bytes_of(m_file), "text");

    const auto session = m_folder / "a.cameo";
    Session::open_or_create(session);
    EXPECT_THAT(error_of([&] { TrainingFile training(session); }), HasSubstr("is not a training of Cameo"));
    EXPECT_THAT(error_of([&] { TrainingWatch watch(session); }), HasSubstr("is not a training of Cameo"));

    std::ofstream(m_file, std::ios::trunc);
    EXPECT_THAT(TrainingFile(m_file).pending(), IsEmpty()) << "an empty file is a new training";
}

TEST_F(TrainingDatabase, DamageIsOneSentence) {
    {
        TrainingFile training(m_file);
        for (int step = 1; step <= 200; ++step)
            training.record(step, std::vector<Metric>{{"loss", 1.0 / step}, {"rate", 2.0 / step}},
                            m_competition);
        training.record(Event{});
        TrainingWatch(m_file).leave(CommandKind::Pause);
    }
    const auto good = bytes_of(m_file);
    const auto read_all = [&] {
        const TrainingWatch watch(m_file);
        for (const auto& name : watch.metric_names())
            watch.metric(name);
        watch.competition(0, 1000);
        watch.events();
        watch.commands();
    };
    const auto write_all = [&] {
        TrainingFile training(m_file);
        training.rewind(150);
        training.record(151, std::vector<Metric>{{"loss", 1}}, m_competition);
        training.pending();
    };
    int noticed = 0, pages = 0;
    for (std::size_t place = 0; place < good.size(); place += 512) { // a page's head and its middle
        auto bad = good;
        for (std::size_t byte = place; byte < std::min(place + 40, bad.size()); ++byte)
            bad[byte] = static_cast<char>(~bad[byte]);
        std::ofstream(m_file, std::ios::binary | std::ios::trunc) << bad;
        const auto error = error_of(read_all);
        noticed += error != "no error" && place % 1024 == 0;
        pages += place % 1024 == 0;
        EXPECT_THAT(error, testing::AnyOf("no error", HasSubstr("training.db: "))) << place;
        EXPECT_THAT(error_of(write_all), testing::AnyOf("no error", HasSubstr("training.db: "))) << place;
        std::filesystem::remove(m_file.string() + "-wal");
        std::filesystem::remove(m_file.string() + "-shm");
    }
    EXPECT_GT(noticed, pages / 2) << "a number may change unnoticed, a page's head hardly";
    std::ofstream(m_file, std::ios::binary | std::ios::trunc) << good.substr(0, good.size() / 2);
    EXPECT_THAT(error_of([&] { TrainingFile training(m_file); }), HasSubstr("is cut off"));
    EXPECT_THAT(error_of([&] { TrainingWatch watch(m_file); }), HasSubstr("is cut off"));

    std::ofstream(m_file, std::ios::binary | std::ios::trunc) << good;
    SQLite::Database(m_file.string(), SQLite::OPEN_READWRITE)
        .exec("UPDATE competition SET ranks = x'00000000000000' WHERE step = 3");
    EXPECT_THAT(error_of(read_all),
                HasSubstr("the competition of step 3 is damaged: it has 7 bytes of ranks and 12 of "
                          "weights, expected 4 of each per expert"));
}

TEST_F(TrainingDatabase, NoPermissionIsOneSentence) {
    TrainingFile(m_file).record(1, std::vector<Metric>{{"loss", 1}}, {});
    const auto folder = m_file.parent_path();
    ::chmod(m_folder.path().c_str(), 0755);
    ::chmod(folder.c_str(), 0555);
    ::chmod(m_file.c_str(), 0444);
    EXPECT_TRUE(as_nobody([&] { return TrainingWatch(m_file).metric("loss").size() == 1; }));
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { TrainingWatch(m_file).leave(CommandKind::Stop); }),
                    "read-only for this user");
    }));
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { TrainingFile(m_file).record(2, {}, {}); }), "read-only for this user");
    }));
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { TrainingFile training(folder / "new.db"); }),
                    "new.db: cannot create the file");
    }));
    ::chmod(m_file.c_str(), 0600);
    EXPECT_TRUE(as_nobody([&] {
        return ::geteuid() != 65534 || says(error_of([&] { TrainingWatch watch(m_file); }), "cannot be read");
    }));
    ::chmod(folder.c_str(), 0755);
}

TEST_F(TrainingDatabase, AFullDiskIsOneSentenceAndKeepsWhatWasRecorded) {
    TrainingFile(m_file).record(1, std::vector<Metric>{{"loss", 1}}, m_competition);
    const pid_t child = ::fork();
    if (child == 0) {
        // A limit on the size of files stands for the full disk: writes fail in the same place.
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{200'000, 200'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        TrainingFile training(m_file);
        const TrainingWatch watch(m_file);
        std::vector<Metric> many;
        for (int number = 0; number < 20'000; ++number)
            many.push_back({"metric " + std::to_string(number), 1});
        const bool said = says(error_of([&] { training.record(2, many, m_competition); }), "disk is full");
        const bool kept = watch.metric_names().size() == 1 && watch.competition(0, 9).size() == 2;
        training.record(2, std::vector<Metric>{{"loss", 2}}, {}); // and is none the worse
        std::int64_t step = 3;
        const auto error = error_of([&] {
            for (; step < 100'000; ++step)
                training.record(step, std::vector<Metric>{{"loss", 1.0 / static_cast<double>(step)}},
                                m_competition);
        });
        const bool said_again = says(error, "disk is full");
        ::_exit(said && kept && said_again && watch.metric("loss").back().step == step - 1 ? 0 : 1);
    }
    EXPECT_TRUE(succeeded(child));
    EXPECT_EQ(TrainingWatch(m_file).metric("loss").at(1).value, 2);
}

} // namespace
} // namespace cameo
