#include "app/experiments/plan.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <set>

namespace cameo {
namespace {

using testing::HasSubstr;

class PlanFile {
public:
    PlanFile() {
        std::ofstream(m_folder / "r.json") << R"({"steps": {"standardized": 7}})";
    }
    ExperimentPlan read(const std::string& json) const {
        std::ofstream(m_folder / "plan.json") << json;
        return read_plan(m_folder / "plan.json");
    }
    std::string error(const std::string& json) const {
        try {
            read(json);
        } catch (const Error& error) {
            return error.what();
        }
        return "";
    }

private:
    TemporaryFolder m_folder;
};

TEST(Plan, SaysWhatEachTrainingBeginsWithAndHowItGoes) {
    const PlanFile file;
    const auto plan = file.read(R"({"collection": "c", "evaluate": ["c", {"name": "few", "collection": "d", "documents": 30}], "seeds": [4, 5], "trainings": [
        {"name": "one", "create": {"kind": "came", "experts": ["global"], "shared": 3, "private": 1}, "recipe": "r.json"},
        {"name": "two", "from": "one", "recipe": "r.json", "set": ["optimizer.clip=2"], "evaluate": ["few"]},
        {"name": "moe", "create": {"kind": "sbmoe", "experts": 1, "inner": 12, "chosen": 0, "form": "reference"}, "recipe": "r.json"}],
        "tables": [{"name": "t", "collection": "c", "against": "A", "rows": [["A", "one", "global"], ["B", "moe", "gate"]]}]})");
    EXPECT_EQ(plan.collection, "c");
    ASSERT_EQ(plan.evaluate.size(), 2u);
    EXPECT_EQ(plan.evaluate[0].collection, "c");
    EXPECT_EQ(plan.evaluate[1].name, "few");
    EXPECT_EQ(plan.evaluate[1].collection, "d");
    EXPECT_EQ(plan.evaluate[1].documents, 30);
    EXPECT_THAT(plan.trainings[0].evaluate, testing::ElementsAre("c", "few"));
    EXPECT_THAT(plan.trainings[1].evaluate, testing::ElementsAre("few"));
    EXPECT_THAT(plan.seeds, testing::ElementsAre(4, 5));
    ASSERT_EQ(plan.trainings.size(), 3u);
    const auto& came = std::get<CameOptions>(plan.trainings[0].create);
    EXPECT_THAT(came.experts, testing::ElementsAre("global"));
    EXPECT_EQ(came.shared, 3);
    EXPECT_EQ(came.own, 1);
    EXPECT_EQ(plan.trainings[0].recipe.standardized_steps, 7);
    EXPECT_EQ(plan.trainings[1].from, "one");
    EXPECT_EQ(plan.trainings[1].recipe.clip, 2);
    const auto& moe = std::get<SbmoeOptions>(plan.trainings[2].create);
    EXPECT_EQ(moe.inner, 12);
    EXPECT_EQ(moe.form, MoeForm::Reference);
    EXPECT_EQ(plan.tables[0].rows[1].system, "gate");
}

TEST(Plan, SaysWhereItIsWrong) {
    const PlanFile file;
    const std::string one = R"({"name": "one", "create": {}, "recipe": "r.json"})";
    EXPECT_THAT(file.error("[]"), HasSubstr("no JSON object"));
    EXPECT_THAT(file.error("{}"), HasSubstr("needs a list of trainings"));
    EXPECT_THAT(file.error(R"({"trainings": [{"name": "a b", "create": {}, "recipe": "r.json"}]})"), HasSubstr("training 1: field name"));
    EXPECT_THAT(file.error(R"({"trainings": [{"name": "a", "recipe": "r.json"}]})"), HasSubstr("either a field create or a field from"));
    EXPECT_THAT(file.error(R"({"trainings": [{"name": "a", "from": "b", "recipe": "r.json"}]})"), HasSubstr("training a goes on with b, which does not come before it"));
    EXPECT_THAT(file.error(R"({"trainings": [)" + one + "," + one + "]}"), HasSubstr("training one is there twice"));
    EXPECT_THAT(file.error(R"({"trainings": [{"name": "a", "create": {"kind": "x"}, "recipe": "r.json"}]})"), HasSubstr("of kind \"x\""));
    EXPECT_THAT(file.error(R"({"trainings": [{"name": "a", "create": {"layers": 2}, "recipe": "r.json"}]})"), HasSubstr("unknown field layers"));
    EXPECT_THAT(file.error(R"({"trainings": [{"name": "a", "create": {}, "recipe": "r.json", "set": ["optimizer.clap=2"]}]})"), HasSubstr("did you mean \"optimizer.clip\""));
    EXPECT_THAT(file.error(R"({"trainings": [{"name": "a", "create": {}, "recipe": "r.json", "evaluate": ["x"]}]})"), HasSubstr("measured on x, which is none"));
    EXPECT_THAT(file.error(R"({"evaluate": [{"collection": "c", "documents": 3, "size": 4}], "trainings": []})"), HasSubstr("unknown field size"));
    EXPECT_THAT(file.error(R"({"evaluate": [{"documents": 3}], "trainings": []})"), HasSubstr("without a collection"));
    EXPECT_THAT(file.error(R"({"evaluate": [{"collection": "c", "documents": -3}], "trainings": []})"), HasSubstr("fewer than no documents"));
    EXPECT_THAT(file.error(R"({"evaluate": ["c", "c"], "trainings": []})"), HasSubstr("has c twice"));
    EXPECT_THAT(file.error(R"({"trainings": [)" + one + R"(], "tables": [{"name": "t", "collection": "d", "rows": [["A", "one", "x"]]}]})"), HasSubstr("one, which is not measured on d"));
    EXPECT_THAT(file.error(R"({"trainings": [)" + one + R"(], "tables": [{"name": "t", "numbers": ["n"], "rows": [["A", "one", "x"]]}]})"), HasSubstr("not [label, training]"));
    EXPECT_THAT(file.error(R"({"trainings": [)" + one + R"(], "tables": [{"name": "t", "numbers": ["n"], "figure": true, "rows": []}]})"), HasSubstr("have no figure"));
    EXPECT_THAT(file.error(R"({"trainings": [)" + one + R"(], "tables": [{"name": "t", "rows": [["A", "two", "x"]]}]})"), HasSubstr("row of two, which is no training"));
    EXPECT_THAT(file.error(R"({"trainings": [)" + one + R"(], "tables": [{"name": "t", "against": "B", "rows": [["A", "one", "x"]]}]})"), HasSubstr("compares with \"B\""));
    EXPECT_THAT(file.error(R"({"seeds": [1, 2, 1], "trainings": []})"), HasSubstr("has a seed twice"));
    EXPECT_THAT(file.error(R"({"trainings": [], "tables": [{"name": "t", "rows": []}, {"name": "t", "rows": []}]})"), HasSubstr("table \"t\" twice"));
    EXPECT_THAT(file.error(std::string(10'000, '[')), HasSubstr("no JSON object"));
}

TEST(Plan, TheOneThatShipsIsRight) {
    const auto plan = read_plan(folders().assets / "recipes" / "experiments.json");
    EXPECT_GE(plan.seeds.size(), 3u);
    std::set<std::string> names;
    for (const auto& training : plan.trainings) names.insert(training.name);
    for (const auto* needed : {"came", "mixture", "shared-0", "alone-lexical", "alone-local", "alone-global"}) EXPECT_TRUE(names.contains(needed)) << needed;
}

} // namespace
} // namespace cameo
