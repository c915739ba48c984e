#include "app/trainings/turn.hpp"

#include "core/base/folder_lock.hpp"
#include "core/base/folders.hpp"
#include "tests/support/child.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace cameo {
namespace {

namespace fs = std::filesystem;

class Turns : public testing::Test {
protected:
    fs::path folder(const std::string& name) const {
        const fs::path at = folders().data / "trainings" / name;
        fs::create_directories(at);
        return at;
    }
    TemporaryFolder m_scratch;
    ScopedVariable m_variable{"CAMEO_HOME", m_scratch.path().c_str()};
};

TEST_F(Turns, ComeOneAfterTheOther) {
    const auto one = folder("one"), two = folder("two"), three = folder("three");
    auto first = std::make_unique<Turn>(one);
    EXPECT_TRUE(first->waits_for().empty());
    Turn second(two);
    EXPECT_EQ(second.waits_for(), one);
    Turn third(three);
    EXPECT_EQ(third.waits_for(), two);
    EXPECT_TRUE(wait_of(three).queued);
    EXPECT_EQ(wait_of(three).behind, two);
    first.reset();
    EXPECT_TRUE(second.waits_for().empty());
    EXPECT_EQ(third.waits_for(), two);
    EXPECT_FALSE(wait_of(one).queued);
}

TEST_F(Turns, WaitForOneThatTrainsWithoutHavingWaited) {
    const auto by_hand = folder("by hand");
    Turn turn(folder("one"));
    {
        const FolderLock lock(by_hand, "");
        EXPECT_EQ(turn.waits_for(), by_hand);
    }
    EXPECT_TRUE(turn.waits_for().empty());
    const FolderLock own(folder("one"), "");
    EXPECT_TRUE(turn.waits_for().empty()) << "nobody waits for himself";
}

TEST_F(Turns, CanBeWithdrawn) {
    const auto one = folder("one"), two = folder("two");
    Turn first(one), second(two);
    EXPECT_TRUE(withdraw(one));
    EXPECT_FALSE(withdraw(one));
    EXPECT_TRUE(first.is_withdrawn());
    EXPECT_TRUE(first.waits_for().empty());
    EXPECT_TRUE(second.waits_for().empty());
    EXPECT_FALSE(second.is_withdrawn());
}

// Each took the other's file for its own: of two that waited for the same training, one of which was withdrawn.
TEST_F(Turns, OfTheSameTrainingAreTwo) {
    const auto before = folder("before"), one = folder("one");
    auto ahead = std::make_unique<Turn>(before);
    const Turn first(one), second(one);
    EXPECT_EQ(first.waits_for(), before);
    EXPECT_EQ(second.waits_for(), one);
    EXPECT_TRUE(withdraw(one));
    EXPECT_TRUE(first.is_withdrawn());
    EXPECT_TRUE(first.waits_for().empty());
    EXPECT_FALSE(second.is_withdrawn());
    EXPECT_EQ(second.waits_for(), before);
}

TEST_F(Turns, OfADeadProcessAreVoid) {
    const auto dead = folder("dead"), one = folder("one");
    const pid_t child = ::fork();
    if (child == 0) {
        const Turn turn(dead);
        ::_exit(0); // as a kill would: its file stays
    }
    ASSERT_TRUE(succeeded(child));
    Turn turn(one);
    EXPECT_TRUE(turn.waits_for().empty());
    EXPECT_FALSE(wait_of(dead).queued);
}

} // namespace
} // namespace cameo
