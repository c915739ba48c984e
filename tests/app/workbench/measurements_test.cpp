#include "app/workbench/measurements.hpp"

#include "tests/core/eval/judged_bench.hpp"

#include <algorithm>
#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace cameo {
namespace {

using namespace std::chrono_literals;

struct Measuring : testing::Test {
    /// Another model over the same documents and queries; of fewer of them, if wanted.
    SearchEnginePointer engine_of(const std::string& name, std::int64_t indexed = -1) {
        const auto model = std::make_shared<FakeModel>(words(), name, name + "-1");
        return std::make_shared<const SearchEngine>(model, bench.collection, std::make_shared<FakeIndex>(*model, *bench.collection, indexed));
    }
    static std::vector<std::string> words() {
        std::vector<std::string> words;
        for (int word = 0; word < 400; ++word) words.push_back("w" + std::to_string(word));
        return words;
    }
    void measure(const SearchEnginePointer& engine) {
        measurements.follow(engine, {"test"});
        measurements.measure("test");
        wait();
    }
    void wait() {
        const auto before = measurements.judged().evaluation;
        const auto give_up = std::chrono::steady_clock::now() + 60s;
        while (std::chrono::steady_clock::now() < give_up) {
            jobs.drain();
            if (measurements.judged().evaluation && measurements.judged().evaluation != before) return;
            std::this_thread::sleep_for(1ms);
        }
        FAIL() << "it was not measured";
    }
    std::vector<std::string> names() const {
        std::vector<std::string> list;
        for (const SystemResult& system : measurements.judged().evaluation->systems) list.push_back(system.name);
        return list;
    }
    bool has(const std::string& name) const { return std::ranges::count(names(), name) > 0; }

    JudgedBench bench{60, 12};
    JobManager jobs;
    std::shared_ptr<const WorkbenchSources> sources = std::make_shared<const WorkbenchSources>();
    Measurements measurements{jobs, sources};
};

TEST_F(Measuring, AnotherModelThatWasMeasuredStaysBesideTheOneInUse) {
    measure(engine_of("one"));
    const auto first = measurements.judged().evaluation;
    measure(engine_of("two"));
    const auto& systems = measurements.judged().evaluation->systems;
    for (const char* expert : {"lexical", "local", "global"}) {
        const auto guest = std::ranges::find(systems, std::string("one/") + expert, &SystemResult::name);
        ASSERT_NE(guest, systems.end());
        EXPECT_EQ(guest->kind, "other model");
        const auto own = std::ranges::find(first->systems, expert, &SystemResult::name);
        EXPECT_EQ(guest->mean.mrr_10, own->mean.mrr_10);
        EXPECT_EQ(guest->first_right, own->first_right);
    }
    // Of its fusions the best one.
    const auto all = names();
    EXPECT_EQ(std::ranges::count_if(all, [](const std::string& name) { return name.starts_with("one/"); }), 4);
    EXPECT_FALSE(has("two/lexical"));
    EXPECT_TRUE(std::ranges::any_of(measurements.judged().evaluation->tests, [](const SignificanceResult& test) { return test.a == "lexical" && test.b == "one/lexical"; }));
    // Back again: the other way round.
    measure(engine_of("one"));
    EXPECT_TRUE(has("two/lexical"));
    EXPECT_FALSE(has("one/lexical"));
    measurements.drop_system("two/lexical");
    wait();
    EXPECT_FALSE(has("two/lexical"));
    EXPECT_TRUE(has("two/local"));
}

TEST_F(Measuring, OnlyWhatWasMeasuredOverTheSameDocumentsIsCompared) {
    measure(engine_of("one", 40));
    measure(engine_of("two"));
    EXPECT_FALSE(has("one/lexical"));
    bench.collection->fingerprint = "grown";
    measure(engine_of("three"));
    EXPECT_FALSE(has("two/lexical"));
}

TEST_F(Measuring, ARunFileStaysWithTheQueriesThatItWasBroughtTo) {
    measure(engine_of("one"));
    auto run = std::make_shared<RunFile>(RunFile{.tag = "theirs", .queries = {{"q0", {{"d0", 1.0}}}}});
    measurements.add_run(run);
    wait();
    EXPECT_TRUE(has("theirs"));
    measurements.add_run(run);
    wait();
    EXPECT_TRUE(has("theirs 2"));
    measure(engine_of("two"));
    EXPECT_TRUE(has("theirs"));
}

} // namespace
} // namespace cameo
