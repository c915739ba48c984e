#include "app/table_text.hpp"

#include "tests/support/sample_snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace cameo {
namespace {

using testing::HasSubstr;

ViewTable small() {
    ViewTable table{.title = "Terms", .columns = {"term", "weight", "documents"}};
    table.rows = {{std::string("a, \"b\""), -0.1, std::int64_t{12}}, {std::string("c|d\ne"), 1e-300, ViewCell()}, {std::string("f"), std::nan(""), std::int64_t{0}}};
    return table;
}

const std::vector<std::pair<std::string, std::string>> kFrom{{"model", "came"}, {"query", "play\nmusic"}};

TEST(TableText, IsCsvThatSpreadsheetsRead) {
    EXPECT_EQ(table_text(small(), TableFormat::Csv, kFrom),
              "# model: came\r\n# query: play music\r\nterm,weight,documents\r\n\"a, \"\"b\"\"\",-0.1,12\r\n\"c|d\ne\",1e-300,\r\nf,not a number,0\r\n");
}

TEST(TableText, IsMarkdownThatStaysATable) {
    EXPECT_EQ(table_text(small(), TableFormat::Markdown, kFrom),
              "| term | weight | documents |\n|---|---:|---:|\n| a, \"b\" | -0.1 | 12 |\n| c\\|d e | 1e-300 |  |\n| f | not a number | 0 |\n\nmodel came, query play music.\n");
}

TEST(TableText, IsJsonWithEveryDigit) {
    ViewTable table = small();
    table.rows[0][1] = 0.1 + 0.2;
    const auto json = nlohmann::json::parse(table_text(table, TableFormat::Json, kFrom));
    EXPECT_EQ(json["title"], "Terms");
    EXPECT_EQ(json["provenance"]["query"], "play\nmusic");
    EXPECT_EQ(json["rows"][0]["weight"].get<double>(), 0.1 + 0.2);
    EXPECT_EQ(json["rows"][0]["documents"], 12);
    EXPECT_TRUE(json["rows"][1]["documents"].is_null());
    EXPECT_EQ(json["rows"][2]["weight"], "not a number");
}

// Figures of all queries were said to be of the model whose result was on screen, whatever model they were measured with.
TEST(TableText, AViewThatSaysWhereItsFiguresComeFromIsBelieved) {
    ViewTable table = small();
    table.about = {{"model", "came"}, {"temperature", "0.5"}};
    Snapshot now = sample_snapshot();
    now.pin = Pin{.label = "sbmoe, plain sum"};
    const std::string text = table_text(table, TableFormat::Markdown, table_provenance(now, table));
    for (const char* part : {"program cameo ", "model came", "temperature 0.5", "pinned sbmoe, plain sum"}) EXPECT_THAT(text, HasSubstr(part));
    EXPECT_THAT(text, testing::Not(HasSubstr("model demo")));
    EXPECT_EQ(table_provenance(now, small()), table_provenance(now));
}

TEST(TableText, SaysWhereTheFiguresComeFrom) {
    const Snapshot now = sample_snapshot();
    const std::string text = table_text(small(), TableFormat::Markdown, table_provenance(now));
    for (const char* part : {"program cameo ", "model demo", "model version m1", "collection debian", "query play music in the terminal", "fusion minmax"})
        EXPECT_THAT(text, HasSubstr(part));
}

} // namespace
} // namespace cameo
