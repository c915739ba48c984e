#include "core/index/section_file.hpp"
#include "tests/core/index/build_index_fixture.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstring>

namespace cameo {
namespace {

TEST_F(BuildIndexTest, BuildsAndOpens) {
    const auto report = build();
    EXPECT_EQ(report.documents, kDocuments);
    EXPECT_EQ(report.resumed_at, 0);
    EXPECT_GT(report.tokens, kDocuments);
    const auto index = Index::open(m_path);
    EXPECT_EQ(index->info().model, "hashed");
    EXPECT_EQ(index->info().collection_version, "1");
    EXPECT_EQ(index->info().expected, kDocuments);
    ASSERT_EQ(index->info().experts.size(), 3u);
    EXPECT_EQ(index->info().experts[1].name, "local");
    EXPECT_EQ(index->info().experts[1].structure, "every token vector");
    EXPECT_TRUE(index->info().experts[2].exact_candidates);
    EXPECT_GE(index->info().experts[2].bytes_per_document, HashedModel::kGlobalWidth * 4);
    expect_right(*index, m_collection, kDocuments);
}

TEST_F(BuildIndexTest, EncodesNothingTwice) {
    build();
    const auto again = build();
    EXPECT_EQ(again.resumed_at, kDocuments);
    EXPECT_EQ(again.documents, kDocuments);
    EXPECT_EQ(again.experts.size(), 3u);
    EXPECT_EQ(m_model.encoded_texts, kDocuments);
}

TEST_F(BuildIndexTest, StopsWhenCancelledAndGoesOnLater) {
    std::stop_source stop;
    m_model.before_text = [&](std::int64_t encoded) {
        if (encoded == 300) stop.request_stop();
    };
    Progress progress(stop.get_token());
    EXPECT_THROW(build_index(m_model, m_collection, m_path, m_options, progress), Cancelled);
    EXPECT_EQ(m_model.encoded_texts, 301); // nothing was encoded after the wish
    EXPECT_EQ(temporary_files(), 0u);
    expect_right(*Index::open(m_path), m_collection, 256);
    EXPECT_EQ(Index::open(m_path)->info().expected, kDocuments);

    m_model.before_text = nullptr;
    EXPECT_EQ(build().resumed_at, 256);
    EXPECT_EQ(m_model.encoded_texts, 301 + kDocuments - 256);
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

TEST_F(BuildIndexTest, GoesOnAfterAKill) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        m_model.before_text = [](std::int64_t encoded) {
            if (encoded == 200) ::raise(SIGKILL);
        };
        build();
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    // What a kill in the middle of a write leaves behind.
    std::ofstream(shard(192).string() + ".tmp-abcdef") << "half a shard";

    expect_right(*Index::open(m_path), m_collection, 192);
    EXPECT_EQ(build().resumed_at, 192);
    EXPECT_EQ(temporary_files(), 0u);
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

TEST_F(BuildIndexTest, GrowsWithItsCollection) {
    build();
    const MemoryCollection grown(MemoryCollection::random_documents(1000), "2", {"1"});
    EXPECT_EQ(build(grown).resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, 1000);
    const auto index = Index::open(m_path);
    EXPECT_EQ(index->info().collection_version, "2");
    expect_right(*index, grown, 1000);
}

TEST_F(BuildIndexTest, KeepsOnlyWhatIsUnchangedInAChangedCollection) {
    build();
    auto documents = MemoryCollection::random_documents(kDocuments);
    documents[100].text += " w1";
    const MemoryCollection changed(documents, "other");
    // The shard of documents 64 to 127 is made again, and no other.
    EXPECT_EQ(build(changed).resumed_at, kDocuments - 64);
    EXPECT_EQ(m_model.encoded_texts, kDocuments + 64);
    expect_right(*Index::open(m_path), changed, kDocuments);
    // The document is found by what it has now: structures of the same range were made of what it had before.
    const auto query = m_model.encode_one(documents[100].content());
    for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
        const auto hits = Index::open(m_path)->candidates(expert_idx, query[expert_idx], kDocuments);
        const auto own = std::ranges::find(hits, 100, &ScoredDocument::document);
        ASSERT_NE(own, hits.end());
        float score = 0;
        const DocumentOrdinal ordinal = 100;
        Index::open(m_path)->score(expert_idx, query[expert_idx], std::span(&ordinal, 1), std::span(&score, 1));
        EXPECT_EQ(own->score, score);
    }

    documents.resize(650);
    const MemoryCollection shorter(documents, "shorter");
    EXPECT_EQ(build(shorter).resumed_at, 640);
    expect_right(*Index::open(m_path), shorter, 650);
}

TEST_F(BuildIndexTest, StartsAnewForAnotherModel) {
    build();
    HashedModel other("2");
    EXPECT_EQ(build_index(other, m_collection, m_path, m_options, m_progress).resumed_at, 0);
    EXPECT_EQ(other.encoded_texts, kDocuments);
    EXPECT_EQ(Index::open(m_path)->info().model_version, "2");
}

TEST_F(BuildIndexTest, TwoBuildsExcludeEachOther) {
    std::string refused;
    m_model.before_text = [&](std::int64_t encoded) {
        if (encoded != 100) return;
        HashedModel second;
        try {
            build_index(second, m_collection, m_path, {}, m_progress);
        } catch (const Error& problem) {
            refused = problem.what();
        }
    };
    build();
    EXPECT_EQ(refused, m_path.string() + ": another build is writing into this index");
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

TEST_F(BuildIndexTest, NamesADamagedShardAndMakesItAgain) {
    build();
    damage(shard(128), 50); // in the header
    EXPECT_THAT([&] { Index::open(m_path); },
                testing::ThrowsMessage<Error>(testing::StartsWith(shard(128).string() + ": damaged: ")));
    EXPECT_EQ(build().resumed_at, kDocuments - 64);
    expect_right(*Index::open(m_path), m_collection, kDocuments);

    damage(shard(64), static_cast<std::streamoff>(std::filesystem::file_size(shard(64))) - 3); // in the bulk
    EXPECT_EQ(build().resumed_at, kDocuments - 64);

    std::filesystem::resize_file(shard(0), 1000);
    EXPECT_THAT([&] { Index::open(m_path); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("1000 bytes, its header says ")));
    std::filesystem::remove(shard(0));
    EXPECT_THAT([&] { Index::open(m_path); }, testing::ThrowsMessage<Error>(testing::AllOf(
                                                  testing::StartsWith(shard(0).string() + ": missing"),
                                                  testing::HasSubstr("0 documents found, expected 700"))));
    EXPECT_EQ(build().resumed_at, kDocuments - 64);
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

// Opening verified only the description and the offsets of a shard, so a flipped bit in a weight, a vector or
// a span went into every score without a word.
TEST_F(BuildIndexTest, RefusesAShardWithAFlippedByteInAnySection) {
    build();
    const auto sections = SectionFile::open(shard(64), section_kind("SHRD"), 1)->sections();
    EXPECT_EQ(sections, 1 + 3 * 6u);
    int refused = 0;
    for (std::size_t section_idx = 0; section_idx < sections; ++section_idx) {
        // By the format: a header of 40 bytes, then offset, length and checksum of each section.
        std::uint64_t place[2];
        std::ifstream file(shard(64), std::ios::binary);
        file.seekg(static_cast<std::streamoff>(40 + section_idx * 24));
        file.read(reinterpret_cast<char*>(place), sizeof place);
        if (place[1] == 0) continue; // not every kind of expert fills every section
        const auto middle = static_cast<std::streamoff>(place[0] + place[1] / 2);
        damage(shard(64), middle);
        EXPECT_THAT([&] { Index::open(m_path); },
                    testing::ThrowsMessage<Error>(
                        shard(64).string() + ": damaged: the checksum of section " +
                        std::to_string(section_idx) + " does not match (indexing again makes it anew)"));
        damage(shard(64), middle); // twice is as before
        ++refused;
    }
    EXPECT_EQ(refused, 12);
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

TEST_F(BuildIndexTest, OpeningStopsWhenCancelled) {
    build();
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(Index::open(m_path, progress), Cancelled);
}

TEST_F(BuildIndexTest, NamesADamagedStructureAndMakesItAgain) {
    build();
    for (int expert = 0; expert < 3; ++expert) {
        const auto path = m_path / ("structure-" + std::to_string(expert) + "-0-700.sections");
        damage(path, 45); // in the table of sections
        EXPECT_THAT([&] { Index::open(m_path); }, testing::ThrowsMessage<Error>(testing::AllOf(
                                                      testing::StartsWith(path.string() + ": damaged: "),
                                                      testing::HasSubstr("indexing again"))));
        EXPECT_EQ(build().resumed_at, kDocuments);
        std::filesystem::remove(path);
        EXPECT_THROW(Index::open(m_path), Error);
        build();
    }
    EXPECT_EQ(m_model.encoded_texts, kDocuments);
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

// What an earlier Cameo made is made again, of the shards that are there.
TEST_F(BuildIndexTest, MakesAStructureOfAnOlderVersionAgain) {
    build();
    const std::int64_t texts = m_model.encoded_texts;
    const auto path = m_path / "structure-0-0-700.sections";
    SectionWriter older(section_kind("LEXI"), 2);
    const std::vector<std::uint64_t> numbers{1, 2, 3}; // which the writer only views
    older.add(numbers);
    older.write(path);
    EXPECT_THAT([&] { Index::open(m_path); },
                testing::ThrowsMessage<Error>(testing::AllOf(testing::HasSubstr("format version 2, this Cameo reads version 3"), testing::HasSubstr("indexing again makes it anew"))));
    EXPECT_EQ(build().resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, texts);
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

TEST_F(BuildIndexTest, NamesADamagedDescription) {
    EXPECT_THAT([&] { Index::open(m_path); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("no index here")));
    build();
    std::ofstream(m_path / "index.json") << "{\"format\": 2, \"model\": 7";
    EXPECT_THAT([&] { Index::open(m_path); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("index.json: not an index's description")));
    std::ofstream(m_path / "index.json") << "{\"format\": 99}";
    EXPECT_THAT([&] { Index::open(m_path); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("format 99, this Cameo reads format 2")));
    EXPECT_EQ(kind_of_refusal(), ErrorKind::Unsupported);
    std::ofstream(m_path / "index.json") << "{\"format\": 1}";
    EXPECT_THAT([&] { Index::open(m_path); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("format 1, this Cameo reads format 2: index again, which keeps what is encoded")));
    EXPECT_EQ(kind_of_refusal(), ErrorKind::InvalidInput); // by which the window offers to index again
    EXPECT_EQ(build().resumed_at, kDocuments); // the shards say themselves what they are
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

// A limit on the length of files stands for a full disk: writing fails in the middle.
TEST_F(BuildIndexTest, AFullDiskLeavesTheFinishedShards) {
    m_options.shard_documents = 100;
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    m_model.before_text = [&](std::int64_t encoded) {
        rlimit full = before;
        full.rlim_cur = 50'000;
        if (encoded == 350) ::setrlimit(RLIMIT_FSIZE, &full);
    };
    try {
        build();
        ADD_FAILURE() << "the disk was not full";
    } catch (const Error& problem) {
        EXPECT_EQ(problem.kind(), ErrorKind::Environment);
        EXPECT_THAT(problem.what(), testing::StartsWith(shard(300).string() + ": cannot write"));
    }
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    m_model.before_text = nullptr;
    EXPECT_EQ(temporary_files(), 0u);
    EXPECT_EQ(build().resumed_at, 300);
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

TEST_F(BuildIndexTest, OffersWhatIsIndexedSoFarAtGrowingIntervals) {
    const MemoryCollection collection(MemoryCollection::random_documents(2000));
    std::vector<std::int64_t> offered;
    m_options.on_partial = [&](const std::shared_ptr<const Index>& index) {
        offered.push_back(index->info().documents);
        EXPECT_EQ(index->info().expected, 2000);
        expect_right(*index, collection, index->info().documents);
    };
    build(collection);
    EXPECT_THAT(offered, testing::ElementsAre(512, 768, 1152, 1728));
}

// It made the structures of all documents anew each time, whatever memory it was told to keep to.
TEST_F(BuildIndexTest, OffersFinishedSegmentsAsTheyLieOnTheDisk) {
    const MemoryCollection collection(MemoryCollection::random_documents(2000));
    m_options.segment_documents = 600;
    std::vector<std::int64_t> offered;
    m_options.on_partial = [&](const std::shared_ptr<const Index>& index) {
        offered.push_back(index->info().documents);
        expect_right(*index, collection, index->info().documents);
        std::size_t on_disk = 0;
        for (const auto& entry : std::filesystem::directory_iterator(m_path)) on_disk += entry.path().filename().string().starts_with("structure");
        EXPECT_EQ(on_disk, 3 * std::size_t(index->info().documents / 600));
    };
    build(collection);
    EXPECT_GT(offered.size(), 2u);
    expect_right(*Index::open(m_path), collection, 2000);
}

TEST_F(BuildIndexTest, BuildsTheGlobalStructureThatIsAskedFor) {
    build();
    EXPECT_EQ(Index::open(m_path)->info().experts[2].structure, "flat");
    m_options.global_structure = "HNSW32";
    EXPECT_EQ(build().resumed_at, kDocuments); // nothing is encoded for it
    EXPECT_EQ(Index::open(m_path)->info().experts[2].structure, "HNSW32");
    m_options.global_structure = std::nullopt;
    build();
    EXPECT_EQ(Index::open(m_path)->info().experts[2].structure, "HNSW32"); // as the index has it
    m_options.global_structure = "IVF4,Flat";
    build();
    EXPECT_EQ(Index::open(m_path)->info().experts[2].structure, "IVF4,Flat");
    m_options.global_structure = "Flatt";
    EXPECT_THAT([&] { build(); }, testing::ThrowsMessage<Error>(testing::StartsWith("\"Flatt\" is no structure")));
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

TEST_F(BuildIndexTest, BuildsTheListsOfSeismicWhereTheyAreAskedFor) {
    build();
    const auto exact = Index::open(m_path)->info().experts[0];
    EXPECT_TRUE(exact.exact_candidates);
    m_options.lexical_structure = "seismic";
    EXPECT_EQ(build().resumed_at, kDocuments); // nothing is encoded for it
    m_options.lexical_structure = std::nullopt;
    build();
    const auto index = Index::open(m_path); // as the index has it
    EXPECT_EQ(index->info().experts[0].structure, "Seismic");
    EXPECT_FALSE(index->info().experts[0].exact_candidates);
    EXPECT_GT(index->info().experts[0].bytes_per_document, exact.bytes_per_document);
    const auto query = m_model.encode_one("w3 w17 w120 w5");
    const auto all = index->candidates(0, query[0], kDocuments), cut = index->candidates(0, query[0], kDocuments, {.lexical = {.query_cut = 1}});
    EXPECT_LT(cut.size(), all.size()); // it is told how much to look at
    m_options.lexical_structure = "exact";
    build();
    expect_right(*Index::open(m_path), m_collection, kDocuments);
    EXPECT_EQ(Index::open(m_path)->info().experts[0].structure, exact.structure);
    m_options.lexical_structure = "seismicc";
    EXPECT_THAT([&] { build(); }, testing::ThrowsMessage<Error>(testing::StartsWith("\"seismicc\" is no structure for sparse vectors")));
}

TEST_F(BuildIndexTest, RefusesAnEmptyCollectionAndAForbiddenFolder) {
    EXPECT_THAT([&] { build(MemoryCollection({})); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("has no documents to index")));
    std::ofstream(m_folder / "file") << "x";
    EXPECT_THAT([&] { build_index(m_model, m_collection, m_folder / "file/index", m_options, m_progress); },
                testing::ThrowsMessage<Error>(testing::HasSubstr("cannot create the folder")));
}

} // namespace
} // namespace cameo
