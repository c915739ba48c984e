#include "app/typed_path.hpp"

#include <cstdlib>
#include <gtest/gtest.h>

namespace cameo {
namespace {

// "~/finding.cameo" was looked for in a folder called "~".
TEST(TypedPath, StartsAtHomeWhereAShellWould) {
    ::setenv("HOME", "/home/me", 1);
    EXPECT_EQ(typed_path("~/a/b.cameo"), "/home/me/a/b.cameo");
    EXPECT_EQ(typed_path(" ~/b.cameo\n"), "/home/me/b.cameo");
    EXPECT_EQ(typed_path("/tmp/~/b.cameo"), "/tmp/~/b.cameo");
    EXPECT_EQ(typed_path("~other/b.cameo"), "~other/b.cameo");
    EXPECT_EQ(typed_path("b c.cameo"), "b c.cameo");
    EXPECT_EQ(typed_path("  "), "");
}

} // namespace
} // namespace cameo
