#include "core/model/new_folder.hpp"

#include "core/base/this_machine.hpp"
#include "tests/core/model/model_fixtures.hpp"
#include "tests/support/child.hpp"

#include <atomic>
#include <thread>

namespace cameo {
namespace {

namespace fs = std::filesystem;

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

// All the work was done, and then the folder before the name, "", could not be synced.
TEST(NewFolder, MayBeNamedWithoutTheFolderThatItLiesIn) {
    const TemporaryFolder home;
    const fs::path before = fs::current_path();
    fs::current_path(home.path());
    EXPECT_NO_THROW({
        NewFolder kept("mine");
        write_file(kept.path() / "a", "1");
        kept.commit();
    });
    fs::current_path(before);
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

/// As a kill would leave it: a file "x" in the folder that was to be.   @return where it lies
fs::path left_by_the_dead(const fs::path& target) {
    int told[2];
    EXPECT_EQ(::pipe(told), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const NewFolder made(target);
        write_file(made.path() / "x", "made");
        const std::string& path = made.path().native();
        ::_exit(::write(told[1], path.data(), path.size()) == ssize_t(path.size()) ? 0 : 1);
    }
    EXPECT_TRUE(succeeded(child));
    std::string path(4096, '\0');
    path.resize(std::size_t(::read(told[0], path.data(), path.size())));
    ::close(told[0]), ::close(told[1]);
    return path;
}

// What a killed import had written stayed for ever, as large as its model.
TEST(NewFolder, SweepsWhatTheDeadHaveLeft) {
    const TemporaryFolder home;
    const auto old_of = [&](const char* name) {
        const fs::path left = left_by_the_dead(home / name);
        fs::rename(left, left.string() + ".old");
    };
    old_of("gone");
    old_of("here");
    write_file(home / "here/x", "");
    left_by_the_dead(home / "other");
    const NewFolder alive(home / "alive");
    { const NewFolder any(home / "mine"); }
    EXPECT_EQ(names_in(home.path()), (std::vector<std::string>{alive.path().filename().string(), "gone", "here"}));
    EXPECT_EQ(read_file(home / "gone/x"), "made") << "the one that was to be replaced is all there is";
}

// Between the two renames of somebody who lives there is no target: nobody else may put the old one back.
TEST(NewFolder, LeavesTheOldOneToWhoeverReplacesIt) {
    const TemporaryFolder home;
    const NewFolder alive(home / "mine");
    write_file(alive.path().string() + ".old/x", "");
    sweep_new_folders(home.path());
    EXPECT_TRUE(fs::exists(alive.path().string() + ".old/x"));
}

// It swept whatever was named ".SOMETHING.NUMBER", in every folder that a person named: an export to ~/model took
// ~/.env.20240501 away.
TEST(NewFolder, SweepsNothingOfOthers) {
    const TemporaryFolder home;
    const std::string here = ".cameo-new-" + this_machine() + "-";
    const std::vector<std::string> others{".config.999999999", ".env.20240501.old", ".mine" + here + "notes", ".mine.cameo-new-elsewhere!-0123456789ab",
                                          here + "0123456789ab", "mine" + here + "0123456789ab"};
    for (const auto& name : others)
        write_file(home / name / "x", "");
    write_file(home / ".viminfo.41234", "");
    { const NewFolder any(home / "mine"); }
    for (const auto& name : others)
        EXPECT_TRUE(fs::exists(home / name / "x")) << name;
    EXPECT_TRUE(fs::exists(home / ".viminfo.41234"));
}

} // namespace
} // namespace cameo
