#include "app/trainings/start_training.hpp"

#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <sys/resource.h>

namespace cameo {
namespace {

namespace fs = std::filesystem;

/// The kernel kills it as it begins to write the recipe.
void make_and_be_killed(const fs::path& folder) {
    const rlimit none{0, 0};
    std::signal(SIGXFSZ, SIG_DFL);
    ::setrlimit(RLIMIT_CORE, &none);
    ::setrlimit(RLIMIT_FSIZE, &none);
    make_training({}, folder);
}

// What was killed in the midst of it left an empty folder, which no list had and whose name was refused for ever.
TEST(MakeTraining, KilledItLeavesItsNameFree) {
    const TemporaryFolder scratch;
    const ScopedVariable home("CAMEO_HOME", scratch.path().c_str());
    const fs::path folder = trainings_library() / "one";
    EXPECT_EXIT(make_and_be_killed(folder), testing::KilledBySignal(SIGXFSZ), "");
    EXPECT_FALSE(fs::exists(folder));
    make_training({}, folder);
    EXPECT_TRUE(fs::exists(folder / "recipe.json"));
    EXPECT_EQ(std::distance(fs::directory_iterator(trainings_library()), {}), 1) << "and nothing of it stays";
    EXPECT_THROW(make_training({}, folder), Error);
}

} // namespace
} // namespace cameo
