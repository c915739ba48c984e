#include "core/model/vectors/vector_store.hpp"

#include "core/model/vectors/vector_cache.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <csignal>
#include <gmock/gmock.h>
#include <sys/resource.h>
#include <thread>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::size_t kWidth = 3;
constexpr std::size_t kRecord = 24 + 4 * kWidth, kHeader = 40;
const std::string kMaker = "0123456789abcdef";

TextKey key(int number) {
    const std::vector<std::int32_t> ids{101, number, 102};
    return text_key(ids, ids.size());
}
std::vector<float> row(int number) { return {float(number), 0.5f, -float(number)}; }

class VectorStoreTest : public testing::Test {
protected:
    std::unique_ptr<VectorStore> open(std::uintmax_t most = 1 << 20, const std::string& maker = kMaker, std::size_t width = kWidth) {
        return std::make_unique<VectorStore>(m_file, maker, width, most, [this](const std::string& sentence) { m_told.push_back(sentence); });
    }
    void fill(int first, int last) {
        const auto store = open();
        for (int number = first; number < last; ++number) store->add({{key(number)}}, row(number));
    }
    static bool has(VectorStore& store, int number) {
        std::vector<float> found(kWidth);
        if (!store.find({{key(number)}}, found)[0]) return false;
        EXPECT_EQ(found, row(number));
        return true;
    }
    static int count(VectorStore& store, int most = 1000) {
        int found = 0;
        for (int number = 0; number < most; ++number) found += has(store, number);
        return found;
    }
    void damage(std::size_t at) {
        auto bytes = read_file(m_file);
        bytes.at(at) = char(bytes[at] ^ 1);
        write_file(m_file, bytes);
    }

    TemporaryFolder m_folder;
    std::filesystem::path m_file = m_folder / "made.vectors";
    std::vector<std::string> m_told;
};

TEST_F(VectorStoreTest, KeysTellIdsAndWhatIsAttendedToApart) {
    const std::vector<std::int32_t> ids{1, 2, 3}, others{1, 2, 4}, shorter{1, 2};
    EXPECT_EQ(text_key(ids, 3), text_key(ids, 3));
    EXPECT_NE(text_key(ids, 3), text_key(ids, 2));
    EXPECT_NE(text_key(ids, 3), text_key(others, 3));
    EXPECT_NE(text_key(ids, 2), text_key(shorter, 2));
}

TEST_F(VectorStoreTest, FindsWhatItWasGivenAlsoTheNextTime) {
    {
        const auto store = open();
        std::vector<float> rows(3 * kWidth, -7);
        EXPECT_THAT(store->find({{key(1), key(2), key(3)}}, rows), ElementsAre(false, false, false));
        EXPECT_EQ(rows, std::vector<float>(3 * kWidth, -7)); // what is not found stays as it was
        store->add({{key(1)}}, row(1));
        store->add({{key(3)}}, row(3));
        EXPECT_THAT(store->find({{key(1), key(2), key(3)}}, rows), ElementsAre(true, false, true)); // not written yet
    }
    EXPECT_EQ(std::filesystem::file_size(m_file), kHeader + 2 * kRecord);
    const auto again = open();
    EXPECT_TRUE(has(*again, 1));
    EXPECT_FALSE(has(*again, 2));
    EXPECT_TRUE(has(*again, 3));
    EXPECT_THAT(m_told, SizeIs(0));
}

TEST_F(VectorStoreTest, TheSameTextIsKeptOnce) {
    fill(0, 5);
    fill(0, 5);
    EXPECT_EQ(std::filesystem::file_size(m_file), kHeader + 5 * kRecord);
}

TEST_F(VectorStoreTest, ADamagedVectorIsMissingUntilItIsAddedAgain) {
    fill(0, 5);
    damage(kHeader + 2 * kRecord + 30);
    EXPECT_EQ(count(*open()), 4);
    {
        const auto store = open();
        EXPECT_FALSE(has(*store, 2));
        store->add({{key(2)}}, row(2));
    }
    EXPECT_EQ(count(*open()), 5);
}

TEST_F(VectorStoreTest, HalfARecordAtTheEndIsCutOff) {
    fill(0, 5);
    for (const std::size_t left : {kRecord - 1, std::size_t{3}}) {
        std::filesystem::resize_file(m_file, kHeader + 4 * kRecord + left);
        EXPECT_EQ(count(*open()), 4);
        fill(4, 5);
        EXPECT_EQ(std::filesystem::file_size(m_file), kHeader + 5 * kRecord);
        EXPECT_EQ(count(*open()), 5);
    }
}

TEST_F(VectorStoreTest, AFileOfAnotherVersionOrMakerIsMadeAgain) {
    for (const std::size_t at : {0, 8, 12, 16, 33}) { // magic, version, width, maker, checksum
        fill(0, 5);
        damage(at);
        EXPECT_EQ(count(*open()), 0) << at;
        EXPECT_EQ(std::filesystem::file_size(m_file), kHeader);
    }
    fill(0, 5);
    open(1 << 20, "fedcba9876543210");
    EXPECT_EQ(std::filesystem::file_size(m_file), kHeader);
    fill(0, 5);
    open(1 << 20, kMaker, kWidth + 1);
    EXPECT_EQ(std::filesystem::file_size(m_file), kHeader);
    for (const std::size_t size : {0, 1, 39}) {
        fill(0, 5);
        std::filesystem::resize_file(m_file, size);
        EXPECT_EQ(count(*open()), 0) << size;
    }
}

TEST_F(VectorStoreTest, OthersFindWhatWasAppendedMeanwhile) {
    const auto reader = open(), writer = open();
    EXPECT_FALSE(has(*reader, 1));
    writer->add({{key(1)}}, row(1));
    writer->flush();
    EXPECT_TRUE(has(*reader, 1));
}

// Each has a descriptor, and so a lock, of its own, as processes have.
TEST_F(VectorStoreTest, SeveralMayAppendAtOnce) {
    {
        std::vector<std::jthread> writers;
        for (int writer = 0; writer < 4; ++writer)
            writers.emplace_back([this, writer] {
                VectorStore store(m_file, kMaker, kWidth, 1 << 20, {});
                for (int number = 0; number < 200; ++number) {
                    store.add({{key(100 * writer + number)}}, row(100 * writer + number)); // half of them another's too
                    store.flush();
                }
            });
    }
    EXPECT_EQ((std::filesystem::file_size(m_file) - kHeader) % kRecord, 0u);
    EXPECT_EQ(count(*open()), 500);
}

TEST_F(VectorStoreTest, StopsAtItsSizeAndGoesOnServing) {
    {
        const auto store = open(kHeader + 5 * kRecord);
        for (int number = 0; number < 8; ++number) {
            store->add({{key(number)}}, row(number));
            store->flush();
        }
    }
    EXPECT_EQ(std::filesystem::file_size(m_file), kHeader + 5 * kRecord);
    EXPECT_EQ(count(*open()), 5);
    EXPECT_THAT(m_told, SizeIs(0)); // nothing is wrong
}

// A full disk, as far as a file can tell.
TEST_F(VectorStoreTest, WhatCannotBeWrittenIsToldOnceAndLeavesTheFileWhole) {
    fill(0, 5);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit little{kHeader + 5 * kRecord + 7, before.rlim_max};
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &little), 0);
    {
        const auto store = open();
        for (int number = 5; number < 9; ++number) {
            store->add({{key(number)}}, row(number));
            store->flush();
        }
        EXPECT_TRUE(has(*store, 1));
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    ASSERT_THAT(m_told, SizeIs(1));
    EXPECT_THAT(m_told[0], HasSubstr(m_file.string() + ": cannot be written"));
    EXPECT_EQ(std::filesystem::file_size(m_file), kHeader + 5 * kRecord);
    EXPECT_EQ(count(*open()), 5);
}

/// Nothing is kept before and after.
class VectorCacheTest : public testing::Test {
protected:
    ~VectorCacheTest() override { keep_vectors({}); }
    void keep(const std::filesystem::path& folder, std::uintmax_t most = 1 << 20) {
        VectorCache cache;
        cache.folder = folder;
        cache.most_bytes = most;
        cache.tell = [this](const std::string& sentence) { m_told.push_back(sentence); };
        keep_vectors(std::move(cache));
    }
    TemporaryFolder m_home;
    std::vector<std::string> m_told;
};

TEST_F(VectorCacheTest, KeepsNothingUnlessItIsToldWhere) {
    EXPECT_FALSE(vectors_are_kept());
    EXPECT_EQ(kept_vectors(kMaker, kWidth), nullptr);
    keep(m_home / "not/yet");
    EXPECT_TRUE(vectors_are_kept());
    EXPECT_FALSE(std::filesystem::exists(m_home / "not")); // nobody has asked yet
    const auto store = kept_vectors(kMaker, kWidth);
    ASSERT_TRUE(store);
    EXPECT_EQ(kept_vectors(kMaker, kWidth), store);
    EXPECT_TRUE(std::filesystem::exists(m_home / "not/yet" / (kMaker + ".vectors")));
}

TEST_F(VectorCacheTest, WhereNothingCanBeWrittenThisIsToldOnce) {
    write_file(m_home / "file", "in the way");
    keep(m_home / "file");
    EXPECT_EQ(kept_vectors(kMaker, kWidth), nullptr);
    EXPECT_EQ(kept_vectors(kMaker, kWidth), nullptr);
    ASSERT_THAT(m_told, SizeIs(1));
    EXPECT_THAT(m_told[0], HasSubstr("cannot be opened"));
}

TEST_F(VectorCacheTest, ThoseNotUsedForLongestMakeRoom) {
    const auto now = std::filesystem::file_time_type::clock::now();
    const auto put = [&](const std::string& name, int hours) {
        write_file(m_home / name, std::string(1000, 'x'));
        std::filesystem::last_write_time(m_home / name, now - std::chrono::hours(hours));
    };
    put("old.vectors", 3), put("older.vectors", 9), put("new.vectors", 1), put("oldest.txt", 20);
    keep(m_home.path(), 2500);
    ASSERT_TRUE(kept_vectors(kMaker, kWidth));
    EXPECT_FALSE(std::filesystem::exists(m_home / "older.vectors"));
    EXPECT_TRUE(std::filesystem::exists(m_home / "old.vectors"));
    EXPECT_TRUE(std::filesystem::exists(m_home / "new.vectors"));
    EXPECT_TRUE(std::filesystem::exists(m_home / "oldest.txt")); // not ours
    // Used now, it is not the oldest any more.
    write_file(m_home / "fedcba9876543210.vectors", "");
    std::filesystem::last_write_time(m_home / (kMaker + ".vectors"), now - std::chrono::hours(20));
    keep(m_home.path(), 2500);
    ASSERT_TRUE(kept_vectors(kMaker, kWidth));
    EXPECT_GT(std::filesystem::last_write_time(m_home / (kMaker + ".vectors")), now - std::chrono::hours(1));
}

} // namespace
} // namespace cameo
