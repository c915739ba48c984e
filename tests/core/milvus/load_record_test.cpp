#include "core/milvus/load_record.hpp"

#include "tests/support/hashed_model.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sys/resource.h>

namespace cameo {
namespace {

class LoadRecordTest : public testing::Test {
protected:
    std::shared_ptr<const Shard> shard(std::int64_t first, const std::vector<std::string>& texts) {
        std::vector<std::vector<Representation>> documents;
        for (const auto& text : texts) documents.push_back(m_model.encode_one(text));
        const auto path = m_folder / ("shard" + std::to_string(first));
        write_shard(path, {first, static_cast<std::int64_t>(texts.size()), "1", 77, m_experts}, documents);
        return Shard::open(path);
    }

    HashedModel m_model;
    std::vector<StoredExpert> m_experts = stored_experts(m_model);
    TemporaryFolder m_folder;
};

TEST_F(LoadRecordTest, IsReadAsItWasWritten) {
    LoadRecord record("there", m_experts);
    record.begun = 100;
    record.add(*shard(2, {"w5"}));
    record.add(*shard(0, {"w1 w2", "w1"}));
    record.write(m_folder.path());
    const auto read = LoadRecord::read(m_folder.path(), "there", m_experts);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->begun, 100);
    EXPECT_EQ(read->batches, (std::vector<LoadRecord::Batch>{{0, 2, 77}, {2, 1, 77}}));
    EXPECT_EQ(read->documents(), 3);
    EXPECT_EQ(read->tallies[1].entries, 4);
    EXPECT_EQ(read->tallies[0].postings, record.tallies[0].postings);
    const auto first = m_model.encode_one("w1")[0].sparse.terms.front();
    EXPECT_EQ(read->tallies[0].postings[static_cast<std::size_t>(first)], 2);
    EXPECT_GT(read->tallies[2].longest, 0);
    EXPECT_EQ(read->tallies[2].longest, record.tallies[2].longest);
}

TEST_F(LoadRecordTest, CountsABatchThatWasLostOnce) {
    LoadRecord record("there", m_experts);
    const auto batch = shard(0, {"w1 w2", "w1"});
    record.add(*batch);
    record.forget(record.batches.front());
    EXPECT_EQ(record.documents(), 0);
    record.add(*batch);
    EXPECT_EQ(record.documents(), 2);
    EXPECT_EQ(record.tallies[1].entries, 3);
}

TEST_F(LoadRecordTest, IsNoneOfAnotherCollectionOrWhenDamaged) {
    LoadRecord record("there", m_experts);
    record.write(m_folder.path());
    EXPECT_FALSE(LoadRecord::read(m_folder.path(), "elsewhere", m_experts));
    EXPECT_FALSE(LoadRecord::read(m_folder.path(), "there", std::vector<StoredExpert>(m_experts.begin(), m_experts.begin() + 1)));
    std::ofstream(LoadRecord::path(m_folder.path()), std::ios::app) << "more";
    EXPECT_FALSE(LoadRecord::read(m_folder.path(), "there", m_experts));
    std::filesystem::remove(LoadRecord::path(m_folder.path()));
    EXPECT_FALSE(LoadRecord::read(m_folder.path(), "there", m_experts));
}

long most_kilobytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

// The description's width was believed, and 16 GB taken for it, before the file was found to be another's.
TEST_F(LoadRecordTest, TakesNoMemoryThatItsFileDoesNotHave) {
    LoadRecord("there", m_experts).write(m_folder.path());
    auto wide = m_experts;
    wide[0].width = 1 << 27; // a gigabyte of counts
    const auto before = most_kilobytes();
    EXPECT_FALSE(LoadRecord::read(m_folder.path(), "there", wide));
    EXPECT_LT(most_kilobytes() - before, 200'000);
}

} // namespace
} // namespace cameo
