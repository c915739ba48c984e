#include "core/base/error.hpp"
#include "core/index/index.hpp"
#include "core/index/section_file.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/memory_collection.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fstream>
#include <numeric>
#include <random>

namespace cameo {
namespace {

constexpr std::int64_t kDocuments = 700;

class BuildIndexTest : public testing::Test {
protected:
    BuildIndexTest() { m_options.shard_documents = 64; }

    IndexReport build(const Collection& collection) {
        return build_index(m_model, collection, m_path, m_options, m_progress);
    }
    IndexReport build() { return build(m_collection); }

    // Whether an index over these documents answers, and gives what a fresh encoding gives.
    void expect_right(const Index& index, const Collection& collection, std::int64_t documents) {
        ASSERT_EQ(index.info().documents, documents);
        const auto query = m_model.encode_one("w3 w17 w120 w5");
        for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
            const auto hits = index.candidates(expert_idx, query[expert_idx], 20);
            ASSERT_EQ(hits.size(), 20u);
            std::vector<DocumentOrdinal> ordinals;
            for (const auto& hit : hits)
                ordinals.push_back(hit.document);
            std::vector<float> scores(hits.size());
            index.score(expert_idx, query[expert_idx], ordinals, scores);
            for (std::size_t at = 0; at < hits.size(); ++at)
                EXPECT_EQ(scores[at], hits[at].score);
        }
        for (DocumentOrdinal ordinal = 0; ordinal < documents; ordinal += 13) {
            const auto fresh = m_model.encode_one(collection.document(ordinal).content());
            EXPECT_EQ(index.document(0, ordinal).sparse.weights, fresh[0].sparse.weights);
            EXPECT_EQ(index.document(1, ordinal).tokens.tokens, fresh[1].tokens.tokens);
            EXPECT_EQ(index.document(2, ordinal).pooled, fresh[2].pooled);
        }
    }
    std::filesystem::path shard(std::int64_t first) const {
        char name[48];
        std::snprintf(name, sizeof name, "shard-%012lld.sections", static_cast<long long>(first));
        return m_path / name;
    }
    static void damage(const std::filesystem::path& path, std::streamoff at) {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekg(at);
        const char before = static_cast<char>(file.get());
        file.seekp(at);
        file.put(static_cast<char>(before ^ 0x2a));
    }
    static std::string segments(const std::filesystem::path& folder) {
        return nlohmann::json::parse(std::ifstream(folder / "index.json")).at("segments").dump();
    }
    ErrorKind kind_of_refusal() const {
        try {
            Index::open(m_path);
        } catch (const Error& problem) {
            return problem.kind();
        }
        throw std::logic_error("it was not refused");
    }
    std::size_t structure_files() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(m_path))
            count += entry.path().filename().string().starts_with("structure-") ? 1 : 0;
        return count;
    }
    std::size_t temporary_files() const {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::directory_iterator(m_path))
            count += entry.path().string().find(".tmp-") != std::string::npos ? 1 : 0;
        return count;
    }

    TemporaryFolder m_folder;
    std::filesystem::path m_path = m_folder / "deep/index";
    HashedModel m_model;
    MemoryCollection m_collection{MemoryCollection::random_documents(kDocuments)};
    IndexOptions m_options;
    Progress m_progress;
};

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
    older.add(std::vector<std::uint64_t>{1, 2, 3});
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

// The lists of an index in several segments are those of one in a single segment.
TEST_F(BuildIndexTest, SegmentsAnswerAsOne) {
    build();
    const auto whole = Index::open(m_path);
    const auto other = m_folder / "segments";
    m_options.segment_documents = 200;
    build_index(m_model, m_collection, other, m_options, m_progress);
    EXPECT_EQ(segments(other), "[[0,256],[256,256],[512,188]]"); // they end where shards end
    const auto parts = Index::open(other);
    expect_right(*parts, m_collection, kDocuments);
    std::vector<DocumentOrdinal> all(kDocuments), hidden;
    std::iota(all.begin(), all.end(), DocumentOrdinal{0});
    for (const auto document : all)
        if (document % 3 == 0) hidden.push_back(document);
    std::shuffle(all.begin(), all.end(), std::mt19937(1));
    const OrdinalSet set(hidden);
    for (const char* text : {"w3 w17 w120 w5", "w40", "w1 w2 w3 w4 w5 w6 w7 w8 w9"}) {
        const auto query = m_model.encode_one(text);
        for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
            for (const std::size_t k : {1u, 30u, 1000u}) {
                EXPECT_EQ(parts->candidates(expert_idx, query[expert_idx], k), whole->candidates(expert_idx, query[expert_idx], k));
                const auto without = parts->candidates(expert_idx, query[expert_idx], k, {.hidden = &set});
                EXPECT_EQ(without, whole->candidates(expert_idx, query[expert_idx], k, {.hidden = &set}));
                for (const auto& hit : without)
                    EXPECT_NE(hit.document % 3, 0);
            }
            std::vector<float> scores(all.size()), right(all.size());
            parts->score(expert_idx, query[expert_idx], all, scores);
            whole->score(expert_idx, query[expert_idx], all, right);
            EXPECT_EQ(scores, right);
        }
        EXPECT_EQ(parts->postings(0, query[0].sparse.terms[0]), whole->postings(0, query[0].sparse.terms[0]));
    }
}

// Documents added a few at a time: their segments are merged as they grow, and none is built over and over.
TEST_F(BuildIndexTest, SmallSegmentsMerge) {
    m_options.segment_documents = 20'000;
    m_options.shard_documents = 2'000;
    const auto grown_to = [&](std::int64_t documents) {
        const MemoryCollection collection(MemoryCollection::random_documents(static_cast<std::size_t>(documents)), std::to_string(documents),
                                          {"18000", "18500", "19000", "19500", "20500", "21000"});
        build(collection);
        return segments(m_path);
    };
    EXPECT_EQ(grown_to(18'000), "[[0,18000]]");
    EXPECT_EQ(grown_to(18'500), "[[0,18000],[18000,500]]");
    EXPECT_EQ(grown_to(19'000), "[[0,18000],[18000,1000]]");
    EXPECT_EQ(m_model.encoded_texts, 19'000 + 128); // and once those that time and disk are foretold by
    EXPECT_EQ(grown_to(21'000), "[[0,18000],[18000,3000]]"); // together more than a segment may have
    EXPECT_EQ(structure_files(), 6u);
    expect_right(*Index::open(m_path), MemoryCollection(MemoryCollection::random_documents(21'000)), 21'000);
}

TEST_F(BuildIndexTest, GoesOnAfterAKillBetweenSegments) {
    m_options.segment_documents = 100;
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        m_model.before_text = [](std::int64_t encoded) {
            if (encoded == 400) ::raise(SIGKILL);
        };
        build();
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    EXPECT_EQ(segments(m_path), "[[0,128],[128,128],[256,128]]");
    expect_right(*Index::open(m_path), m_collection, 384); // whole segments
    const auto before = std::filesystem::last_write_time(m_path / "structure-0-128-128.sections");
    EXPECT_EQ(build().resumed_at, 384);
    EXPECT_EQ(std::filesystem::last_write_time(m_path / "structure-0-128-128.sections"), before); // not built twice
    expect_right(*Index::open(m_path), m_collection, kDocuments);
}

// Whenever a build is killed, of new documents, of more of them or of fewer, the index opens as one whole state.
TEST_F(BuildIndexTest, OpensAfterAKillAtAnyMoment) {
    m_options.shard_documents = 50;
    m_options.segment_documents = 200;
    m_options.local_bits = 2;
    std::vector<MemoryCollection> states;
    for (int state = 0; state < 16; ++state) { // each grew from those before it
        std::vector<std::string> earlier;
        for (int before = 0; before < state; ++before)
            earlier.push_back("state " + std::to_string(before));
        states.emplace_back(MemoryCollection::random_documents(100 + 50 * state), "state " + std::to_string(state), earlier);
    }
    for (std::size_t state = 8; state < 15; ++state)
        states[state].remove({3, 250, 251, 399});
    states[15].remove({3, 100, 250, 251, 399, 700});
    std::mt19937 random(6);
    int opened = 0, killed = 0;
    std::chrono::microseconds whole{};
    constexpr int kAnew = 10; // kills of a first build; then of those that add to it
    for (int round = -1; round < 51; ++round) {
        const auto& state = states[static_cast<std::size_t>(std::max(round, 0)) * states.size() / 51];
        const bool anew = round < kAnew, disturbed = round >= 0 && round != kAnew;
        if (anew) std::filesystem::remove_all(m_path);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            build(state);
            ::_exit(0);
        }
        int status = 0;
        const auto started = std::chrono::steady_clock::now();
        if (!disturbed) { // how long a build takes; and what the later ones add to
            ASSERT_EQ(::waitpid(child, &status, 0), child);
            whole = std::max(whole, std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - started));
            continue;
        }
        // Those that add have little to do: of their waits short ones are as many as long ones.
        ::usleep(static_cast<useconds_t>(random() % static_cast<std::uint64_t>(whole.count()) >> (anew ? 0 : random() % 6)));
        ::kill(child, SIGKILL);
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status) ? 1 : 0;
        try {
            const auto index = Index::open(m_path);
            ++opened;
            // FAISS is not asked here: its threads would not be there in the next child.
            for (const auto& hit : index->candidates(0, m_model.encode_one("w3 w17 w120 w5")[0], 10, {.hidden = &state.removed()}))
                EXPECT_EQ(index->document(0, hit.document).sparse.weights, m_model.encode_one(state.document(hit.document).content())[0].sparse.weights);
            EXPECT_LE(index->info().documents, index->info().expected);
        } catch (const Error& problem) {
            EXPECT_THAT(problem.what(), testing::AnyOf(testing::HasSubstr("no index here"), testing::HasSubstr("no document is indexed yet")));
        }
    }
    EXPECT_GT(opened, 20);
    EXPECT_GT(killed, 5);
    build(states.back());
    EXPECT_EQ(temporary_files(), 0u);
    const auto index = Index::open(m_path);
    EXPECT_EQ(index->info().documents, 850);
    m_options.segment_documents = 0;
    const auto fresh = m_folder / "fresh";
    build_index(m_model, states.back(), fresh, m_options, m_progress);
    const auto query = m_model.encode_one("w3 w17 w120 w5");
    for (const std::size_t expert_idx : {0u, 2u}) // the codec was made of a part of them
        EXPECT_EQ(index->candidates(expert_idx, query[expert_idx], 50, {.hidden = &states.back().removed()}),
                  Index::open(fresh)->candidates(expert_idx, query[expert_idx], 50, {.hidden = &states.back().removed()}));
}

// Removed documents are encoded no more, and those that were there are not encoded again because of them.
TEST_F(BuildIndexTest, FollowsACollectionThatChanges) {
    build();
    MemoryCollection changed(MemoryCollection::random_documents(800), "2", {"1"});
    changed.remove({3, 64, 65, 699, 720, 799});
    EXPECT_EQ(build(changed).resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, kDocuments + 98);
    const auto index = Index::open(m_path);
    EXPECT_EQ(index->info().documents, 800);
    EXPECT_TRUE(index->document(0, 720).sparse.terms.empty());
    EXPECT_EQ(index->document(1, 720).tokens.count(), 0u);
    EXPECT_FALSE(index->document(0, 721).sparse.terms.empty());
    const auto query = m_model.encode_one("w3 w17 w120 w5");
    for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) {
        const auto hits = index->candidates(expert_idx, query[expert_idx], 800, {.hidden = &changed.removed()});
        EXPECT_GT(hits.size(), 100u);
        for (const auto& hit : hits)
            EXPECT_FALSE(changed.removed().contains(hit.document));
    }
    EXPECT_EQ(build(changed).resumed_at, 800);
    EXPECT_EQ(m_model.encoded_texts, kDocuments + 98);
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
