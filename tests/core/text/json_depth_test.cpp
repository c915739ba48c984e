#include "core/text/json_depth.hpp"

#include <gtest/gtest.h>

#include <string>

namespace cameo {
namespace {

std::string nested(int depth) {
    std::string text;
    for (int level = 0; level < depth; ++level)
        text += level % 2 ? R"({"a":)" : "[";
    text += "1";
    for (int level = depth; level-- > 0;)
        text += level % 2 ? "}" : "]";
    return text;
}

TEST(JsonDepth, CountsListsAndObjects) {
    EXPECT_FALSE(json_too_deep(""));
    EXPECT_FALSE(json_too_deep(nested(64)));
    EXPECT_TRUE(json_too_deep(nested(65)));
    EXPECT_TRUE(json_too_deep(std::string(65, '[')));
}

TEST(JsonDepth, DoesNotCountWhatIsOverOrQuoted) {
    std::string many = "[";
    for (int k = 0; k < 200; ++k)
        many += R"([{}],"[[\"[{",)";
    EXPECT_FALSE(json_too_deep(many + "1]"));
    EXPECT_TRUE(json_too_deep(R"(["\\",)" + std::string(64, '[')));
}

} // namespace
} // namespace cameo
