#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include <sys/resource.h>
#include <sys/stat.h>

namespace cameo {
namespace {

std::string read(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

TEST(AtomicFile, IsThereWholeAfterCommit) {
    TemporaryFolder folder;
    AtomicFile file(folder / "a");
    file.write("one ");
    file.write("two");
    EXPECT_FALSE(std::filesystem::exists(folder / "a"));
    file.commit();
    EXPECT_EQ(read(folder / "a"), "one two");
}

TEST(AtomicFile, LeavesTheOldFileAndNothingElseWithoutCommit) {
    TemporaryFolder folder;
    std::ofstream(folder / "a") << "old";
    { AtomicFile(folder / "a").write("new"); }
    EXPECT_EQ(read(folder / "a"), "old");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

// All of them were 0644: with a umask of 077 everybody could read them, and one that was made private was not any more.
TEST(AtomicFile, IsOpenToWhomTheUmaskOrTheOldOneSays) {
    using std::filesystem::perms;
    TemporaryFolder folder;
    const auto mode = [](const std::filesystem::path& file) { return std::filesystem::status(file).permissions(); };
    const auto written = [&](const char* name) {
        AtomicFile file(folder / name);
        EXPECT_EQ(mode(file.temporary_path()) & perms::others_all, perms::none);
        file.write("new");
        file.commit();
        return mode(folder / name);
    };
    const ::mode_t before = ::umask(077);
    EXPECT_EQ(written("new"), perms{0600});
    ::umask(027);
    EXPECT_EQ(written("other"), perms{0640});
    ::umask(022);
    for (const unsigned own : {0600U, 0640U, 0400U}) {
        std::filesystem::permissions(folder / "new", perms{own});
        EXPECT_EQ(written("new"), perms{own});
    }
    ::umask(before);
}

TEST(AtomicFile, SaysWhichFileCannotBeMade) {
    TemporaryFolder folder;
    const auto target = folder / "missing" / "a";
    try {
        AtomicFile file(target);
        FAIL() << "a file in a missing folder was made";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::Environment);
        EXPECT_THAT(error.what(), ::testing::HasSubstr(target.string()));
    }
}

/// Runs in a process of its own: a limit on the file size stands in for a full disk, and it cannot be taken back.
int exit_code_of_a_write_beyond_the_limit(const std::filesystem::path& target) {
    const rlimit limit{1024, 1024};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
        AtomicFile file(target);
        file.write(std::string(4096, 'x'));
        return 2;
    } catch (const Error& error) {
        return error.kind() == ErrorKind::Environment && read(target) == "old" ? 0 : 3;
    }
}

TEST(AtomicFile, SaysThatTheDiskIsFullAndKeepsTheOldFile) {
    TemporaryFolder folder;
    std::ofstream(folder / "a") << "old";
    EXPECT_EXIT(std::exit(exit_code_of_a_write_beyond_the_limit(folder / "a")), ::testing::ExitedWithCode(0), "");
}

TEST(SyncToDisk, NamesWhatIsMissing) {
    TemporaryFolder folder;
    EXPECT_THROW(sync_to_disk(folder / "nothing"), Error);
}

} // namespace
} // namespace cameo
