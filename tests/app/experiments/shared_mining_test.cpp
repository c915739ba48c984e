#include "app/experiments/shared_mining.hpp"

#include "tests/support/temporary_folder.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

namespace cameo {
namespace {

namespace fs = std::filesystem;

class SharedMiningTest : public testing::Test {
protected:
    /// What a training leaves of its first round.
    void mine(const std::string& training) const {
        fs::create_directories(m_folder.path() / training / "mined/000000/index");
        std::ofstream(m_folder.path() / training / "mined/000000/index/shard") << "documents";
        std::ofstream(m_folder.path() / training / "mined/000000/lists.sections") << "lists";
    }
    SharedMining shared(const std::string& training, const Recipe& recipe) const {
        return {m_folder.path() / "from", m_folder.path() / training, recipe};
    }
    fs::path mined(const std::string& training, const std::string& file) const { return m_folder.path() / training / "mined/000000" / file; }

    TemporaryFolder m_folder;
};

TEST_F(SharedMiningTest, ServesTrainingsThatDifferInTheirCompetitionOnly) {
    Recipe one, two;
    one.competition_temperature = 3;
    one.name = "one";
    two.competition = "negative";
    fs::create_directories(m_folder.path() / "from");
    shared("one", one).lend(); // nothing there yet
    EXPECT_FALSE(fs::exists(m_folder.path() / "one"));
    mine("one");
    shared("one", one).keep();
    EXPECT_FALSE(fs::exists(mined("one", "lists.sections")));
    shared("two", two).lend();
    EXPECT_TRUE(fs::exists(mined("two", "lists.sections")));
    EXPECT_EQ(fs::hard_link_count(mined("two", "index/shard")), 2u);
    EXPECT_FALSE(fs::exists(mined("two", "recipe.json")));
    fs::remove_all(m_folder.path() / "two/mined");
    shared("two", two).keep(); // it has nothing left to keep
    shared("three", two).lend();
    EXPECT_TRUE(fs::exists(mined("three", "lists.sections")));
    shared("three", two).forget();
    EXPECT_TRUE(fs::is_empty(m_folder.path() / "from"));
}

TEST_F(SharedMiningTest, LendsTheIndexAloneToAnotherRecipe) {
    Recipe one, two;
    two.negatives_depth = one.negatives_depth + 1;
    fs::create_directories(m_folder.path() / "from");
    mine("one");
    shared("one", one).keep();
    shared("two", two).lend();
    EXPECT_TRUE(fs::exists(mined("two", "index/shard")));
    EXPECT_FALSE(fs::exists(mined("two", "lists.sections")));
}

} // namespace
} // namespace cameo
