#include "app/trainings/draft_desk.hpp"

#include "app/trainings/estimate_training.hpp"
#include "app/trainings/find_training.hpp"
#include "app/trainings/keep_judged.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "tests/app/cli/train_fixtures.hpp"

namespace cameo {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

namespace fs = std::filesystem;

/// Drafts over a home with models and a collection.
class Drafts : public TrainHome {
protected:
    /// A program that answers as an estimate's process would, or does not.
    fs::path program(const std::string& script) {
        const fs::path at = m_scratch / "program";
        std::ofstream(at) << "#!/bin/sh\n" << script << "\n";
        fs::permissions(at, fs::perms::owner_all);
        return at;
    }
    void open(const fs::path& program) {
        m_desk.emplace(m_jobs, m_notices, TrainerProcess{.program = program, .estimates = true});
        m_desk->begin({.recipe = recipe("came.json"), .training = {}, .step = -1, .set = {}}, "", "");
        ASSERT_TRUE(wait_for([&] { return m_desk->draft().has_value(); }));
        ASSERT_EQ(m_desk->draft()->refusal, "");
    }
    bool wait_for(const std::function<bool()>& reached) {
        const auto until = std::chrono::steady_clock::now() + 60s;
        while (!reached()) {
            if (std::chrono::steady_clock::now() > until) return false;
            m_jobs.drain();
            std::this_thread::sleep_for(2ms);
        }
        return true;
    }
    bool is(Phase phase) {
        return wait_for([&] { return m_desk->draft()->cost_phase == phase; });
    }

    NoticeBoard m_notices;
    JobManager m_jobs;
    std::optional<DraftDesk> m_desk;
};

TEST_F(Drafts, SayWhatTheyWillTakeByTheProgramItself) {
    open(CAMEO_PROGRAM);
    ASSERT_TRUE(is(Phase::Ready)) << m_desk->draft()->cost_error;
    const TrainingCost cost = *m_desk->draft()->cost;
    EXPECT_GT(cost.seconds, 0.01);
    EXPECT_LT(cost.seconds, 600);
    EXPECT_GT(cost.memory_bytes, 20'000'000) << "of a process with LibTorch in it";
    EXPECT_GT(cost.disk_bytes, 100'000);
    EXPECT_THAT(names_in(trainings_library()), testing::IsEmpty()) << "what was tried is gone";
    // The same from the command line.
    const auto said = cameo({"train", recipe("came.json"), "--estimate"});
    EXPECT_EQ(said.code, 0) << said.err;
    EXPECT_THAT(said.out, testing::MatchesRegex("about [0-9]+ s, [0-9.]+ GB of memory and [0-9.]+ GB on the disk\n"));
}

TEST_F(Drafts, AreTriedAgainWhereWhatTheyCostHasChanged) {
    open(program(R"(echo '{"seconds": 60, "memory_bytes": 1000, "disk_bytes": 1000}')"));
    ASSERT_TRUE(is(Phase::Ready));
    EXPECT_EQ(m_desk->draft()->cost->seconds, 60);
    m_desk->edit("name=other");
    ASSERT_TRUE(wait_for([&] { return m_desk->draft()->recipe.name == "other" && !m_jobs.busy(); }));
    EXPECT_EQ(m_desk->draft()->cost_phase, Phase::Ready) << "a name costs nothing";
    program(R"(echo '{"seconds": 90, "memory_bytes": 1000, "disk_bytes": 1000}')");
    m_desk->edit("steps.standardized=900");
    EXPECT_FALSE(m_desk->draft()->cost) << "nothing is said of what is not known";
    ASSERT_TRUE(is(Phase::Ready));
    EXPECT_EQ(m_desk->draft()->cost->seconds, 90);
    m_desk->edit("model=nowhere");
    ASSERT_TRUE(wait_for([&] { return !m_desk->draft()->refusal.empty() && !m_jobs.busy(); }));
    EXPECT_EQ(m_desk->draft()->cost_phase, Phase::Empty) << "what cannot be started is not tried";
}

TEST_F(Drafts, ThatDoNotFitAreRefused) {
    open(program(R"(echo '{"seconds": 60, "memory_bytes": 9000000000000000, "disk_bytes": 1000}')"));
    ASSERT_TRUE(wait_for([&] { return !m_desk->draft()->refusal.empty(); }));
    EXPECT_THAT(m_desk->draft()->refusal, StartsWith("It needs about 9000000.0 GB of memory, and this machine has "));
    program(R"(echo '{"seconds": 60, "memory_bytes": 1000, "disk_bytes": 9000000000000000}')");
    m_desk->edit("checkpoint.kept=5");
    ASSERT_TRUE(wait_for([&] { return m_desk->draft()->refusal.find("are free") != std::string::npos; }));
    program(R"(echo '{"seconds": 60, "memory_bytes": 1000, "disk_bytes": 1000}')");
    m_desk->edit("checkpoint.kept=1");
    ASSERT_TRUE(wait_for([&] { return m_desk->draft()->cost_phase == Phase::Ready && m_desk->draft()->refusal.empty(); }));
}

TEST_F(Drafts, SayWhyTheyCannotBeTried) {
    open(program("echo 'cameo: the moon is not full' >&2; exit 1"));
    ASSERT_TRUE(is(Phase::Failed));
    EXPECT_EQ(m_desk->draft()->cost_error, "the moon is not full");
    EXPECT_EQ(m_desk->draft()->refusal, "") << "it may be started all the same";
    open(program("echo nonsense"));
    ASSERT_TRUE(is(Phase::Failed));
    EXPECT_THAT(m_desk->draft()->cost_error, HasSubstr("it is no estimate"));
    open(m_scratch / "no such program");
    ASSERT_TRUE(is(Phase::Failed));
}

TEST_F(Drafts, ThatAreLeftLeaveNoProcessBehind) {
    const fs::path mark = m_scratch / "alive";
    open(program("echo $$ > " + mark.string() + "; exec sleep 600"));
    ASSERT_TRUE(wait_for([&] { return fs::exists(mark) && fs::file_size(mark) > 0; }));
    pid_t process = 0;
    std::ifstream(mark) >> process;
    m_desk->drop();
    EXPECT_TRUE(wait_for([&] { return ::kill(process, 0) != 0; }));
    EXPECT_TRUE(wait_for([&] { return names_in(trainings_library()).empty(); }));
    // The program itself, in the midst of what it tries.
    open(CAMEO_PROGRAM);
    ASSERT_TRUE(wait_for([&] { return has(trainings_library(), [&](const std::string& name) { return has(trainings_library() / name, [](const std::string& inner) { return inner.starts_with(".estimate"); }); }); }));
    m_desk->stop_estimating();
    EXPECT_EQ(m_desk->draft()->cost_phase, Phase::Empty) << "nobody finds out any more";
    EXPECT_TRUE(wait_for([&] { return names_in(trainings_library()).empty() && !m_jobs.busy(); }));
}

TEST_F(Drafts, TakeWhatSomebodyHasJudged) {
    m_desk.emplace(m_jobs, m_notices, TrainerProcess{.program = "/bin/false"});
    const std::vector<JudgedQuery> judged{{"play music", {{"d3", 2}, {"d4", 0}}}};
    m_desk->begin(judged, "tiny", "songs");
    ASSERT_TRUE(wait_for([&] { return m_desk->draft().has_value(); }));
    const TrainingDraft& draft = *m_desk->draft();
    EXPECT_EQ(draft.refusal, "");
    EXPECT_EQ(draft.from, "model tiny and what you have judged: 1 query");
    EXPECT_EQ(draft.recipe.name, "judged");
    EXPECT_EQ(draft.recipe.model, "tiny");
    EXPECT_EQ(draft.recipe.collection, "songs");
    EXPECT_EQ(draft.recipe.judged_times, 20) << "the recipe that ships";
    EXPECT_EQ(draft.before.judged, "") << "it is a setting that has changed";
    EXPECT_EQ(fs::path(draft.recipe.judged).parent_path(), folders().data / "judged");
    EXPECT_EQ(read_judged(draft.recipe.judged), judged);
    EXPECT_EQ(keep_judged(judged, "songs"), draft.recipe.judged) << "the same judgments have the same file";
    // It can be trained on, and says where the file is wrong.
    const auto trained = cameo({"train", recipe("came.json"), "--set", "name=mine", "--set", "judged.file=" + draft.recipe.judged, "--set", "steps.standardized=3", "--set", "steps.specialized=0"});
    EXPECT_EQ(trained.code, 0) << trained.err;
    EXPECT_THAT(TrainingWatch(folder("mine") / "training.db").events().front().text, HasSubstr("46 queries to train on, 4 to validate with")) << "36 of the collection, and one ten times";
    std::ofstream(m_scratch / "wrong.jsonl") << "{}\n";
    const auto refused = cameo({"train", recipe("came.json"), "--set", "name=wrong", "--set", "judged.file=" + (m_scratch / "wrong.jsonl").string()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_THAT(refused.err, HasSubstr("wrong.jsonl, line 1"));
}

} // namespace
} // namespace cameo
