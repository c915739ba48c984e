#include "core/index/nearest_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

namespace cameo {
namespace {

TEST(NearestRow, KnowsAHandWorkedExample) {
    for (const Simd simd : available_simd()) {
        const NearestRow rows(std::vector<float>{0, 0, 3, 4, 3, 4, -1, 1}, 2, simd);
        EXPECT_EQ(rows.size(), 4u);
        const float near_second[] = {2, 4};
        EXPECT_EQ(rows.find(near_second).row, 1u); // and not the equal one behind it
        EXPECT_EQ(rows.find(near_second).distance, 1.0f - 20.0f);
        std::vector<float> all;
        rows.distances(near_second, all);
        EXPECT_THAT(all, testing::ElementsAre(0, -19, -19, -2));
    }
}

TEST(NearestRow, FindsWhatAPlainLoopFinds) {
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (const Simd simd : available_simd())
        for (const std::size_t width : {1u, 2u, 4u, 8u, 33u, 128u})
            for (const std::size_t count : {1u, 63u, 64u, 65u, 256u}) {
                std::vector<float> rows(count * width), vector(width);
                for (auto& value : rows)
                    value = normal(random);
                const NearestRow nearest(rows, width, simd);
                for (int query = 0; query < 20; ++query) {
                    for (auto& value : vector)
                        value = normal(random);
                    std::vector<double> distances;
                    for (std::size_t row = 0; row < count; ++row) {
                        double sum = 0;
                        for (std::size_t h = 0; h < width; ++h)
                            sum += std::pow(double{rows[row * width + h]} - vector[h], 2) - double{vector[h]} * vector[h];
                        distances.push_back(sum);
                    }
                    const auto found = nearest.find(vector.data());
                    ASSERT_LT(found.row, count);
                    EXPECT_NEAR(distances[found.row], *std::ranges::min_element(distances), 1e-3);
                    EXPECT_NEAR(found.distance, distances[found.row], 1e-3);
                    std::vector<float> all;
                    nearest.distances(vector.data(), all);
                    ASSERT_EQ(all.size(), count);
                    for (std::size_t row = 0; row < count; ++row)
                        EXPECT_NEAR(all[row], distances[row], 1e-3);
                }
            }
}

TEST(NearestRow, WhatIsNoNumberIsNearNone) {
    const NearestRow rows(std::vector<float>{1, 2, 3}, 1);
    const float none = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(rows.find(&none).row, 0u);
    EXPECT_EQ(rows.find(&none).distance, std::numeric_limits<float>::infinity());
}

} // namespace
} // namespace cameo
