#include "core/base/error.hpp"
#include "core/index/faiss_job.hpp"
#include "core/index/global_structure.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace cameo {
namespace {

/// A long build elsewhere in the process: it has FAISS until it is destroyed.
class LongJob {
public:
    LongJob() {
        m_thread = std::jthread([this] {
            Progress progress;
            run_faiss_job("a long build", progress, [&] {
                m_running.set_value();
                m_end.get_future().wait();
            });
        });
        m_running.get_future().wait();
    }
    ~LongJob() { m_end.set_value(); }

private:
    std::promise<void> m_running, m_end;
    std::jthread m_thread;
};

// A second job waited in a lock_guard: until the first was over it could not be cancelled.
TEST(FaissJob, WaitingForAnotherJobCanBeCancelled) {
    const LongJob elsewhere;
    std::stop_source stop;
    Progress progress(stop.get_token());
    bool ran = false;
    std::jthread later([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        stop.request_stop();
    });
    EXPECT_THROW(run_faiss_job("second", progress, [&] { ran = true; }), Cancelled);
    EXPECT_FALSE(ran);
}

TEST(FaissJob, RunsWhenTheOtherIsOver) {
    auto elsewhere = std::make_unique<LongJob>();
    auto second = std::async(std::launch::async, [] {
        Progress progress;
        run_faiss_job("second", progress, [] {});
    });
    EXPECT_EQ(second.wait_for(std::chrono::milliseconds(20)), std::future_status::timeout);
    elsewhere.reset();
    second.get();
}

// A person was shown FAISS's function, file and line.
TEST(FaissJob, AFailureIsToldInWordsAlone) {
    TemporaryFolder folder;
    std::mt19937 random(3);
    const auto store = store_of(folder, {"global", ExpertKind::Global, 8}, {{.pooled = random_unit(random, 8)}});
    Progress progress;
    EXPECT_THAT([&] { GlobalStructure::build(store, 0, "Flatt", progress); },
                testing::ThrowsMessage<Error>(testing::AllOf(testing::StartsWith("building the global structure Flatt: "), testing::Not(testing::HasSubstr(".cpp")))));
}

// Opening an index of a flat global expert filled it as a job, so it waited for minutes behind the build of
// another index.
TEST(FaissJob, AFlatStructureWaitsForNobody) {
    TemporaryFolder folder;
    std::mt19937 random(3);
    std::vector<Representation> documents(100);
    for (auto& document : documents)
        document.pooled = random_unit(random, 8);
    const auto store = store_of(folder, {"global", ExpertKind::Global, 8}, documents);
    const LongJob elsewhere;
    Progress progress;
    GlobalStructure::build(store, 0, "Flat", progress)->save(folder / "structure");
    EXPECT_TRUE(GlobalStructure::load(folder / "structure", store, 0, progress)->exact());
}

} // namespace
} // namespace cameo
