// The program itself, as a script starts it for a picture. Needs a display with OpenGL 3.3 (Xvfb will do).

#include "tests/support/temporary_folder.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>
#include <sys/wait.h>

namespace cameo {
namespace {

using testing::HasSubstr;

struct Taken {
    int code;
    std::string err;
};

Taken take(const std::filesystem::path& session, const std::filesystem::path& folder) {
    const std::string at = folder.string();
    const int status = std::system(("CAMEO_HOME='" + at + "/home' '" CAMEO_PROGRAM "' '" + session.string() + "' --screenshot '" + at + "/a.png' --size 640x400 >/dev/null 2>'" + at + "/err'").c_str());
    std::stringstream err;
    err << std::ifstream(folder / "err").rdbuf();
    return {WEXITSTATUS(status), err.str()};
}

TEST(Screenshot, OfWhatIsNoSessionFails) {
    if (!std::getenv("DISPLAY")) GTEST_SKIP() << "no display";
    const TemporaryFolder folder;
    const auto file = folder.path() / "notes.cameo";
    std::ofstream(file) << "no database";
    const Taken taken = take(file, folder.path());
    EXPECT_EQ(taken.code, 1);
    EXPECT_THAT(taken.err, HasSubstr("notes.cameo"));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "a.png"));
}

TEST(Screenshot, OfANewSessionIsTaken) {
    if (!std::getenv("DISPLAY")) GTEST_SKIP() << "no display";
    const TemporaryFolder folder;
    const Taken taken = take(folder.path() / "new.cameo", folder.path());
    EXPECT_EQ(taken.code, 0) << taken.err;
    EXPECT_TRUE(std::filesystem::exists(folder.path() / "a.png"));
}

} // namespace
} // namespace cameo
