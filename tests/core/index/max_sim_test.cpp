#include "core/index/max_sim.hpp"
#include "tests/core/index/random_store.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

std::vector<Half> halves(const std::vector<float>& floats) {
    std::vector<Half> rows(floats.size());
    to_half(floats, rows);
    return rows;
}

std::vector<float> random_rows(std::mt19937& random, std::size_t count, std::size_t width) {
    std::vector<float> rows;
    for (std::size_t row = 0; row < count; ++row) {
        const auto vector = random_unit(random, width);
        rows.insert(rows.end(), vector.begin(), vector.end());
    }
    return rows;
}

// s = sum_i max_j <q_i, d_j>, in double precision.
double plain(const std::vector<float>& query, const std::vector<Half>& document, std::size_t width) {
    std::vector<float> rows(document.size());
    to_float(document, rows, Simd::Portable);
    double sum = 0;
    for (std::size_t i = 0; i < query.size(); i += width) {
        double best = -1e30;
        for (std::size_t j = 0; j < rows.size(); j += width) {
            double product = 0;
            for (std::size_t h = 0; h < width; ++h)
                product += double{query[i + h]} * rows[j + h];
            best = std::max(best, product);
        }
        sum += best;
    }
    return sum;
}

class MaxSimTest : public testing::TestWithParam<Simd> {};

TEST_P(MaxSimTest, KnowsAHandWorkedExample) {
    const std::vector<float> query{1, 0, /**/ 0, 1, /**/ -1, 0};
    const auto document = halves({0.5f, 0.25f, /**/ -0.5f, 0.75f});
    // Token 1: 0.5, token 2: 0.75, token 3: 0.5.
    EXPECT_EQ(MaxSimQuery(query, 2, GetParam()).score(document), 1.75f);
    // Only negative similarities: the largest of them counts, not 0.
    EXPECT_EQ(MaxSimQuery(std::vector<float>{-1, -1}, 2, GetParam()).score(halves({0.5f, 0.5f, 1, 1})),
              -1.0f);
}

TEST_P(MaxSimTest, GivesNothingForNothing) {
    EXPECT_EQ(MaxSimQuery(std::vector<float>{1, 0}, 2, GetParam()).score(std::vector<Half>{}), 0.0f);
    EXPECT_EQ(MaxSimQuery(std::vector<float>{}, 2, GetParam()).score(halves({1, 0})), 0.0f);
}

TEST_P(MaxSimTest, AgreesWithThePlainLoop) {
    std::mt19937 random(1);
    for (const std::size_t width : {1u, 7u, 24u, 128u, 130u, 384u})
        for (const std::size_t tokens : {1u, 4u, 8u, 9u, 16u, 17u, 24u, 31u, 32u, 33u, 70u})
            for (const std::size_t rows : {1u, 2u, 5u, 12u, 13u, 40u}) {
                const auto query = random_rows(random, tokens, width);
                const auto document = halves(random_rows(random, rows, width));
                EXPECT_NEAR(MaxSimQuery(query, static_cast<int>(width), GetParam()).score(document),
                            plain(query, document, width), 2e-6 * static_cast<double>(tokens))
                    << width << " wide, " << tokens << " tokens, " << rows << " rows";
            }
}

TEST_P(MaxSimTest, SimilaritiesAreThoseOfTheScore) {
    std::mt19937 random(2);
    constexpr std::size_t kTokens = 37, kRows = 15, kWidth = 48;
    const MaxSimQuery query(random_rows(random, kTokens, kWidth), kWidth, GetParam());
    const auto document = halves(random_rows(random, kRows, kWidth));
    std::vector<float> similarities(kRows * kTokens);
    query.similarities(document, similarities);
    double sum = 0;
    for (std::size_t token = 0; token < kTokens; ++token) {
        float best = similarities[token];
        for (std::size_t row = 1; row < kRows; ++row)
            best = std::max(best, similarities[row * kTokens + token]);
        sum += best;
    }
    EXPECT_EQ(query.score(document), static_cast<float>(sum));
}

// A score is the same bits alone, among others, and on any number of threads.
TEST_P(MaxSimTest, DoesNotDependOnWhatIsScoredBeside) {
    std::mt19937 random(3);
    constexpr std::size_t kWidth = 64;
    const MaxSimQuery query(random_rows(random, 32, kWidth), kWidth, GetParam());
    std::vector<std::vector<Half>> documents;
    for (int document = 0; document < 3000; ++document)
        documents.push_back(halves(random_rows(random, random() % 20, kWidth)));
    std::vector<std::span<const Half>> views(documents.begin(), documents.end());
    std::vector<float> together(views.size());
    query.score(views, together);
    for (std::size_t document = 0; document < documents.size(); ++document)
        ASSERT_EQ(query.score(documents[document]), together[document]);
}

INSTANTIATE_TEST_SUITE_P(Instructions, MaxSimTest, testing::ValuesIn(available_simd()));

} // namespace
} // namespace cameo
