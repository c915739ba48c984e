#include "core/index/pool_tokens.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <random>
#include <set>

namespace cameo {
namespace {

TokenVectors tokens_of(std::int32_t width, std::vector<float> rows) {
    TokenVectors made;
    made.width = width;
    made.rows = std::move(rows);
    for (std::int32_t token = 0; token < static_cast<std::int32_t>(made.rows.size()) / width; ++token) {
        made.tokens.push_back(100 + token);
        made.spans.push_back({static_cast<std::uint32_t>(10 * token), static_cast<std::uint32_t>(10 * token + 5)});
    }
    return made;
}

TokenVectors random_tokens(std::mt19937& random, std::int32_t width, std::size_t count) {
    std::vector<float> rows;
    for (std::size_t token = 0; token < count; ++token) {
        const auto row = random_unit(random, static_cast<std::size_t>(width));
        rows.insert(rows.end(), row.begin(), row.end());
    }
    return tokens_of(width, std::move(rows));
}

// Two pairs on the circle and a marker: each pair becomes the direction between its two, named by the first of equally near ones.
TEST(PoolTokens, PutsMeansInThePlaceOfPairs) {
    auto tokens = tokens_of(2, {0, -1, 1, 0, 0, 1, 0.8f, 0.6f, -0.6f, 0.8f});
    pool_tokens(tokens, 2);
    EXPECT_EQ(tokens.width, 2);
    EXPECT_THAT(tokens.tokens, testing::ElementsAre(100, 101, 102));
    EXPECT_EQ(tokens.spans[2].begin, 20u);
    const float a = std::sqrt(0.9f), b = std::sqrt(0.1f), c = 0.6f / std::sqrt(3.6f), d = 1.8f / std::sqrt(3.6f);
    EXPECT_THAT(tokens.rows, testing::Pointwise(testing::FloatNear(1e-6f), std::vector<float>{0, -1, a, b, -c, d}));
}

// Of three the mean is nearest to the one in the middle; vectors of other lengths are not brought to length 1.
TEST(PoolTokens, NamesAMeanByItsNearest) {
    auto tokens = tokens_of(1, {50, 3, 5, 4, -10, -14, -12});
    pool_tokens(tokens, 3);
    EXPECT_THAT(tokens.rows, testing::ElementsAre(50, 4, -12));
    EXPECT_THAT(tokens.tokens, testing::ElementsAre(100, 103, 106));
}

// The pair whose merging adds least to the squared distances from the means, again and again, with means made anew each time.
std::set<std::set<std::size_t>> plainly_grouped(const TokenVectors& tokens, std::size_t groups) {
    const auto width = static_cast<std::size_t>(tokens.width);
    std::vector<std::set<std::size_t>> clusters;
    for (std::size_t row = 1; row < tokens.count(); ++row)
        clusters.push_back({row});
    const auto mean = [&](const std::set<std::size_t>& of) {
        std::vector<double> sum(width, 0);
        for (const auto row : of)
            for (std::size_t h = 0; h < width; ++h)
                sum[h] += tokens.rows[row * width + h] / static_cast<double>(of.size());
        return sum;
    };
    while (clusters.size() > groups) {
        double least = 1e9;
        std::size_t a = 0, b = 0;
        for (std::size_t i = 0; i < clusters.size(); ++i)
            for (std::size_t j = i + 1; j < clusters.size(); ++j) {
                const auto x = mean(clusters[i]), y = mean(clusters[j]);
                double apart = 0;
                for (std::size_t h = 0; h < width; ++h)
                    apart += (x[h] - y[h]) * (x[h] - y[h]);
                const auto n = static_cast<double>(clusters[i].size()), m = static_cast<double>(clusters[j].size());
                apart *= n * m / (n + m);
                if (apart < least) {
                    least = apart;
                    a = i;
                    b = j;
                }
            }
        clusters[a].merge(clusters[b]);
        clusters.erase(clusters.begin() + static_cast<std::ptrdiff_t>(b));
    }
    return {clusters.begin(), clusters.end()};
}

TEST(PoolTokens, GroupsAsPlainMergingDoes) {
    std::mt19937 random(4);
    for (const std::size_t count : {3u, 10u, 31u, 60u})
        for (const std::int32_t together : {2, 3, 7, 100}) {
            const auto tokens = random_tokens(random, 8, count);
            auto pooled = tokens;
            pool_tokens(pooled, together);
            ASSERT_EQ(pooled.count(), pooled_count(count, together));
            const auto groups = plainly_grouped(tokens, pooled.count() - 1);
            // A pooled row is the direction of the mean of the group that its name is in.
            std::set<std::int32_t> named;
            for (std::size_t row = 1; row < pooled.count(); ++row) {
                const auto name = static_cast<std::size_t>(pooled.tokens[row] - 100);
                named.insert(pooled.tokens[row]);
                const auto group = std::ranges::find_if(groups, [&](const auto& each) { return each.contains(name); });
                ASSERT_NE(group, groups.end());
                std::vector<double> sum(8, 0);
                for (const auto member : *group)
                    for (std::size_t h = 0; h < 8; ++h)
                        sum[h] += tokens.rows[member * 8 + h];
                double squares = 0;
                for (const auto value : sum)
                    squares += value * value;
                for (std::size_t h = 0; h < 8; ++h)
                    EXPECT_NEAR(pooled.rows[row * 8 + h], sum[h] / std::sqrt(squares), 1e-4);
            }
            EXPECT_EQ(named.size(), pooled.count() - 1);
            EXPECT_TRUE(std::ranges::is_sorted(pooled.tokens));
            EXPECT_EQ(pooled.tokens.front(), 100);
        }
}

TEST(PoolTokens, LeavesWhatIsAloneAndTakesWhatIsLong) {
    std::mt19937 random(5);
    for (const std::size_t count : {0u, 1u, 2u, 20u}) {
        const auto tokens = random_tokens(random, 4, count);
        for (const std::int32_t together : {1, 2}) {
            auto pooled = tokens;
            pool_tokens(pooled, together);
            EXPECT_EQ(pooled.count(), pooled_count(count, together));
            if (together == 1 || count <= 2) {
                EXPECT_EQ(pooled.rows, tokens.rows);
            }
        }
    }
    const auto tokens = random_tokens(random, 4, 2500);
    auto pooled = tokens, again = tokens;
    pool_tokens(pooled, 3);
    pool_tokens(again, 3);
    EXPECT_EQ(pooled.count(), 1u + 342 + 342 + 151); // 1024 rows, 1024, 451
    EXPECT_EQ(pooled.count(), pooled_count(2500, 3));
    EXPECT_EQ(pooled.rows, again.rows);

    auto same = tokens_of(2, std::vector<float>(60, 0.5f)); // all alike: no distance tells them apart
    pool_tokens(same, 4);
    EXPECT_EQ(same.count(), pooled_count(30, 4));
    EXPECT_THAT(same.rows, testing::Each(testing::FloatNear(0.5f, 1e-6f)));
}

} // namespace
} // namespace cameo
