#include "core/base/folder_lock.hpp"
#include "core/index/forecast_build.hpp"
#include "tests/core/index/build_index_fixture.hpp"

#include <atomic>
#include <barrier>
#include <future>

namespace cameo {
namespace {

constexpr std::int64_t kAll = 1'000;

class BuildPartTest : public BuildIndexTest {
protected:
    BuildPartTest() { m_collection = MemoryCollection(MemoryCollection::random_documents(kAll)); }

    std::vector<ScoredDocument> hits(const std::filesystem::path& folder, std::size_t expert_idx) {
        return Index::open(folder)->candidates(expert_idx, m_model.encode_one("w3 w17 w120 w5")[expert_idx], 50);
    }
    static std::int64_t shards(const std::filesystem::path& folder) {
        return std::count_if(std::filesystem::directory_iterator(folder), {}, [](const auto& entry) { return entry.path().filename().string().starts_with("shard-"); });
    }
    static std::uintmax_t bytes_of(const std::filesystem::path& folder) {
        std::uintmax_t sum = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            sum += entry.file_size();
        return sum;
    }
};

TEST_F(BuildPartTest, PartsAreOneIndex) {
    std::int64_t documents = 0;
    for (const std::int64_t number : {3, 1, 2}) {
        const auto report = build_index_part(m_model, m_collection, m_path, {number, 3}, m_options, m_progress);
        EXPECT_EQ(report.resumed_at, 0);
        EXPECT_GT(report.documents, 300);
        EXPECT_GT(report.tokens, report.documents);
        documents += report.documents;
        EXPECT_EQ(m_model.encoded_texts, documents);
    }
    EXPECT_EQ(documents, kAll);
    EXPECT_EQ(build_index_part(m_model, m_collection, m_path, {2, 3}, m_options, m_progress).resumed_at, 320);

    EXPECT_EQ(build_index(m_model, m_collection, m_path, m_options, m_progress).resumed_at, kAll);
    EXPECT_EQ(m_model.encoded_texts, kAll);
    EXPECT_EQ(build_index_part(m_model, m_collection, m_path, {1, 2}, m_options, m_progress).resumed_at, 512); // of an index that is whole
    EXPECT_EQ(m_model.encoded_texts, kAll);
    build_index(m_model, m_collection, m_folder / "alone", m_options, m_progress);
    EXPECT_EQ(shards(m_path), shards(m_folder / "alone"));
    for (const std::size_t expert_idx : {0u, 1u, 2u})
        EXPECT_EQ(hits(m_path, expert_idx), hits(m_folder / "alone", expert_idx));
}

// A shard of which a document was removed has other texts than the collection, and is still right.
TEST_F(BuildPartTest, PartsKeepShardsOfWhichDocumentsWereRemoved) {
    build_index(m_model, m_collection, m_path, m_options, m_progress);
    MemoryCollection changed(MemoryCollection::random_documents(kAll), "2", {"1"});
    changed.remove({3, 700});
    EXPECT_EQ(build_index_part(m_model, changed, m_path, {1, 2}, m_options, m_progress).resumed_at, 512);
    EXPECT_EQ(build_index_part(m_model, changed, m_path, {2, 2}, m_options, m_progress).resumed_at, kAll - 512);
    EXPECT_EQ(m_model.encoded_texts, kAll);
}

TEST_F(BuildPartTest, MorePartsThanShardsLeaveSomeWithNothing) {
    m_options.shard_documents = 600;
    std::int64_t documents = 0;
    for (const std::int64_t number : {1, 2, 3, 4, 5})
        documents += build_index_part(m_model, m_collection, m_path, {number, 5}, m_options, m_progress).documents;
    EXPECT_EQ(documents, kAll);
    EXPECT_EQ(shards(m_path), 2);
}

// Whoever comes first makes the codec, the others wait and take it; part 1 makes the index when all are done.
TEST_F(BuildPartTest, PartsThatRunTogetherShareACodec) {
    m_options.local_bits = 2;
    std::vector<std::future<IndexReport>> parts;
    for (const std::int64_t number : {1, 2, 3})
        parts.push_back(std::async(std::launch::async, [&, number] {
            const HashedModel model;
            Progress progress;
            return build_index_together(model, m_collection, m_path, {number, 3}, m_options, progress);
        }));
    EXPECT_EQ(parts[0].get().documents, kAll);
    EXPECT_LT(parts[1].get().documents, 400);
    EXPECT_LT(parts[2].get().documents, 400);
    const auto index = Index::open(m_path);
    EXPECT_EQ(index->info().documents, kAll);
    EXPECT_THAT(index->info().experts[1].structure, testing::EndsWith(" centroids, 2 bits"));
    build_index(m_model, m_collection, m_folder / "alone", m_options, m_progress);
    for (const std::size_t expert_idx : {0u, 1u, 2u})
        EXPECT_EQ(hits(m_path, expert_idx), hits(m_folder / "alone", expert_idx));
}

// Each encodes a sample of its share beforehand, into the folder that all share.
TEST_F(BuildPartTest, PartsThatRunTogetherForetellBesideEachOther) {
    const MemoryCollection many(MemoryCollection::random_documents(20'000));
    m_options.shard_documents = 2'048;
    for (int round = 0; round < 20; ++round) {
        std::filesystem::remove_all(m_path);
        std::atomic<int> told = 0;
        std::barrier all_encoded(3); // so that they write at the same time
        std::vector<std::future<IndexReport>> parts;
        for (const std::int64_t number : {1, 2, 3})
            parts.push_back(std::async(std::launch::async, [&, number] {
                HashedModel model;
                model.before_text = [&](std::int64_t encoded) {
                    if (encoded == 127) all_encoded.arrive_and_wait();
                };
                auto options = m_options;
                std::stop_source stop;
                options.on_forecast = [&](const IndexForecast&) {
                    ++told;
                    stop.request_stop(); // what comes after it is not asked here
                };
                Progress progress(stop.get_token());
                return build_index_part(model, many, m_path, {number, 3}, options, progress);
            }));
        for (auto& part : parts)
            EXPECT_THROW(part.get(), Cancelled);
        EXPECT_EQ(told, 3);
    }
}

TEST_F(BuildPartTest, ADamagedCodecIsMadeAgainAndNewOnesAreNoPartsWork) {
    m_options.local_bits = 2;
    build_index_part(m_model, m_collection, m_path, {1, 2}, m_options, m_progress);
    std::ofstream(m_path / "codec-1.sections") << "no codec";
    EXPECT_EQ(build_index_part(m_model, m_collection, m_path, {2, 2}, m_options, m_progress).resumed_at, 0);
    build_index(m_model, m_collection, m_path, m_options, m_progress);
    EXPECT_EQ(hits(m_path, 1).size(), 50u);
    m_options.new_codecs = true;
    EXPECT_THAT([&] { build_index_part(m_model, m_collection, m_path, {1, 2}, m_options, m_progress); },
                testing::ThrowsMessage<Error>(testing::StartsWith("parts share the codecs")));
}

TEST_F(BuildPartTest, ALostPartIsMadeUpFor) {
    std::stop_source stop;
    m_model.before_text = [&](std::int64_t encoded) {
        if (encoded == 200) stop.request_stop();
    };
    Progress stopped(stop.get_token());
    EXPECT_THROW(build_index_part(m_model, m_collection, m_path, {1, 2}, m_options, stopped), Cancelled);
    m_model.before_text = {};
    build_index_part(m_model, m_collection, m_path, {2, 2}, m_options, m_progress);
    EXPECT_EQ(Index::open(m_path)->info().documents, 192); // up to the first gap
    EXPECT_EQ(build_index(m_model, m_collection, m_path, m_options, m_progress).resumed_at, 192 + kAll - 512);
    EXPECT_EQ(Index::open(m_path)->info().documents, kAll);
}

TEST_F(BuildPartTest, WaitsForAWholeBuildAndCanBeStoppedThen) {
    std::filesystem::create_directories(m_path);
    const FolderLock whole(m_path, "");
    std::stop_source stop;
    Progress progress(stop.get_token());
    auto part = std::async(std::launch::async, [&] { return build_index_part(m_model, m_collection, m_path, {1, 2}, m_options, progress); });
    EXPECT_EQ(part.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
    EXPECT_EQ(m_model.encoded_texts, 0);
    stop.request_stop();
    EXPECT_THROW(part.get(), Cancelled);
}

/// Whoever asks for its size can be watched.
class WatchedCollection final : public Collection {
public:
    explicit WatchedCollection(const Collection& there) : m_there(there) {}
    std::function<void()> on_size;

    std::int64_t size() const override {
        on_size();
        return m_there.size();
    }
    const std::string& name() const override { return m_there.name(); }
    const std::filesystem::path& path() const override { return m_there.path(); }
    std::string version() const override { return m_there.version(); }
    const OrdinalSet& removed() const override { return m_there.removed(); }
    Document document(DocumentOrdinal ordinal) const override { return m_there.document(ordinal); }
    std::optional<DocumentOrdinal> find(std::string_view id) const override { return m_there.find(id); }
    void for_each_document(DocumentOrdinal first, const std::function<bool(DocumentOrdinal, const Document&)>& take) const override { m_there.for_each_document(first, take); }
    std::vector<std::string> splits() const override { return m_there.splits(); }
    std::vector<Query> queries(std::string_view split) const override { return m_there.queries(split); }
    Qrels qrels(std::string_view split) const override { return m_there.qrels(split); }
    std::map<std::string, std::string> provenance() const override { return m_there.provenance(); }

private:
    const Collection& m_there;
};

/// Knows when the first part begins to wait for the others.
class WaitingProgress final : public Progress {
public:
    void begin(std::string stage, Unit unit, std::optional<std::int64_t> total, std::int64_t already) override {
        waited = waited || stage == "waiting for the other parts";
        Progress::begin(std::move(stage), unit, total, already);
    }
    bool waited = false;
};

// The lock that ended the wait was let go before the build took it again: whoever came between made that fail.
TEST_F(BuildPartTest, NobodyComesBetweenThePartsAndTheIndex) {
    WatchedCollection watched(m_collection);
    WaitingProgress progress;
    int asked = 0;
    watched.on_size = [&] {
        if (!progress.waited) return;
        ++asked;
        EXPECT_TRUE(FolderLock::held(m_path));
    };
    EXPECT_EQ(build_index_together(m_model, watched, m_path, {1, 1}, m_options, progress).documents, kAll);
    EXPECT_GT(asked, 0);
}

TEST_F(BuildPartTest, AWholeBuildIsRefusedBesideParts) {
    build_index_part(m_model, m_collection, m_path, {1, 2}, m_options, m_progress);
    const auto together = FolderLock::try_lock(m_path, FolderLock::Hold::Together);
    ASSERT_TRUE(together);
    EXPECT_TRUE(FolderLock::try_lock(m_path, FolderLock::Hold::Together));
    EXPECT_FALSE(FolderLock::try_lock(m_path, FolderLock::Hold::Alone));
    EXPECT_THAT([&] { build_index(m_model, m_collection, m_path, m_options, m_progress); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("another build is writing into this index")));
    EXPECT_EQ(build_index_part(m_model, m_collection, m_path, {2, 2}, m_options, m_progress).resumed_at, 0);
}

TEST_F(BuildPartTest, TimeAndDiskAreForetold) {
    for (const std::int32_t bits : {0, 2}) {
        std::vector<IndexForecast> told;
        IndexOptions options{.local_bits = bits, .on_forecast = [&](const IndexForecast& forecast) { told.push_back(forecast); }};
        const auto folder = m_folder / std::to_string(bits);
        const MemoryCollection many(MemoryCollection::random_documents(6'000));
        build_index(m_model, many, folder, options, m_progress);
        ASSERT_EQ(told.size(), 1u);
        EXPECT_EQ(told[0].documents, 6'000);
        EXPECT_GT(told[0].seconds, 0);
        EXPECT_GT(told[0].free, 0u);
        const auto codec = folder / "codec-1.sections";
        const auto grown = static_cast<double>(bytes_of(folder) - (std::filesystem::exists(codec) ? std::filesystem::file_size(codec) : 0));
        EXPECT_NEAR(static_cast<double>(told[0].bytes) / grown, 1, 0.15) << bits << " bits";
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            EXPECT_THAT(entry.path().filename().string(), testing::Not(testing::HasSubstr("forecast")));

        build_index(m_model, many, folder, options, m_progress); // nothing is missing
        EXPECT_EQ(told.size(), 1u);
    }
    EXPECT_NO_THROW(check_room({.bytes = 1'000, .free = 1'000}, "/index", 0));
    EXPECT_THAT([] { check_room({.bytes = 5'100'000'000, .free = 3'020'000'000}, "/index", 0); },
                testing::ThrowsMessage<Error>("/index: the index will take about 5.1 GB more, and 3.0 GB are free on this disk: make room, or take --local-bits 2"));
    EXPECT_THAT([] { check_room({.bytes = 5'100'000'000, .free = 3'020'000'000}, "/index", 2); }, testing::ThrowsMessage<Error>(testing::EndsWith("make room")));
}

} // namespace
} // namespace cameo
