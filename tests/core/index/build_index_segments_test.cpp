// An index in several segments, over a collection that grows.
#include "tests/core/index/build_index_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>

namespace cameo {
namespace {

using BuildIndexSegmentsTest = BuildIndexTest;

// The lists of an index in several segments are those of one in a single segment.
TEST_F(BuildIndexSegmentsTest, SegmentsAnswerAsOne) {
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

// The last segment has fewer documents than the structure has lists: the build failed, after all was encoded.
TEST_F(BuildIndexSegmentsTest, ASegmentTooSmallForItsStructureIsScanned) {
    m_options.segment_documents = 300;
    m_options.global_structure = "IVF100,SQ8";
    build();
    EXPECT_EQ(segments(m_path), "[[0,320],[320,320],[640,60]]");
    const auto index = Index::open(m_path);
    EXPECT_EQ(index->info().experts[2].structure, "IVF100,SQ8");
    EXPECT_FALSE(index->info().experts[2].exact_candidates);
    expect_right(*index, m_collection, kDocuments);
}

TEST_F(BuildIndexSegmentsTest, AStructureTooLargeForEverySegmentIsRefusedBeforeEncoding) {
    m_options.global_structure = "IVF1024,SQ8";
    EXPECT_THAT([&] { build(); }, testing::ThrowsMessage<Error>(testing::StartsWith("\"IVF1024,SQ8\" makes 1024 lists of at most 700 documents")));
    EXPECT_EQ(m_model.encoded_texts, 0);
}

// Documents added a few at a time: their segments are merged as they grow, and none is built over and over.
TEST_F(BuildIndexSegmentsTest, SmallSegmentsMerge) {
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

TEST_F(BuildIndexSegmentsTest, GoesOnAfterAKillBetweenSegments) {
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
TEST_F(BuildIndexSegmentsTest, OpensAfterAKillAtAnyMoment) {
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
TEST_F(BuildIndexSegmentsTest, FollowsACollectionThatChanges) {
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

} // namespace
} // namespace cameo
