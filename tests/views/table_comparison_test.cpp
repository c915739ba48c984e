#include "views/table_comparison.hpp"

#include <cmath>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

ViewTable list(std::vector<std::vector<ViewCell>> rows) {
    return {.title = "List", .columns = {"rank", "document", "score", "note"}, .rows = std::move(rows), .keys = {1}, .documents = 1};
}

TEST(TableComparison, MatchesRowsByTheirKeysAndSubtracts) {
    const auto before = list({{std::int64_t{1}, "moc", 3.0, "a"}, {std::int64_t{2}, "cmus", 2.5, "b"}, {std::int64_t{3}, "vim", 1.0, "c"}});
    const auto now = list({{std::int64_t{1}, "cmus", 4.0, "a"}, {std::int64_t{2}, "sox", 2.0, "b"}, {std::int64_t{3}, "moc", 1.5, "c"}});
    const TableComparison made = compare(before, now);
    EXPECT_THAT(made.keys, testing::ElementsAre("document"));
    EXPECT_THAT(made.figures, testing::ElementsAre("rank", "score")) << "words are no figures";
    ASSERT_EQ(made.rows.size(), 4u);
    EXPECT_THAT(made.rows[0].key, testing::ElementsAre("cmus"));
    EXPECT_EQ(made.rows[0].change(0), -1);
    EXPECT_EQ(made.rows[0].change(1), 1.5);
    EXPECT_FALSE(made.rows[1].was) << "sox is new";
    EXPECT_TRUE(std::isnan(made.rows[1].change(0)));
    EXPECT_EQ(made.rows[2].before[0], 1);
    EXPECT_EQ(made.rows[2].now[0], 3);
    EXPECT_THAT(made.rows[3].key, testing::ElementsAre("vim")) << "what is gone comes last";
    EXPECT_FALSE(made.rows[3].is);
    EXPECT_EQ(made.rows[3].document, "vim");
}

TEST(TableComparison, EqualKeysAreMatchedInTheirOrder) {
    const ViewTable before{.columns = {"token", "largest"}, .rows = {{"the", 1.0}, {"cat", 2.0}, {"the", 3.0}}};
    const ViewTable now{.columns = {"token", "largest"}, .rows = {{"the", 1.5}, {"the", 3.5}, {"the", 9.0}}};
    const TableComparison made = compare(before, now);
    ASSERT_EQ(made.rows.size(), 4u);
    EXPECT_EQ(made.rows[0].change(0), 0.5);
    EXPECT_EQ(made.rows[1].change(0), 0.5);
    EXPECT_FALSE(made.rows[2].was);
    EXPECT_THAT(made.rows[3].key, testing::ElementsAre("cat"));
}

TEST(TableComparison, FiguresOfOneSideOnlyAreThereWithoutAChange) {
    const ViewTable before{.columns = {"query", "rank under lexical"}, .rows = {{"q1", 4.0}}};
    const ViewTable now{.columns = {"query", "rank under gate", "x"}, .rows = {{"q1", 2.0, 7.0}}, .apart = {2}};
    const TableComparison made = compare(before, now);
    EXPECT_THAT(made.figures, testing::ElementsAre("rank under gate", "rank under lexical")) << "a place on a map is compared with none";
    EXPECT_EQ(made.rows[0].now[0], 2);
    EXPECT_TRUE(std::isnan(made.rows[0].before[0]));
    EXPECT_EQ(made.rows[0].before[1], 4);
}

TEST(TableComparison, BecomesATableWithThreeColumnsAFigure) {
    const ViewTable table = to_table(compare(list({{std::int64_t{2}, "moc", 3.0, "a"}}), list({{std::int64_t{1}, "moc", 3.25, "a"}, {std::int64_t{2}, "vim", 1.0, "a"}})), "List changes");
    EXPECT_THAT(table.columns, testing::ElementsAre("document", "rank, pinned", "rank", "rank, change", "score, pinned", "score", "score, change"));
    EXPECT_EQ(std::get<double>(table.rows[0][3]), -1);
    EXPECT_EQ(std::get<double>(table.rows[0][6]), 0.25);
    EXPECT_TRUE(std::holds_alternative<std::monostate>(table.rows[1][4]));
    EXPECT_TRUE(std::holds_alternative<std::monostate>(table.rows[1][6]));
}

// Sums and z-scores were subtracted from one another.
TEST(TableComparison, FiguresOnDifferentScalesAreNotSubtracted) {
    auto before = list({{std::int64_t{1}, "moc", 37.2, "a"}}), now = list({{std::int64_t{2}, "moc", 8.05, "a"}});
    before.scales = {{2, "sum"}};
    now.scales = {{2, "zscore"}};
    now.names = {"the player"};
    const TableComparison made = compare(before, now);
    EXPECT_TRUE(made.unlike[1]);
    EXPECT_FALSE(made.unlike[0]);
    EXPECT_EQ(made.rows[0].before[1], 37.2);
    EXPECT_TRUE(std::isnan(made.rows[0].change(1)));
    EXPECT_EQ(made.rows[0].change(0), 1);
    EXPECT_EQ(made.rows[0].name, "the player");
    now.scales = before.scales;
    EXPECT_NEAR(compare(before, now).rows[0].change(1), -29.15, 1e-9);
}

TEST(TableComparison, OfNothingIsNothing) {
    const TableComparison made = compare({.columns = {"a"}}, {.columns = {"a"}});
    EXPECT_TRUE(made.rows.empty());
    EXPECT_TRUE(made.figures.empty());
}

} // namespace
} // namespace cameo
