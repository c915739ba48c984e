#include "core/base/ignoring_case.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

TEST(IgnoringCase, FindsAsciiLettersOfEitherCase) {
    EXPECT_EQ(find_ignoring_case("Emacs and Vim", "VIM"), 10u);
    EXPECT_EQ(find_ignoring_case("vim", "vi"), 0u);
    EXPECT_EQ(find_ignoring_case("vim", "vims"), std::string_view::npos);
    EXPECT_EQ(find_ignoring_case("", ""), 0u);
    EXPECT_EQ(find_ignoring_case("vim", ""), 0u);
    EXPECT_TRUE(contains_ignoring_case("na\u00EFve", "\u00EF"));
    EXPECT_FALSE(contains_ignoring_case("\u00C4", "\u00E4")); // letters beyond ASCII as they are
    EXPECT_FALSE(contains_ignoring_case("[", "{"));
}

} // namespace
} // namespace cameo
