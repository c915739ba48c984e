#include "app/experiments/report.hpp"

#include "app/experiments/figure.hpp"
#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>

namespace cameo {
namespace {

using testing::HasSubstr;

ExperimentResult result(const std::string& training, std::int64_t seed, std::vector<double> values) {
    ExperimentResult result{training, seed, 10, 5, 1.5, 0.5, {{"weight.away", 0.25}}, {}};
    MeasuredCollection collection;
    for (std::size_t q = 0; q < values.size(); ++q) {
        collection.queries.push_back("q" + std::to_string(q));
        collection.categories.push_back(q % 2 ? "odd" : "even");
    }
    collection.systems = {{"fusion:sum", values, values, values}};
    result.collections["c"] = collection;
    return result;
}

const PlannedTable kTable{"t", "c", "A", {{"A", "one", "fusion:sum"}, {"B", "two", "fusion:sum"}, {"C", "three", "fusion:sum"}}, {}};

TEST(Report, MeansOverQueriesAndSeedsWithTheirSpread) {
    const std::vector<ExperimentResult> results{result("one", 1, {0, 1, 0, 1}), result("one", 2, {1, 1, 0, 1}), result("two", 1, {1, 1, 1, 1})};
    const std::string text = to_markdown(kTable, results);
    EXPECT_THAT(text, HasSubstr("| MRR@10 on c | all | even | odd | against \"A\" | p (Holm) | seeds |\n"));
    EXPECT_THAT(text, HasSubstr("| A | 0.625 ± 0.177 | 0.250 ± 0.354 | 1.000 ± 0.000 | | | 2 |\n")); // .5 and .75; 0 and .5; 1 and 1
    EXPECT_THAT(text, HasSubstr("| B | 1.000 | 1.000 | 1.000 | +0.500 [")); // A's queries with seed 1: 0, 1, 0, 1
    EXPECT_THAT(text, HasSubstr(", 1 of 2 seeds | "));
    EXPECT_THAT(text, HasSubstr("| C | not run yet |\n"));
}

TEST(Report, ComparesOnlyTheSeedsThatBothHave) {
    // Seed 2 is the harder one for everybody: without it B would seem better than A, which it never is.
    const std::vector<ExperimentResult> results{result("one", 1, {1, 1, 1, 1}), result("one", 2, {0, 0, 0, 0}), result("two", 1, {1, 1, 1, 1}),
                                                result("three", 3, {1, 1, 1, 1})};
    const std::string text = to_markdown(kTable, results);
    EXPECT_THAT(text, HasSubstr("| B | 1.000 | 1.000 | 1.000 | +0.000 [+0.000, +0.000], 1 of 2 seeds | 1 | 1 |\n"));
    EXPECT_THAT(text, HasSubstr("| C | 1.000 | 1.000 | 1.000 | no seed in common | | 1 |\n"));
}

TEST(Report, RefusesRowsOfDifferentQueries) {
    EXPECT_THROW(to_markdown(kTable, std::vector{result("one", 1, {0, 1}), result("two", 1, {0, 1, 1})}), Error);
    EXPECT_THROW(to_markdown(kTable, std::vector{result("one", 1, {0, 1}), result("one", 2, {0, 1, 1})}), Error);
}

TEST(Report, FindsLearnedWeightsOfEverySeed) {
    std::vector<ExperimentResult> results{result("one", 1, {0, 1}), result("one", 2, {0, 1})};
    const std::vector<double> half{0.5, 0.5}, all{1, 1};
    results[0].collections["c"].systems.push_back({"fusion:rrf:k=20", all, all, all});
    results[0].collections["c"].systems.push_back({"fusion:zscore:0.4,1.1", half, half, half});
    results[1].collections["c"].systems.push_back({"fusion:weighted:0.3,1.2", all, all, all});
    const PlannedTable table{"t", "c", "", {{"plain", "one", "fusion:sum"}, {"learned", "one", "fusion:learned"}}, {}};
    EXPECT_THAT(to_markdown(table, results), HasSubstr("| learned | 0.750 ± 0.354 |"));
    results.pop_back();
    results[0].collections["c"].systems.pop_back();
    EXPECT_THROW(to_markdown(table, results), Error);
}

TEST(Report, ShowsRecordedNumbers) {
    std::vector<ExperimentResult> results{result("one", 1, {0, 1}), result("one", 2, {0, 1}), result("two", 1, {0, 1})};
    results[1].numbers["weight.away"] = 0.75;
    results[2].numbers.clear();
    const PlannedTable table{"n", "", "", {{"A", "one", ""}, {"B", "two", ""}, {"C", "three", ""}}, {"weight.away"}};
    const std::string text = to_markdown(table, results);
    EXPECT_THAT(text, HasSubstr("| | weight.away | seeds |\n|---|---|---|\n| A | 0.500 ± 0.354 | 2 |\n| B | | 1 |\n| C | not run yet |\n"));
}

TEST(Figure, HasADotForEveryRowThatWasRun) {
    const std::vector<ExperimentResult> results{result("one", 1, {0, 1, 0, 1}), result("one", 2, {1, 1, 0, 1}), result("two", 1, {1, 1, 1, 1})};
    PlannedTable table = kTable;
    table.figure = true;
    table.rows[1].label = "B < C & D";
    const std::string svg = to_svg(table, results);
    EXPECT_THAT(svg, HasSubstr("<svg "));
    const auto dots = [&] {
        int count = 0;
        for (auto at = svg.find("<circle"); at != svg.npos; at = svg.find("<circle", at + 1)) ++count;
        return count;
    };
    EXPECT_EQ(dots(), 2);
    EXPECT_THAT(svg, HasSubstr("B &lt; C &amp; D"));
    EXPECT_THAT(svg, HasSubstr("stroke-dasharray"));
    EXPECT_THAT(svg, HasSubstr(">0.600<"));
    ExperimentPlan plan;
    plan.tables = {table};
    EXPECT_THAT(with_tables("<!-- table t -->\n<!-- end -->\n", plan, results), HasSubstr("![t](images/experiments-t.svg)"));
    EXPECT_FALSE(has_figure(table, {}));
    EXPECT_THAT(with_tables("<!-- table t -->\n<!-- end -->\n", plan, {}), testing::Not(HasSubstr("![t]")));
}

TEST(Report, FillsItsPlacesAgainAndAgain) {
    ExperimentPlan plan;
    plan.tables = {kTable};
    const std::vector<ExperimentResult> results{result("one", 1, {0, 1})};
    const std::string once = with_tables("Before.\n<!-- table t -->\nold\n<!-- end -->\nAfter.\n", plan, results);
    EXPECT_THAT(once, HasSubstr("Before.\n<!-- table t -->\n\n| MRR@10 on c"));
    EXPECT_THAT(once, HasSubstr("<!-- end -->\nAfter.\n"));
    EXPECT_THAT(once, testing::Not(HasSubstr("old")));
    EXPECT_EQ(with_tables(once, plan, results), once);
    EXPECT_THROW(with_tables("no place", plan, results), Error);
    EXPECT_THROW(with_tables("<!-- table u --><!-- end -->", plan, results), Error);
}

TEST(Results, ComeBackFromTheirFile) {
    const TemporaryFolder folder;
    const auto written = result("one", 3, {0.25, 1.0 / 3});
    write_result(folder / "result.json", written);
    const auto read = read_result(folder / "result.json");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->training, "one");
    EXPECT_EQ(read->seed, 3);
    EXPECT_EQ(read->numbers, written.numbers);
    EXPECT_EQ(read->collections.at("c").systems[0].mrr_10, written.collections.at("c").systems[0].mrr_10);
    EXPECT_FALSE(read_result(folder / "none.json"));
    std::ofstream(folder / "result.json") << R"({"training": "one"})";
    EXPECT_THROW(read_result(folder / "result.json"), Error);
    auto damaged = written;
    damaged.collections.at("c").categories.pop_back();
    write_result(folder / "result.json", damaged);
    EXPECT_THROW(read_result(folder / "result.json"), Error);
}

} // namespace
} // namespace cameo
