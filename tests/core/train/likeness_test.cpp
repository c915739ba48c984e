#include "core/train/likeness.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace cameo {
namespace {

TEST(Likeness, IsTheCorrelationOfEachPair) {
    const std::vector<std::string> experts{"lexical", "local", "global"};
    // Two that succeed on the same queries, and one that succeeds where they fail.
    const std::vector<std::vector<double>> measured{{1, 0.5, 0, 0}, {0.5, 0.25, 0, 0}, {0, 0, 0.5, 1}};
    const auto found = likeness(experts, measured);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].name, "experts.alike");
    EXPECT_EQ(found[1].name, "experts.alike.most");
    // Sums of squares about the means: 0.6875 for the first and the third; of their product -0.5625.
    EXPECT_NEAR(found[0].value, (1 - 2 * 0.5625 / 0.6875) / 3, 1e-12);
    EXPECT_NEAR(found[1].value, 1, 1e-12);
}

TEST(Likeness, LeavesTheGateOutAndWhatDoesNotVary) {
    const std::vector<std::string> routed{"gate", "expert 1", "expert 2"};
    EXPECT_NEAR(likeness(routed, std::vector<std::vector<double>>{{0, 1, 0}, {0, 1, 0}, {1, 0, 1}})[1].value, -1, 1e-12);
    EXPECT_TRUE(likeness(routed, std::vector<std::vector<double>>{{0, 1, 0}, {0, 1, 0}, {1, 1, 1}}).empty());
    EXPECT_TRUE(likeness(std::vector<std::string>{"local"}, std::vector<std::vector<double>>{{0, 1, 0}}).empty());
}

} // namespace
} // namespace cameo
