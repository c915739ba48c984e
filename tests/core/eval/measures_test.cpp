#include "core/eval/measures.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <sstream>

namespace cameo {
namespace {

std::ifstream open(const char* name) {
    return std::ifstream(std::string(CAMEO_TEST_DATA "/eval/") + name);
}

// Random runs with heavy ties, grades below 1, documents that nobody judged, scores that differ beyond single
// precision and a query without results, against pytrec-eval-terrier (tests/data/eval/make_trec_cases.py).
TEST(Measures, EqualTrecEval) {
    Qrels qrels;
    std::map<std::string, std::vector<RankedDocument>> run;
    std::string query, document, skipped;
    auto judgments = open("qrels.txt");
    for (int grade; judgments >> query >> skipped >> document >> grade;)
        qrels[query][document] = grade;
    auto results = open("run.txt");
    for (double score; results >> query >> skipped >> document >> skipped >> score >> skipped;)
        run[query].push_back({document, score});

    auto expected = open("expected.tsv");
    int queries = 0;
    for (double mrr, ndcg, recall_100, recall_1000, map;
         expected >> query >> mrr >> ndcg >> recall_100 >> recall_1000 >> map; ++queries) {
        const Measures measures = measure(run[query], qrels[query]);
        EXPECT_NEAR(measures.mrr_10, mrr, 2e-6) << query;
        EXPECT_NEAR(measures.ndcg_10, ndcg, 2e-6) << query;
        EXPECT_NEAR(measures.recall_100, recall_100, 2e-6) << query;
        EXPECT_NEAR(measures.recall_1000, recall_1000, 2e-6) << query;
        EXPECT_NEAR(measures.map, map, 2e-6) << query;
    }
    EXPECT_EQ(queries, 60);
}

TEST(Measures, ByHand) {
    // d2 (grade 2) first, d9 unjudged, d1 (grade 1) third; d3 (grade 1) not found
    const Measures measures =
        measure({{"d9", 2}, {"d2", 3}, {"d1", 1}}, {{"d1", 1}, {"d2", 2}, {"d3", 1}, {"d4", 0}});
    EXPECT_EQ(measures.mrr_10, 1);
    EXPECT_DOUBLE_EQ(measures.ndcg_10, (2 + 1 / std::log2(4)) / (2 + 1 / std::log2(3) + 1 / std::log2(4)));
    EXPECT_DOUBLE_EQ(measures.recall_100, 2.0 / 3);
    EXPECT_DOUBLE_EQ(measures.map, (1 + 2.0 / 3) / 3);
}

TEST(Measures, TiesStandByIdDescendingAsInTrecEval) {
    EXPECT_EQ(measure({{"a", 1}, {"b", 1}}, {{"a", 1}}).mrr_10, 0.5);
    EXPECT_EQ(measure({{"a", 1}, {"b", 1}}, {{"b", 1}}).mrr_10, 1);
    EXPECT_EQ(measure({{"a", 1 + 1e-12}, {"b", 1}}, {{"a", 1}}).mrr_10, 0.5); // equal in single precision
}

TEST(Measures, MeansGoOverTheGivenQueries) {
    const std::vector<Measures> per_query = {{.mrr_10 = 1}, {.mrr_10 = 0.5}, {.mrr_10 = 0}};
    const std::vector<std::size_t> places = {0, 1};
    EXPECT_EQ(mean(per_query, places).mrr_10, 0.75);
    EXPECT_EQ(mean(per_query, {}).mrr_10, 0);
}

TEST(Measures, NamesFollowTheStruct) {
    const Measures measures{1, 2, 3, 4, 5};
    EXPECT_STREQ(measure_name(0), "MRR@10");
    EXPECT_EQ(value(measures, 0), 1);
    EXPECT_STREQ(measure_name(4), "MAP");
    EXPECT_EQ(value(measures, 4), 5);
}

} // namespace
} // namespace cameo
