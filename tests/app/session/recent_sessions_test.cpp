#include "app/session/recent_sessions.hpp"
#include "tests/support/temporary_folder.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
namespace fs = std::filesystem;

struct Recent : testing::Test {
    TemporaryFolder folder;
    RecentSessions recent{folder / "state" / "recent"};
    fs::path session(const std::string& name) {
        std::ofstream(folder / name) << "x";
        return folder / name;
    }
};

TEST_F(Recent, LastOneFirstAndEachOnce) {
    EXPECT_THAT(recent.list(), IsEmpty());
    const fs::path a = session("a.cameo"), b = session("b &\t% é.cameo");
    EXPECT_THAT(recent.opened(a), ElementsAre(a));
    EXPECT_THAT(recent.opened(b), ElementsAre(b, a));
    EXPECT_THAT(recent.opened(folder / "." / "a.cameo"), ElementsAre(a, b));
    EXPECT_THAT(recent.list(), ElementsAre(a, b));
    fs::remove(a);
    EXPECT_THAT(recent.list(), ElementsAre(b)) << "what is gone is not offered";
}

TEST_F(Recent, KeepsAFewAndReadsNothingStrange) {
    for (std::size_t number = 0; number < RecentSessions::kMost + 5; ++number) recent.opened(session("s" + std::to_string(number)));
    EXPECT_EQ(recent.list().size(), RecentSessions::kMost);
    std::ofstream(folder / "state" / "recent", std::ios::binary) << "relative\n/does/not/exist\n" << std::string(100000, '/') << "\n" << (folder / "s1").string() << "\n" << std::string("\0\xff\n", 3);
    EXPECT_THAT(recent.list(), ElementsAre(folder / "s1"));
    const auto before = recent.list();
    EXPECT_EQ(recent.opened(folder / "two\nlines"), before);
}

} // namespace
} // namespace cameo
