#include "core/base/error.hpp"
#include "sessions/database.hpp"
#include "sessions/session.hpp"
#include "tests/sessions/session_samples.hpp"
#include "tests/support/child.hpp"
#include "tests/support/said.hpp"

#include <csignal>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace cameo {
namespace {

using testing::HasSubstr;

TEST_F(SessionFile, AKilledProcessLosesNothingThatWasSaved) {
    const pid_t child = ::fork();
    if (child == 0) {
        const auto session = Session::open_or_create(m_file);
        session->save_state(some_state());
        session->add_trace(entry(1), "bytes");
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(std::filesystem::exists(m_file.string() + "-wal"));
    const auto session = Session::open_or_create(m_file);
    EXPECT_EQ(session->state(), some_state());
    EXPECT_EQ(session->trace("t1"), "bytes");
}

// Opening it a second time took away the first one's locks, so that another process that closed it believed
// to be the last, removed the log and with it whatever the first wrote from then on.
TEST_F(SessionFile, OpeningItTwiceKeepsTheFirstOnesLocks) {
    Session::open_or_create(m_file);
    int start[2];
    ASSERT_EQ(::pipe(start), 0);
    const pid_t child =
        ::fork(); // before SQLite has the file open here: the child's SQLite shall know nothing of it
    if (child == 0) {
        char byte = 0;
        if (::read(start[0], &byte, 1) != 1) ::_exit(1);
        Session::open(m_file)->add_trace(entry(1), "theirs");
        ::_exit(0);
    }
    const auto session = Session::open(m_file);
    session->add_trace(entry(2), "before");
    Session::open(m_file)->traces(0, 10);
    ASSERT_EQ(::write(start[1], "x", 1), 1);
    EXPECT_TRUE(succeeded(child));
    EXPECT_TRUE(std::filesystem::exists(m_file.string() + "-wal")) << "it is in use here";
    session->add_trace(entry(3), "after");
    EXPECT_EQ(session->trace_count(), 3u);
    EXPECT_EQ(Session::open(m_file, SessionAccess::ReadOnly)->trace("t3"), "after");
    ::close(start[0]);
    ::close(start[1]);
}

TEST_F(SessionFile, SaysWhenAnotherProgramHoldsIt) {
    const auto session = Session::open_or_create(m_file);
    SQLite::Database other(m_file.string(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    EXPECT_THAT(error_of([&] { session->save_state(some_state()); }),
                HasSubstr("is in use by another program"));
    other.exec("COMMIT");
    EXPECT_TRUE(session->save_state(some_state())) << "and is none the worse";
}

TEST_F(SessionFile, RefusesWhatIsNoSession) {
    EXPECT_THAT(error_of([&] { Session::open(m_file); }), HasSubstr("there is no such session"));
    std::filesystem::create_directories(m_file.parent_path());
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file.parent_path()); }), HasSubstr("is not a file"));
    std::ofstream(m_file) << "text";
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file); }), HasSubstr("is not a session of Cameo"));
    EXPECT_EQ(bytes_of(m_file), "text");
    std::ofstream(m_file, std::ios::trunc);
    EXPECT_EQ(Session::open_or_create(m_file)->trace_count(), 0u) << "an empty file is a new session";
}

TEST_F(SessionFile, DamageIsOneSentence) {
    {
        const auto session = Session::open_or_create(m_file);
        session->save_state(some_state());
        std::string noise;
        for (std::uint32_t number = 1; noise.size() < 3000; number = number * 1664525 + 1013904223)
            noise += static_cast<char>(number >> 24);
        for (int number = 0; number < 40; ++number)
            session->add_trace(entry(number), noise + std::to_string(number));
    }
    const auto good = bytes_of(m_file);
    int noticed = 0;
    for (std::size_t place = 0; place < good.size(); place += 499) {
        auto bad = good;
        bad[place] = static_cast<char>(~bad[place]);
        std::ofstream(m_file, std::ios::binary | std::ios::trunc) << bad;
        noticed += error_of([&] {
                       const auto session = Session::open_or_create(m_file);
                       session->history(0, 10);
                       for (const auto& trace : session->traces(0, 100))
                           session->trace(trace.id);
                   }) != "no error";
        std::filesystem::remove(m_file.string() + "-wal");
        std::filesystem::remove(m_file.string() + "-shm");
    }
    EXPECT_GT(noticed, static_cast<int>(good.size() / 499 / 2))
        << "most of the file is traces, and they have checksums";
    std::ofstream(m_file, std::ios::binary | std::ios::trunc) << good.substr(0, good.size() / 2);
    EXPECT_THAT(error_of([&] { Session::open_or_create(m_file); }), HasSubstr("is cut off"));
}

TEST_F(SessionFile, NoPermissionIsOneSentence) {
    Session::open_or_create(m_file)->add_trace(entry(1), "bytes");
    const auto folder = m_file.parent_path();
    ::chmod(m_folder.path().c_str(), 0755);
    ::chmod(folder.c_str(), 0555);
    ::chmod(m_file.c_str(), 0444);
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { Session::open_or_create(folder / "new.cameo"); }),
                    "new.cameo: cannot create the file");
    }));
    EXPECT_TRUE(as_nobody([&] {
        return says(error_of([&] { Session::open_or_create(m_file)->save_state(some_state()); }),
                    "read-only for this user");
    }));
    EXPECT_TRUE(
        as_nobody([&] { return Session::open(m_file, SessionAccess::ReadOnly)->trace("t1") == "bytes"; }));
    ::chmod(m_file.c_str(), 0600);
    EXPECT_TRUE(as_nobody([&] {
        return ::geteuid() != 65534 ||
               says(error_of([&] { Session::open_or_create(m_file); }), "cannot be read");
    }));
    ::chmod(folder.c_str(), 0755);
}

TEST_F(SessionFile, AFullDiskIsOneSentenceAndKeepsWhatWasSaved) {
    Session::open_or_create(m_file)->add_trace(entry(1), "bytes");
    const pid_t child = ::fork();
    if (child == 0) {
        // A limit on the size of files stands for the full disk: writes fail in the same place.
        ::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{200'000, 200'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto session = Session::open_or_create(m_file);
        auto state = some_state();
        std::uint32_t number = 1;
        for (int byte = 0; byte < 400'000; ++byte)
            state.layout += static_cast<char>('0' + ((number = number * 1664525 + 1013904223) >> 28));
        const bool said = says(error_of([&] { session->save_state(state); }), "disk is full");
        const bool kept = session->state() == SessionState() && session->trace("t1") == "bytes";
        ::_exit(said && kept && session->save_state(some_state()) ? 0 : 1);
    }
    EXPECT_TRUE(succeeded(child));
    EXPECT_EQ(Session::open(m_file)->state(), some_state());
}

} // namespace
} // namespace cameo
