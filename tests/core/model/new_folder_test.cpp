#include "core/model/new_folder.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <atomic>
#include <thread>

namespace cameo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDead = "999999999"; ///< more than a process id can be

std::vector<std::string> names_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

TEST(NewFolder, IsThereAfterCommitOnly) {
    const TemporaryFolder home;
    {
        const NewFolder lost(home / "mine");
        write_file(lost.path() / "a/b", "1");
        EXPECT_FALSE(fs::exists(home / "mine"));
    }
    EXPECT_TRUE(fs::is_empty(home.path()));
    NewFolder kept(home / "mine");
    write_file(kept.path() / "a/b", "1");
    kept.commit();
    EXPECT_EQ(read_file(home / "mine/a/b"), "1");
    EXPECT_EQ(names_in(home.path()), std::vector<std::string>{"mine"});
}

// The old folder was moved away before the new one was moved in: in between there was none, and a crash there left
// none for good.
TEST(NewFolder, ThereIsOneAtEveryMomentOfAReplacement) {
    const TemporaryFolder home;
    write_file(home / "mine/model.json", "0");
    std::atomic<bool> missed{false};
    std::jthread reader([&](const std::stop_token& stop) {
        while (!stop.stop_requested())
            if (!fs::exists(home / "mine/model.json"))
                missed = true;
    });
    for (int round = 1; round <= 30; ++round) {
        NewFolder next(home / "mine");
        write_file(next.path() / "model.json", std::to_string(round));
        next.commit();
    }
    reader.request_stop();
    reader.join();
    EXPECT_FALSE(missed);
    EXPECT_EQ(read_file(home / "mine/model.json"), "30");
    EXPECT_EQ(names_in(home.path()), std::vector<std::string>{"mine"});
}

// What a killed import had written stayed for ever, as large as its model.
TEST(NewFolder, SweepsWhatTheDeadHaveLeft) {
    const TemporaryFolder home;
    const std::string alive = ".other." + std::to_string(::getppid());
    write_file(home / (std::string(".other.") + kDead) / "x", "");
    write_file(home / (std::string(".gone.") + kDead + ".old") / "x", "kept");
    write_file(home / (std::string(".here.") + kDead + ".old") / "x", "");
    write_file(home / "here/x", "");
    write_file(home / alive / "x", "");
    write_file(home / ".settings/x", "");
    { const NewFolder any(home / "mine"); }
    EXPECT_EQ(names_in(home.path()), (std::vector<std::string>{alive, ".settings", "gone", "here"}));
    EXPECT_EQ(read_file(home / "gone/x"), "kept") << "the one that was to be replaced is all there is";
}

} // namespace
} // namespace cameo
