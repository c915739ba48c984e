// Trainings as a window starts them: processes of their own, which outlive it.
#include "app/trainings/list_trainings.hpp"
#include "app/trainings/start_training.hpp"
#include "app/trainings/trainer_log.hpp"
#include "app/trainings/turn.hpp"
#include "core/base/folder_lock.hpp"
#include "core/base/error.hpp"
#include "sessions/training_file.hpp"
#include "tests/app/cli/train_fixtures.hpp"

#include <sched.h>

namespace cameo {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class TrainStart : public TrainHome {
protected:
    /// A training that takes as many steps as are said, each some milliseconds.
    fs::path prepare(const std::string& name, std::int64_t steps) {
        Recipe made = read_recipe(recipe());
        made.name = name;
        made.standardized_steps = steps;
        made.specialized_steps = 0;
        made.mine_every = 0;
        made.negatives_from = "bm25";
        make_training(made, folder(name));
        return folder(name);
    }
    pid_t start_in(const fs::path& at) {
        const pid_t process = start_trainer(at, {.program = CAMEO_PROGRAM, .threads = 1, .nice = 5});
        m_started.push_back(process);
        return process;
    }
    static TrainingState state(const fs::path& at) { return summarise_training(at).state; }
    static bool reaches(const fs::path& at, TrainingState wanted, std::chrono::seconds within = 60s) {
        const auto until = std::chrono::steady_clock::now() + within;
        while (state(at) != wanted)
            if (std::chrono::steady_clock::now() > until) return false;
            else std::this_thread::sleep_for(5ms);
        return true;
    }
    void TearDown() override {
        for (const pid_t process : m_started) {
            ::kill(process, SIGKILL);
            ::waitpid(process, nullptr, 0);
        }
    }

    std::vector<pid_t> m_started;
};

TEST_F(TrainStart, RunsBehindOthersWithItsShareOfTheProcessor) {
    const auto at = prepare("one", 100'000);
    const pid_t process = start_in(at);
    ASSERT_TRUE(reaches(at, TrainingState::Running)) << bytes_of(at / kTrainerLog);
    EXPECT_EQ(::getpriority(PRIO_PROCESS, id_t(process)), 5);
    EXPECT_EQ(::getsid(process), process) << "a session of its own: whoever started it may go";
    cpu_set_t set;
    ASSERT_EQ(::sched_getaffinity(process, sizeof set, &set), 0);
    EXPECT_EQ(CPU_COUNT(&set), 1);
    EXPECT_THROW(make_training(read_recipe(at / "recipe.json"), at), Error) << "there is one already";
    EXPECT_EQ(FolderLock::holder(at), process);

    // Frozen, thawed and killed: what is said of it is the truth within seconds.
    ::kill(process, SIGSTOP);
    EXPECT_TRUE(reaches(at, TrainingState::Frozen, 5s));
    ::kill(process, SIGCONT);
    EXPECT_TRUE(reaches(at, TrainingState::Running, 5s));
    ::kill(process, SIGKILL);
    EXPECT_TRUE(reaches(at, TrainingState::Died, 5s));
    EXPECT_THAT(summarise_training(at).words, HasSubstr("without saying why"));
    // And it goes on.
    const auto died_at = summarise_training(at).step;
    start_in(at);
    ASSERT_TRUE(reaches(at, TrainingState::Running));
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (summarise_training(at).step <= died_at + 3 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(20ms);
    EXPECT_GT(summarise_training(at).step, died_at + 3);
}

TEST_F(TrainStart, SeveralWaitForEachOther) {
    const auto one = prepare("one", 100'000), two = prepare("two", 4), three = prepare("three", 4);
    start_in(one);
    ASSERT_TRUE(reaches(one, TrainingState::Running)) << bytes_of(one / kTrainerLog);
    for (const auto& waiting : {two, three}) {
        start_in(waiting);
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (!wait_of(waiting).queued && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(5ms);
        ASSERT_EQ(state(waiting), TrainingState::Queued) << bytes_of(waiting / kTrainerLog);
    }
    EXPECT_EQ(summarise_training(two).words, "waits until one has ended");
    EXPECT_EQ(summarise_training(three).words, "waits until two has ended");
    EXPECT_TRUE(withdraw(two));
    EXPECT_TRUE(reaches(two, TrainingState::Died));
    EXPECT_THAT(summarise_training(two).words, HasSubstr("before its first step"));
    TrainingWatch(one / "training.db").leave(CommandKind::StopAndKeepBest);
    EXPECT_TRUE(reaches(one, TrainingState::Finished));
    EXPECT_TRUE(reaches(three, TrainingState::Finished)) << bytes_of(three / kTrainerLog);
    EXPECT_EQ(summarise_training(three).step, 4);
}

// Its wish was looked at only while it waited: withdrawn after that it trained all the same, beside the next one.
TEST_F(TrainStart, IsWithdrawnWhileItPrepares) {
    const auto at = prepare("one", 4), pipe = pipe_for_bm25();
    const pid_t process = start_in(at);
    ASSERT_TRUE(stop_at(pipe, [&] { ::kill(process, SIGSTOP); })) << bytes_of(at / kTrainerLog);
    EXPECT_EQ(state(at), TrainingState::Queued);
    EXPECT_TRUE(withdraw(at));
    ::kill(process, SIGCONT);
    EXPECT_TRUE(reaches(at, TrainingState::Died));
    int status = 0;
    EXPECT_EQ(::waitpid(process, &status, 0), process);
    m_started.clear();
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    EXPECT_THAT(bytes_of(at / kTrainerLog), HasSubstr("stopped"));
    EXPECT_FALSE(fs::exists(at / "model"));
}

TEST_F(TrainStart, GoesOnWhenWhoeverStartedItIsKilled) {
    const auto at = prepare("one", 100'000);
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t window = ::fork();
    if (window == 0) {
        const pid_t process = start_trainer(at, {.program = CAMEO_PROGRAM, .threads = 1, .nice = 0});
        (void)!::write(told[1], &process, sizeof process);
        for (;;) ::pause();
    }
    pid_t process = 0;
    ASSERT_EQ(::read(told[0], &process, sizeof process), ssize_t(sizeof process));
    ::kill(window, SIGKILL);
    ::waitpid(window, nullptr, 0);
    ASSERT_TRUE(reaches(at, TrainingState::Running));
    EXPECT_EQ(FolderLock::holder(at), process);
    ::kill(process, SIGTERM); // nobody's child by now
    EXPECT_TRUE(reaches(at, TrainingState::Interrupted));
    ::close(told[0]), ::close(told[1]);
}

// Who left a command and waited for its answer was told "stopping" by Ctrl-C, and then waited on.
TEST_F(TrainStart, WaitsForNoAnswerOnceItIsInterrupted) {
    const auto at = prepare("one", 10);
    const TrainingFile record(at / "training.db");
    const TrainingWatch watch(at / "training.db");
    const FolderLock lock(at, ""); // somebody trains there, and takes nothing up
    ProgramProcess process({"train", "one", "--command", "pause"}, m_scratch.path());
    ASSERT_TRUE(process.wait_for([&] { return !watch.commands().empty(); }));
    process.kill(SIGINT);
    const auto asked = std::chrono::steady_clock::now();
    const auto answer = process.wait();
    EXPECT_LT(std::chrono::steady_clock::now() - asked, 10s);
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.err, HasSubstr("stopped"));
    EXPECT_EQ(watch.commands().at(0).state, CommandState::Pending) << "what was left stays";
}

// A limit on the length of files stands for a full disk; what the process says last has room of its own.
TEST_F(TrainStart, SaysThatItsDiskIsFull) {
    const auto at = prepare("one", 100'000);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN); // the program inherits it
    const pid_t process = start_in(at);
    ::signal(SIGXFSZ, handler);
    ASSERT_TRUE(reaches(at, TrainingState::Running)) << bytes_of(at / kTrainerLog);
    const auto size = [&] {
        std::error_code none;
        const auto bytes = fs::file_size(at / "training.db-wal", none);
        return none ? 0 : bytes;
    };
    const auto until = std::chrono::steady_clock::now() + 60s;
    while (size() < 150'000 && std::chrono::steady_clock::now() < until) std::this_thread::sleep_for(1ms);
    const struct rlimit limit {size() + 3000, size() + 3000};
    ASSERT_EQ(::prlimit(process, RLIMIT_FSIZE, &limit, nullptr), 0);
    const auto ends_by = std::chrono::steady_clock::now() + 60s;
    while (is_alive(state(at)) && std::chrono::steady_clock::now() < ends_by) std::this_thread::sleep_for(5ms);
    // Its record had room for the reason, or only its log had.
    EXPECT_TRUE(state(at) == TrainingState::Failed || state(at) == TrainingState::Died) << name(state(at));
    EXPECT_THAT(summarise_training(at).words, HasSubstr("training.db: ")) << "and not merely that it died";
}

TEST_F(TrainStart, SaysWhatKeptItFromBeginning) {
    const auto at = prepare("one", 4);
    std::ofstream(at / "recipe.json") << R"({"name": "one", "model": "no such model"})";
    start_in(at);
    ASSERT_TRUE(reaches(at, TrainingState::Died));
    EXPECT_THAT(summarise_training(at).words, HasSubstr("no such model"));
    EXPECT_THROW(start_trainer(at, {.program = "/no/such/program"}), Error);
}

} // namespace
} // namespace cameo
