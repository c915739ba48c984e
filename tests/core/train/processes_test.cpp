// Several processes train one model. They are real ones: this test program starts itself, once for each, with torchrun's
// variables; what each has to do stands in a file.

#include "core/train/processes.hpp"

#include "core/base/error.hpp"
#include "core/train/checkpoint.hpp"
#include "core/train/process_messages.hpp"
#include "core/train/tensor_file.hpp"
#include "tests/core/train/moe_fixtures.hpp"
#include "tests/core/train/tiny_training.hpp"
#include "tests/support/memory_recorder.hpp"
#include "tests/support/process_group.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <list>
#include <nlohmann/json.hpp>
#include <set>

namespace cameo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;
using std::chrono::milliseconds;

constexpr const char* kJob = "CAMEO_TEST_JOB";
constexpr auto kStep = "latest"; ///< the last step that process 0 has recorded

/// What all processes of a training are to do.
struct Job {
    std::filesystem::path model, folder;
    Recipe recipe;
    milliseconds patience{60'000};
    std::int64_t command_at = -1; ///< the step after which a command is left
    std::string command;
    std::int64_t stop_at = -1; ///< the step after which the command to stop is left
    std::string others_set;    ///< what the recipe of all but process 0 has beside
    std::size_t others_queries = 40; ///< of the collection of all but process 0
};

void write(const Job& job, const std::filesystem::path& file) {
    write_file(file, Json{{"model", job.model.string()}, {"folder", job.folder.string()}, {"recipe", to_json(job.recipe)},
                          {"patience", job.patience.count()}, {"command_at", job.command_at}, {"command", job.command}, {"stop_at", job.stop_at},
                          {"others_set", job.others_set}, {"others_queries", job.others_queries}}
                         .dump());
}

Job read_job(const std::filesystem::path& file) {
    const Json json = Json::parse(read_file(file));
    return {json["model"].get<std::string>(), json["folder"].get<std::string>(), recipe_from_json(json["recipe"].get<std::string>(), "the job"),
            milliseconds(json["patience"].get<std::int64_t>()), json["command_at"], json["command"], json["stop_at"], json["others_set"], json["others_queries"]};
}

void leave_commands(const Job& job, MemoryRecorder& recorder) {
    recorder.before_step = [job, left = std::set<std::int64_t>()](MemoryRecorder& own) mutable {
        if (own.latest == job.command_at && left.insert(own.latest).second) own.leave(CommandKind::Set, job.command);
        if (own.latest == job.stop_at && left.insert(own.latest).second) own.leave(CommandKind::Stop);
    };
}

/// A recorder whose last step others see while it runs.
class ShownRecorder final : public TrainingRecorder {
public:
    explicit ShownRecorder(std::filesystem::path folder) : m_folder(std::move(folder)) {}
    void rewind(std::int64_t step) override { memory.rewind(step); }
    void record(std::int64_t step, std::span<const Metric> metrics, std::span<const CompetitionRecord> competition) override {
        memory.record(step, metrics, competition);
        write_file(m_folder / "latest.new", std::to_string(step));
        std::filesystem::rename(m_folder / "latest.new", m_folder / kStep);
    }
    void record(const Event& event) override { memory.record(event); }
    void watch(const ProbeSet& set) override { memory.watch(set); }
    void record(std::int64_t step, std::span<const ProbeRecord> probes) override { memory.record(step, probes); }
    std::vector<TrainingCommand> pending() override { return memory.pending(); }
    void answer(const TrainingCommand& command, std::int64_t step, std::string_view refusal) override { memory.answer(command, step, refusal); }
    MemoryRecorder memory;

private:
    std::filesystem::path m_folder;
};

/// Ctrl-C, as the program turns it into the wish to stop.
class Interrupts {
public:
    Interrupts() {
        ::sigemptyset(&m_set);
        ::sigaddset(&m_set, SIGINT);
        ::pthread_sigmask(SIG_BLOCK, &m_set, nullptr); // before LibTorch makes threads
        m_thread = std::jthread([this](std::stop_token ended) {
            const timespec pause{0, 50'000'000};
            while (!ended.stop_requested())
                if (::sigtimedwait(&m_set, nullptr, &pause) == SIGINT) stop.request_stop();
        });
    }
    std::stop_source stop;

private:
    sigset_t m_set{};
    std::jthread m_thread;
};

/// One process of a group. What it says goes into the folder: "said.<rank>", and what process 0 recorded.
TEST(ProcessesPart, DISABLED_Trains) {
    const char* given = std::getenv(kJob);
    if (!given) GTEST_SKIP() << "only what the other tests start";
    Job job = read_job(given);
    const auto out = std::filesystem::path(given).parent_path();
    const std::string rank = std::getenv("RANK");
    if (rank != "0" && !job.others_set.empty()) set_field(job.recipe, job.others_set);
    Interrupts interrupts;
    const TinyTraining tiny(60, rank == "0" ? 40 : job.others_queries);
    Progress progress(interrupts.stop.get_token());
    ShownRecorder recorder(out);
    leave_commands(job, recorder.memory);
    std::string said;
    try {
        const auto processes = join(ProcessPlace::in_environment(), job.patience, progress);
        auto data = tiny.data();
        data.model = job.model;
        said = together(*processes, [&] {
            return processes->lead() ? train(job.recipe, data, job.folder, recorder, progress, *processes).reason
                                     : follow(job.recipe, data, job.folder, progress, *processes).reason;
        });
    } catch (const Error& error) {
        said = error.what();
    } catch (const Cancelled&) {
        said = "cancelled";
    }
    if (rank == "0") {
        Json metrics = Json::array(), events = Json::array();
        for (const auto& [key, value] : recorder.memory.repeatable()) metrics.push_back({key.first, key.second, value});
        for (const auto& event : recorder.memory.events) events.push_back({event.step, name(event.kind), event.text});
        write_file(out / "record", Json{{"metrics", metrics}, {"events", events}}.dump());
    }
    write_file(out / ("said." + rank), said);
}

using Metrics = std::map<std::pair<std::string, std::int64_t>, double>;

struct Together {
    explicit Together(const TinyTraining& tiny, Job given) : job(std::move(given)) {
        at::set_num_threads(1); // as the processes below, and for so few numbers the fastest
        if (job.model.empty()) job.model = tiny.model();
        out = tiny.folder("out-" + job.folder.filename().string());
    }

    void start(int size) {
        write(job, out / "job");
        std::filesystem::remove(out / kStep);
        group.emplace(size, "ProcessesPart.DISABLED_Trains", std::map<std::string, std::string>{{kJob, (out / "job").string()}, {"OMP_NUM_THREADS", "1"}});
    }
    std::string said(int rank) const { return read_file(out / ("said." + std::to_string(rank))); }
    Metrics metrics() const {
        Metrics all;
        const Json given = record();
        for (const Json& entry : given["metrics"]) all[{entry[0], entry[1]}] = entry[2];
        return all;
    }
    std::vector<std::string> events() const {
        std::vector<std::string> all;
        const Json given = record();
        for (const Json& entry : given["events"]) all.push_back(std::to_string(entry[0].get<std::int64_t>()) + " " + entry[1].get<std::string>());
        return all;
    }
    /// Waits until process 0 has recorded a step.
    void reach(std::int64_t step) {
        const auto there = [&] {
            const auto latest = read_file(out / kStep);
            return !latest.empty() && std::stoll(latest) >= step;
        };
        ASSERT_TRUE(wait_until(there)) << "step " << step << " was never reached; process 0: " << said(0);
    }

    Job job;
    std::filesystem::path out;
    std::optional<ProcessGroup> group;

private:
    Json record() const { return Json::parse(read_file(out / "record")); }
};

/// The same in this process.
MemoryRecorder alone(const TinyTraining& tiny, Job job, const std::string& folder) {
    at::set_num_threads(1);
    MemoryRecorder recorder;
    leave_commands(job, recorder);
    auto data = tiny.data();
    if (!job.model.empty()) data.model = job.model;
    Progress progress;
    train(job.recipe, data, tiny.folder(folder), recorder, progress);
    return recorder;
}

/// Losses and gradients within `tolerance` of each other, relatively, at every step.
void expect_near(const Metrics& expected, const Metrics& actual, double tolerance, std::int64_t from = 0) {
    std::size_t compared = 0;
    for (const auto& [key, value] : expected) {
        const auto& [name, step] = key;
        if (step < from || !(name.starts_with("loss") || name.starts_with("gradient"))) continue;
        ASSERT_TRUE(actual.contains(key)) << name << " of step " << step;
        EXPECT_NEAR(actual.at(key), value, tolerance * std::abs(value) + 1e-7) << name << " of step " << step;
        ++compared;
    }
    EXPECT_GT(compared, 20u);
}

/// Both stages, mining, a bank, and a rate that a command changes.
Job with_everything(const TinyTraining& tiny, const std::string& folder) {
    Job job{.folder = tiny.folder(folder), .recipe = TinyTraining::recipe(), .command_at = 3, .command = "optimizer.layers_rate=0.002"};
    job.recipe.queries = 8;
    job.recipe.accumulate = 4;
    job.recipe.specialized_steps = 6;
    job.recipe.mine_every = 6;
    job.recipe.mine_lag = 2;
    job.recipe.negatives_from = "both";
    job.recipe.fusion_loss = 0.5;
    return job;
}

TEST(Processes, TwoAndFourGiveTheCurveOfOne) {
    const TinyTraining tiny;
    const auto one = alone(tiny, with_everything(tiny, "one"), "one");
    Metrics of_two;
    for (const int size : {2, 4}) {
        Together several(tiny, with_everything(tiny, "several" + std::to_string(size)));
        several.start(size);
        several.group->wait();
        for (int rank = 0; rank < size; ++rank) EXPECT_EQ(several.said(rank), "all steps are done") << rank;
        expect_near(one.repeatable(), several.metrics(), 1e-4);
        std::vector<std::string> events;
        for (const auto& event : one.events) events.push_back(std::to_string(event.step) + " " + std::string(name(event.kind)));
        EXPECT_EQ(several.events(), events);
        if (size == 2) of_two = several.metrics();
    }
    // The same number of processes gives the same bits.
    Together again(tiny, with_everything(tiny, "again"));
    again.start(2);
    again.group->wait();
    EXPECT_EQ(again.metrics(), of_two);
}

TEST(Processes, TheyAddUpWhatRoutingBiasesFollow) {
    const TinyTraining tiny;
    const MoeFixture moe;
    Job job{.model = moe.corrected(), .folder = tiny.folder("moe2"), .recipe = TinyTraining::recipe()};
    job.recipe.queries = 8;
    job.recipe.accumulate = 2;
    job.recipe.temperature = 0.2;
    job.recipe.gate_rate = 1e-3;
    job.recipe.bias_rate = 0.01;
    job.recipe.encoder_rate = 1e-4;
    job.recipe.frozen_layers = 1;
    const auto one = alone(tiny, job, "moe1");
    Together two(tiny, job);
    two.start(2);
    two.group->wait();
    EXPECT_EQ(two.said(1), "all steps are done");
    expect_near(one.repeatable(), two.metrics(), 1e-4);
    const auto bias = [&](const std::string& folder) {
        const Checkpoints checkpoints(tiny.folder(folder) / "checkpoints");
        return read_tensors(checkpoints.at(checkpoints.steps().back()) / "buffers.safetensors").at(0).second;
    };
    EXPECT_GT(bias("moe1").abs().max().item<double>(), 0.02);
    EXPECT_TRUE(at::equal(bias("moe1"), bias("moe2")));
}

/// Long enough to be broken off.
Job endless(const TinyTraining& tiny, const std::string& folder) {
    Job job{.folder = tiny.folder(folder), .recipe = TinyTraining::recipe()};
    job.recipe.queries = 8;
    job.recipe.accumulate = 4;
    job.recipe.standardized_steps = 100'000;
    job.recipe.validate_every = 50'000;
    return job;
}

TEST(Processes, OneThatIsKilledIsNamedAndTheTrainingGoesOnAfterwards) {
    const TinyTraining tiny;
    Together four(tiny, endless(tiny, "killed"));
    four.start(4);
    four.reach(7);
    four.group->kill(2, SIGKILL);
    ASSERT_TRUE(four.group->wait(milliseconds(10'000)));
    for (const int rank : {0, 1, 3}) EXPECT_THAT(four.said(rank), HasSubstr("process 2 of 4 was lost")) << rank;
    const auto checkpoint = Checkpoints(four.job.folder / "checkpoints").steps().back();
    EXPECT_GE(checkpoint, 6);

    four.job.stop_at = checkpoint + 6;
    four.start(4);
    four.group->wait();
    for (int rank = 0; rank < 4; ++rank) EXPECT_EQ(four.said(rank), "stopped by a command");
    EXPECT_EQ(four.events().front(), std::to_string(checkpoint) + " resumed");
    Job whole = four.job;
    expect_near(alone(tiny, whole, "whole").repeatable(), four.metrics(), 1e-4, checkpoint + 1);
}

TEST(Processes, TheOthersEndWhenProcess0IsLost) {
    const TinyTraining tiny;
    Together two(tiny, endless(tiny, "headless"));
    two.start(2);
    two.reach(4);
    two.group->kill(0, SIGKILL);
    ASSERT_TRUE(two.group->wait(milliseconds(10'000)));
    EXPECT_THAT(two.said(1), HasSubstr("process 0 of 2 was lost"));
}

// Who writes into a connection whose other end has gone would be ended by SIGPIPE, without a word.
TEST(Processes, TheOthersSayThatProcess0IsLostAlsoWhereTheyWriteToIt) {
    const TinyTraining tiny;
    Together two(tiny, endless(tiny, "behind its back"));
    two.start(2);
    two.reach(4);
    two.group->kill(1, SIGSTOP);
    std::this_thread::sleep_for(milliseconds(100));
    two.group->kill(0, SIGKILL);
    std::this_thread::sleep_for(milliseconds(100));
    two.group->kill(1, SIGCONT);
    ASSERT_TRUE(two.group->wait(milliseconds(10'000)));
    EXPECT_THAT(two.said(1), HasSubstr("process 0 of 2 was lost"));
}

TEST(Processes, ASilentOneIsNotWaitedForForever) {
    const TinyTraining tiny;
    Together two(tiny, endless(tiny, "silent"));
    two.job.patience = milliseconds(1000);
    two.start(2);
    two.reach(4);
    two.group->kill(1, SIGSTOP);
    ASSERT_TRUE(wait_until([&] { return !two.said(0).empty(); }));
    EXPECT_THAT(two.said(0), HasSubstr("process 1 of 2 was lost"));
}

TEST(Processes, WhoeverIsAskedToStopAllOfThemDo) {
    const TinyTraining tiny;
    Together two(tiny, endless(tiny, "stopped"));
    two.start(2);
    two.reach(4);
    two.group->kill(1, SIGINT);
    ASSERT_TRUE(two.group->wait(milliseconds(10'000)));
    EXPECT_EQ(two.said(0), "cancelled");
    EXPECT_EQ(two.said(1), "cancelled");
    const auto latest = std::stoll(read_file(two.out / kStep));
    EXPECT_EQ(Checkpoints(two.job.folder / "checkpoints").steps().back(), latest);
}

// They trained on what they had been given themselves, and nobody noticed.
TEST(Processes, NeedTheSameRecipeAndTheSameData) {
    const TinyTraining tiny;
    Together two(tiny, endless(tiny, "differ"));
    two.job.others_set = "seed=2";
    two.start(2);
    ASSERT_TRUE(two.group->wait(milliseconds(30'000)));
    EXPECT_EQ(two.said(0), "process 1 was given another seed than process 0; all processes need the same recipe");
    EXPECT_THAT(two.said(1), HasSubstr("process 1 was given another seed"));
    EXPECT_EQ(read_recipe(two.job.folder / "recipe.json").seed, two.job.recipe.seed) << "process 0's, which the others have overwritten";
    two.job.others_set = "teacher.temperature=1"; // as it is
    two.job.others_queries = 35;
    two.start(2);
    ASSERT_TRUE(two.group->wait(milliseconds(30'000)));
    EXPECT_THAT(two.said(0), HasSubstr("process 1 of 2 ended: this process has other documents, training queries or teacher's scores than process 0"));
    EXPECT_THAT(two.said(1), StartsWith("this process has other documents"));
}

TEST(Processes, StepBackTogetherAndAreToldWhyTheTrainingEnds) {
    const TinyTraining tiny;
    Together two(tiny, endless(tiny, "leaps"));
    two.job.recipe.spike_factor = 1.0001; // a step that is not better than those before, until that is so again and again
    two.start(2);
    two.group->wait();
    const auto of_one = error_of([&] { alone(tiny, two.job, "leaps1"); });
    EXPECT_THAT(of_one, AllOf(StartsWith("the training diverged at step"), HasSubstr("it was set back 3 times")));
    EXPECT_EQ(two.said(0), of_one);
    EXPECT_EQ(two.said(1), "process 0 of 2 ended: " + of_one);
}

TEST(Processes, SaysWhatIsWrongWithTheEnvironment) {
    const auto refusal = [](std::map<std::string, std::string> changes) {
        std::map<std::string, std::string> all{{"WORLD_SIZE", "2"}, {"RANK", "1"}, {"LOCAL_RANK", ""}, {"MASTER_ADDR", "127.0.0.1"}, {"MASTER_PORT", "29500"}};
        for (auto& [name, value] : changes) all[name] = value;
        std::list<ScopedVariable> set;
        for (const auto& [name, value] : all) set.emplace_back(name.c_str(), value.empty() ? nullptr : value.c_str());
        return error_of([] { ProcessPlace::in_environment(); });
    };
    EXPECT_EQ(refusal({}), "");
    EXPECT_EQ(refusal({{"WORLD_SIZE", ""}, {"MASTER_ADDR", ""}}), "");
    EXPECT_EQ(refusal({{"WORLD_SIZE", "1"}, {"RANK", ""}}), "");
    EXPECT_THAT(refusal({{"WORLD_SIZE", "two"}}), HasSubstr("WORLD_SIZE is two, expected a whole number from 1 to 4096"));
    EXPECT_THAT(refusal({{"RANK", "2"}}), HasSubstr("RANK is 2, expected a whole number from 0 to 1"));
    EXPECT_THAT(refusal({{"RANK", ""}}), HasSubstr("RANK is missing: WORLD_SIZE is 2"));
    EXPECT_THAT(refusal({{"MASTER_ADDR", ""}}), HasSubstr("MASTER_ADDR is missing: WORLD_SIZE is 2"));
    EXPECT_THAT(refusal({{"MASTER_PORT", ""}}), HasSubstr("MASTER_PORT is missing"));
    EXPECT_THAT(refusal({{"MASTER_PORT", "70000"}}), HasSubstr("MASTER_PORT is 70000, expected a whole number from 1 to 65535"));
}

TEST(Processes, SayWhoDidNotComeAndWhichPortIsTaken) {
    Progress progress;
    const TakenPort taken;
    ProcessPlace place{.rank = 0, .size = 2, .address = "127.0.0.1", .port = taken.number()};
    const milliseconds patience(300);
    EXPECT_THAT(error_of([&] { join(place, patience, progress); }),
                HasSubstr("MASTER_PORT " + std::to_string(taken.number()) + " is taken: give all processes another one"));
    place.port = free_port();
    EXPECT_THAT(error_of([&] { join(place, patience, progress); }), HasSubstr("process 1 of 2 did not come within"));
    place.rank = 1;
    EXPECT_THAT(error_of([&] { join(place, patience, progress); }),
                HasSubstr("process 0 was not to be found within 0 s: nobody listens on port " + std::to_string(place.port) + " of 127.0.0.1"));
    std::stop_source stop;
    stop.request_stop();
    Progress stopped(stop.get_token());
    EXPECT_THROW(join(place, kPatience, stopped), Cancelled);
}

// It was recorded as failed after it had finished.
TEST(Processes, OneThatIsLostAtTheVeryEndMakesNoFailureOfIt) {
    class Two final : public Processes {
        std::int64_t rank() const override { return 0; }
        std::int64_t size() const override { return 2; }
        milliseconds patience() const override { return kPatience; }
        void tell(const std::string& text) override {
            if (m_gathered > 0 && !text.empty() && order_from(text).kind == Order::Kind::End) throw Error(ErrorKind::Environment, "process 1 of 2 was lost");
        }
        std::string hear() override { return ""; }
        std::vector<std::string> gather(const std::string& own) override { return {own, m_gathered++ == 0 ? own : to_text(PartReport())}; }
        void sum(std::span<const at::Tensor>) override {}
        void copy(std::span<const at::Tensor>) override {}
        void part() noexcept override {}
        void give_up(const std::string&) noexcept override {}
        int m_gathered = 0; ///< the recipes first, then reports of steps
    } two;
    const TinyTraining tiny;
    MemoryRecorder recorder;
    Progress progress;
    auto recipe = TinyTraining::recipe();
    recipe.standardized_steps = 2;
    recipe.accumulate = 2;
    EXPECT_EQ(train(recipe, tiny.data(), tiny.folder("two"), recorder, progress, two).reason, "all steps are done");
    EXPECT_EQ(recorder.events.back().kind, EventKind::Finished);
}

TEST(Processes, AStepsPartsAreSharedOutAmongThem) {
    class Three final : public Processes {
        std::int64_t rank() const override { return 0; }
        std::int64_t size() const override { return 3; }
        milliseconds patience() const override { return kPatience; }
        void tell(const std::string&) override {}
        std::string hear() override { return ""; }
        std::vector<std::string> gather(const std::string&) override { return {}; }
        void sum(std::span<const at::Tensor>) override {}
        void copy(std::span<const at::Tensor>) override {}
        void part() noexcept override {}
        void give_up(const std::string&) noexcept override {}
    } three;
    const TinyTraining tiny;
    MemoryRecorder recorder;
    Progress progress;
    auto recipe = TinyTraining::recipe();
    recipe.accumulate = 2;
    EXPECT_THAT(error_of([&] { train(recipe, tiny.data(), tiny.folder("three"), recorder, progress, three); }),
                HasSubstr("batch.accumulate is 2, expected a multiple of the number of processes, 3"));
}

} // namespace
} // namespace cameo
