#include "tests/app/cli/train_fixtures.hpp"

namespace cameo {
namespace {

using nlohmann::json;
using testing::HasSubstr;

class Experiments : public TrainHome {
protected:
    void SetUp() override {
        TrainHome::SetUp();
        std::filesystem::copy(m_scratch / "songs", m_scratch / "judged", std::filesystem::copy_options::recursive);
        std::ofstream(m_scratch / "judged/qrels/test.tsv") << "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\nq3\td3\t1\n";
        std::ofstream dev(m_scratch / "judged/qrels/dev.tsv");
        dev << "query-id\tcorpus-id\tscore\n";
        for (int query = 4; query < 40; ++query) dev << "q" << query << "\td" << query << "\t1\n";
        dev.close();
        ASSERT_EQ(here({"collection", "import", (m_scratch / "judged").string()}).code, 0);
        const std::string bert = CAMEO_TEST_DATA "/model/bert-mlm";
        const auto recipe = [](std::int64_t together, std::int64_t competing) {
            return json{{"steps", {{"standardized", together}, {"specialized", competing}}}, {"batch", {{"queries", 6}, {"document_tokens", 24}}},
                        {"negatives", {{"depth", 10}}}, {"competition", {{"depth", 10}}}};
        };
        write("one.json", recipe(3, 0));
        write("two.json", recipe(0, 3));
        const json came{{"kind", "came"}, {"from", bert}, {"shared", 1}, {"private", 1}, {"local_width", 6}, {"query_tokens", 16}, {"document_tokens", 24}};
        const json mixture{{"kind", "sbmoe"}, {"from", bert}, {"experts", 2}, {"query_tokens", 16}, {"document_tokens", 24}};
        write("plan.json", {{"collection", "judged"}, {"seeds", {1, 2}},
                            {"evaluate", {"judged", {{"name", "two"}, {"collection", "judged"}, {"documents", 2}}}},
                            {"trainings", {{{"name", "first"}, {"create", came}, {"recipe", "one.json"}},
                                           {{"name", "second"}, {"from", "first"}, {"recipe", "two.json"}},
                                           {{"name", "third"}, {"from", "first"}, {"recipe", "two.json"}, {"evaluate", json::array()}},
                                           {{"name", "fourth"}, {"from", "first"}, {"recipe", "two.json"},
                                            {"set", {"competition.temperature=infinity"}}, {"evaluate", {"two"}}},
                                           {{"name", "mixture"}, {"create", mixture}, {"recipe", "one.json"}}}},
                            {"tables", {{{"name", "t"}, {"collection", "judged"}, {"against", "A"},
                                         {"rows", {{"A", "first", "fusion:sum"}, {"B", "second", "fusion:sum"}, {"C", "mixture", "gate"}}}}}}});
        std::ofstream(m_scratch / "report.md") << "# Results\n<!-- table t -->\n<!-- end -->\n";
    }
    std::vector<std::string> words(std::vector<std::string> more = {}) const {
        std::vector<std::string> all{"experiments", recipe("plan.json"), "--folder", (m_scratch / "done").string()};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    std::filesystem::path result(const std::string& training) const { return m_scratch / "done" / training / "result.json"; }
};

TEST_F(Experiments, AreDoneOnceHoweverOftenTheyAreStopped) {
    {
        auto stopped = start(words());
        ASSERT_TRUE(stopped.wait_for([&] { return std::filesystem::exists(result("second-1")); }));
        stopped.kill(SIGKILL);
    }
    const auto first = bytes_of(result("first-1"));
    const auto all = cameo(words());
    ASSERT_EQ(all.code, 0) << all.err;
    EXPECT_EQ(bytes_of(result("first-1")), first); // what was done stays
    EXPECT_THAT(all.out, testing::Not(HasSubstr("first-1: ")));
    for (const char* training : {"first-1", "second-1", "mixture-1", "first-2", "second-2", "mixture-2"}) {
        const auto found = json::parse(bytes_of(result(training)));
        EXPECT_EQ(found["steps"], 3) << training;
        EXPECT_EQ(found["collections"]["judged"]["queries"].size(), 3u) << training;
    }
    for (const char* training : {"first-1", "second-2"}) { // learnt on dev, measured at once
        std::set<std::string> systems;
        const auto found = json::parse(bytes_of(result(training)));
        for (const auto& system : found["collections"]["judged"]["systems"])
            systems.insert(system["name"].get<std::string>());
        EXPECT_THAT(systems, testing::Contains("fusion:adaptive")) << training;
        EXPECT_FALSE(std::filesystem::exists(m_scratch / "done" / training / "checkpoints"));
        EXPECT_FALSE(std::filesystem::exists(m_scratch / "done" / training / "mined"));
    }
    // Whether the third one has looked for negatives itself or not, it is the second one again.
    const auto numbers = [&](const std::string& training) {
        auto found = json::parse(bytes_of(result(training)))["numbers"];
        for (const char* differs : {"seconds", "memory", "memory.peak", "tokens_per_second"}) found.erase(differs);
        return found;
    };
    for (const char* seed : {"-1", "-2"}) {
        EXPECT_EQ(numbers(std::string("second") + seed), numbers(std::string("third") + seed));
        EXPECT_EQ(numbers(std::string("fourth") + seed)["weight.away"], 0);
        EXPECT_FALSE(std::filesystem::exists(m_scratch / "done" / (std::string("first") + seed) / "mined-by-next"));
    }
    EXPECT_TRUE(numbers("second-1").contains("weight.away"));
    EXPECT_TRUE(json::parse(bytes_of(result("third-1")))["collections"].empty());
    EXPECT_TRUE(json::parse(bytes_of(result("fourth-1")))["collections"].contains("two"));
    EXPECT_EQ(cameo(words()).out, "");
    // Results that have come from another machine, without models: what others go on with is trained again.
    std::filesystem::remove_all(m_scratch / "done/first-2/model");
    std::filesystem::remove_all(m_scratch / "done/fourth-2");
    EXPECT_THAT(cameo(words()).out, AllOf(HasSubstr("first-2: 3 steps"), HasSubstr("fourth-2: 3 steps"), testing::Not(HasSubstr("second"))));
    EXPECT_EQ(numbers("fourth-2")["weight.away"], 0);
    // So is one that more is to be measured of, and one whose successor's successor needs it.
    std::filesystem::remove_all(m_scratch / "done/fourth-1/model");
    std::filesystem::remove_all(m_scratch / "done/first-1/model");
    auto less = json::parse(bytes_of(result("fourth-1")));
    less["collections"].clear();
    std::ofstream(result("fourth-1")) << less;
    EXPECT_THAT(cameo(words()).out, AllOf(HasSubstr("first-1: 3 steps"), HasSubstr("fourth-1: 3 steps"), HasSubstr("fourth-1 on two: "), testing::Not(HasSubstr("second"))));
    const auto report = cameo(words({"--report", (m_scratch / "report.md").string()}));
    ASSERT_EQ(report.code, 0) << report.err;
    const auto text = bytes_of(m_scratch / "report.md");
    EXPECT_THAT(text, HasSubstr("| C | "));
    EXPECT_THAT(text, testing::Not(HasSubstr("not run yet")));
}

TEST_F(Experiments, ThatFailDoNotKeepTheOthersWaiting) {
    auto plan = json::parse(bytes_of(recipe("plan.json")));
    plan["seeds"] = {1};
    plan["tables"] = json::array();
    plan["trainings"][0]["set"] = {"judged.file=" + (m_scratch / "none.jsonl").string()};
    plan["trainings"][4]["evaluate"] = json::array();
    write("plan.json", plan);
    const auto ran = cameo(words());
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.out, AllOf(HasSubstr("first-1: FAILED: "), HasSubstr("second-1: FAILED: it goes on from first, which failed"), HasSubstr("mixture-1: 3 steps")));
    EXPECT_THAT(ran.err, HasSubstr("4 of 5 trainings failed"));
}

TEST_F(Experiments, DoNotPassForThoseOfAnotherRecipe) {
    auto plan = json::parse(bytes_of(recipe("plan.json")));
    plan["seeds"] = {1};
    plan["tables"] = json::array();
    const json mixture = plan["trainings"][4];
    plan["trainings"] = {mixture};
    plan["trainings"][0]["evaluate"] = json::array();
    write("plan.json", plan);
    ASSERT_EQ(cameo(words()).code, 0);
    plan["trainings"][0]["set"] = {"optimizer.clip=2"};
    write("plan.json", plan);
    const auto again = cameo(words());
    EXPECT_EQ(again.code, 1);
    EXPECT_THAT(again.out, HasSubstr("mixture-1: what is there was trained by another recipe than the plan's"));
}

TEST_F(Experiments, SayWhatAPlanLacks) {
    const auto missing = here({"experiments", (m_scratch / "none.json").string()});
    EXPECT_EQ(missing.code, 1);
    EXPECT_THAT(missing.err, HasSubstr("none.json: the plan cannot be read"));
}

} // namespace
} // namespace cameo
