#include "core/index/impact_sums.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace cameo {
namespace {

class ImpactSumsTest : public testing::TestWithParam<Simd> {
protected:
    std::vector<std::uint16_t> random_sums(std::size_t size) {
        std::vector<std::uint16_t> sums(size);
        for (auto& sum : sums)
            sum = m_random() % 3 == 0 ? static_cast<std::uint16_t>(m_random()) : static_cast<std::uint16_t>(m_random() % 4);
        return sums;
    }
    std::mt19937 m_random{3};
};

TEST_P(ImpactSumsTest, ABlockAddsWhatAListAdds) {
    for (const std::size_t size : {32u, 96u, 8192u}) {
        std::vector<std::uint8_t> block(size), impacts;
        std::vector<std::uint16_t> documents;
        for (std::size_t document = 0; document < size; ++document)
            if (m_random() % 2 == 0) {
                block[document] = static_cast<std::uint8_t>(1 + m_random() % 255);
                documents.push_back(static_cast<std::uint16_t>(document));
                impacts.push_back(block[document]);
            }
        for (const std::uint16_t factor : {1, 2, 255, 256, 40'000, 60'000}) {
            std::vector<std::uint16_t> one(size, 7), other(size, 7);
            add_block(one, block, factor, GetParam());
            add_list(other, documents, impacts, factor);
            EXPECT_EQ(one, other) << "factor " << factor;
        }
    }
}

// What a search relies on: no posting adds less than its share, or more than 1 above it.
TEST(ImpactSums, SharesAreNeverBelow) {
    for (std::uint32_t impact = 1; impact <= 255; ++impact)
        for (std::uint32_t factor = 1; factor <= 65'535; factor += 13) {
            const double exact = static_cast<double>(impact * factor) / 256;
            const auto added = share(static_cast<std::uint8_t>(impact), factor);
            ASSERT_GT(added, exact);
            ASSERT_LE(added, exact + 1);
        }
}

TEST_P(ImpactSumsTest, CountsAndTakes) {
    for (const std::size_t size : {32u, 64u, 8192u}) {
        const auto sums = random_sums(size);
        for (const std::uint16_t least : {1, 2, 3, 1'000, 32'767, 32'768, 65'535}) {
            std::vector<Summed> right, taken;
            auto left = sums;
            for (std::size_t document = 0; document < size; ++document)
                if (sums[document] >= least) {
                    right.push_back({static_cast<std::uint16_t>(document), sums[document]});
                    left[document] = 0;
                }
            EXPECT_EQ(count_at_least(sums, least, GetParam()), right.size());
            auto changed = sums;
            take_at_least(changed, least, taken, GetParam());
            EXPECT_EQ(taken, right);
            EXPECT_EQ(changed, left);
        }
    }
}

TEST_P(ImpactSumsTest, FindsTheSumOfTheBest) {
    for (int round = 0; round < 50; ++round) {
        auto sums = random_sums(512);
        if (round == 0) std::ranges::fill(sums, std::uint16_t{65'535}); // all of them tie
        const std::size_t reached = count_at_least(sums, 1), wanted = 1 + m_random() % reached;
        const auto sum = sum_of_best(sums, 1, wanted, GetParam());
        EXPECT_GE(count_at_least(sums, sum), wanted);
        const bool many = sum < 65'535 && count_at_least(sums, sum) > wanted + wanted / 4;
        EXPECT_TRUE(!many || count_at_least(sums, static_cast<std::uint16_t>(sum + 1)) < wanted) << "a step could tell more apart";
    }
}

INSTANTIATE_TEST_SUITE_P(Simd, ImpactSumsTest, testing::ValuesIn(available_simd()));

} // namespace
} // namespace cameo
