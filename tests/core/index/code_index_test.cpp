#include "core/index/pool_tokens.hpp"
#include "tests/core/index/build_index_fixture.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <csignal>

namespace cameo {
namespace {

class CodeIndexTest : public BuildIndexTest {
protected:
    void expect_kept(const Index& index, const Collection& collection, DocumentOrdinal ordinal) {
        const auto fresh = m_model.encode_one(collection.document(ordinal).content());
        EXPECT_EQ(index.document(0, ordinal).sparse.weights, fresh[0].sparse.weights);
        EXPECT_EQ(index.document(1, ordinal).tokens.tokens, fresh[1].tokens.tokens);
    }
};

TEST_F(CodeIndexTest, CodesTokens) {
    m_options.local_bits = 2;
    build();
    const auto index = Index::open(m_path);
    EXPECT_THAT(index->info().experts[1].structure, testing::EndsWith(" centroids, 2 bits"));
    expect_right(*index, m_collection, kDocuments);
    EXPECT_FALSE(index->info().experts[1].exact_candidates);
    const auto fresh = m_model.encode_one(m_collection.document(17).content())[1].tokens;
    const auto kept = index->document(1, 17).tokens;
    EXPECT_EQ(kept.tokens, fresh.tokens);
    EXPECT_EQ(kept.spans, fresh.spans);
    double squares = 0;
    for (std::size_t at = 0; at < fresh.rows.size(); ++at)
        squares += std::pow(double{fresh.rows[at]} - kept.rows[at], 2);
    EXPECT_LT(squares / static_cast<double>(fresh.count()), 0.2); // of length 1

    // Documents that come later are coded by the same codec, which is asked for no more.
    m_options.local_bits = std::nullopt;
    const auto encoded = m_model.encoded_texts.load();
    const MemoryCollection grown(MemoryCollection::random_documents(1000), "2", {"1"});
    EXPECT_EQ(build(grown).resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, encoded + 300);
    expect_right(*Index::open(m_path), grown, 1000);

    std::ofstream(m_path / "codec-1.sections") << "no codec";
    EXPECT_THAT([&] { Index::open(m_path); }, testing::ThrowsMessage<Error>(testing::HasSubstr("codec-1.sections: ")));
    EXPECT_EQ(build(grown).resumed_at, 0); // nothing can be read without it
    expect_right(*Index::open(m_path), grown, 1000);

    m_options.local_bits = 4; // another form: everything is encoded anew
    EXPECT_EQ(build(grown).resumed_at, 0);
    EXPECT_THAT(Index::open(m_path)->info().experts[1].structure, testing::EndsWith(" centroids, 4 bits"));
    m_options.local_bits = 0;
    EXPECT_EQ(build(grown).resumed_at, 0);
    EXPECT_EQ(Index::open(m_path)->info().experts[1].structure, "every token vector");

    // What is there in half precision is coded without asking the model.
    m_options.local_bits = 1;
    const auto asked = m_model.encoded_texts.load();
    EXPECT_EQ(build(grown).resumed_at, 1000);
    EXPECT_EQ(m_model.encoded_texts, asked);
    EXPECT_THAT(Index::open(m_path)->info().experts[1].structure, testing::EndsWith(" centroids, 1 bit"));
    expect_right(*Index::open(m_path), grown, 1000);
    EXPECT_TRUE(nlohmann::json::parse(std::ifstream(m_path / "index.json")).at("complete"));
    m_options.local_bits = 5;
    EXPECT_THAT([&] { build(grown); }, testing::ThrowsMessage<Error>(testing::StartsWith("5 bits for each value")));
}

TEST_F(CodeIndexTest, PoolsTokens) {
    build();
    const auto asked = m_model.encoded_texts.load();
    m_options.token_pooling = 2;
    EXPECT_EQ(build().resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, asked); // what is there is pooled without asking the model
    const auto expect_pooled = [&](std::int32_t together) {
        const auto index = Index::open(m_path);
        ASSERT_EQ(index->info().documents, kDocuments);
        for (DocumentOrdinal ordinal = 0; ordinal < kDocuments; ordinal += 13) {
            auto fresh = m_model.encode_one(m_collection.document(ordinal).content());
            EXPECT_EQ(index->document(0, ordinal).sparse.weights, fresh[0].sparse.weights);
            EXPECT_EQ(index->document(2, ordinal).pooled, fresh[2].pooled);
            const auto kept = index->document(1, ordinal).tokens;
            EXPECT_EQ(kept.count(), pooled_count(fresh[1].tokens.count(), together));
            EXPECT_EQ(kept.spans.size(), kept.count());
        }
        EXPECT_EQ(index->candidates(1, m_model.encode_one("w3 w17 w120 w5")[1], 20).size(), 20u);
    };
    expect_pooled(2);
    const auto path = [&] { return Index::open(m_path)->info().experts[1]; };
    EXPECT_EQ(path().structure, "every token vector, 2 tokens to a vector");
    const double halved = path().entries_per_document;

    m_options.token_pooling = std::nullopt; // it stays so, and what comes later is pooled too
    EXPECT_EQ(build().resumed_at, kDocuments);
    EXPECT_EQ(path().entries_per_document, halved);
    const MemoryCollection grown(MemoryCollection::random_documents(1000), "2", {"1"});
    EXPECT_EQ(build(grown).resumed_at, kDocuments);
    auto last = m_model.encode_one(grown.document(990).content());
    EXPECT_EQ(Index::open(m_path)->document(1, 990).tokens.count(), pooled_count(last[1].tokens.count(), 2));

    // Pooled ones are coded, but neither pooled in another way nor brought back without encoding.
    build(); // shorter again
    const auto asked_again = m_model.encoded_texts.load();
    m_options.local_bits = 2;
    EXPECT_EQ(build().resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, asked_again);
    EXPECT_THAT(path().structure, testing::EndsWith(" centroids, 2 bits, 2 tokens to a vector"));
    EXPECT_EQ(path().entries_per_document, halved);
    expect_pooled(2);
    m_options.token_pooling = 3;
    EXPECT_EQ(build().resumed_at, 0);
    expect_pooled(3);
    m_options = {.shard_documents = 64, .local_bits = 0, .token_pooling = 1};
    EXPECT_EQ(build().resumed_at, 0);
    EXPECT_EQ(path().structure, "every token vector");

    // Both at once, of what is there.
    const auto before = m_model.encoded_texts.load();
    m_options = {.shard_documents = 64, .local_bits = 2, .token_pooling = 2};
    EXPECT_EQ(build().resumed_at, kDocuments);
    EXPECT_EQ(m_model.encoded_texts, before);
    expect_pooled(2);
    for (const std::int32_t wrong : {0, -1, 17}) {
        m_options.token_pooling = wrong;
        EXPECT_THAT([&] { build(); }, testing::ThrowsMessage<Error>(testing::HasSubstr(" tokens to a vector: expected 1 to 16")));
    }
}

// Documents of other words than those that the codec was made of fit it worse, and it can be made anew.
TEST_F(CodeIndexTest, TellsHowFarLaterDocumentsDriftFromTheCodec) {
    m_options.local_bits = 2;
    build();
    EXPECT_GT(Index::open(m_path)->info().experts[1].drift, 0);
    EXPECT_LT(Index::open(m_path)->info().experts[1].drift, kMuchDrift);
    std::vector<Document> documents = MemoryCollection::random_documents(kDocuments);
    for (int added = 0; added < 300; ++added) {
        std::string text;
        for (int word = 0; word < 20; ++word)
            text += "new" + std::to_string(added * 7 + word) + " ";
        documents.push_back({"added" + std::to_string(added), "", text});
    }
    const MemoryCollection grown(documents, "2", {"1"});
    EXPECT_EQ(build(grown).resumed_at, kDocuments);
    const auto drifted = Index::open(m_path)->info().experts[1].drift;
    EXPECT_GT(drifted, kMuchDrift);
    EXPECT_EQ(build(grown).experts[1].drift, drifted); // a build without anything to do forgets nothing
    m_options.new_codecs = true;
    EXPECT_EQ(build(grown).resumed_at, 0);
    EXPECT_LT(Index::open(m_path)->info().experts[1].drift, drifted);
    EXPECT_EQ(build(grown).resumed_at, 1'000); // the same documents give the same codec
    m_options.new_codecs = false;
    EXPECT_EQ(build(grown).resumed_at, 1'000);
}

// Another form, or other texts under the same name: what is there is given up before it is touched.
TEST_F(CodeIndexTest, OpensAfterAKillWhileItIsRewritten) {
    const MemoryCollection other(MemoryCollection::random_documents(kDocuments + 50), "other");
    int opened = 0, killed = 0;
    std::chrono::microseconds whole{20'000};
    for (int round = 0; round < 30; ++round) {
        const bool recoded = round % 2 == 0;
        std::filesystem::remove_all(m_path);
        const pid_t child = ::fork(); // FAISS's threads must not be there yet: everything that is built is built in a child
        ASSERT_GE(child, 0);
        if (child == 0) {
            m_options.local_bits = 0;
            build();
            ::raise(SIGSTOP);
            m_options.local_bits = recoded ? 2 : 0;
            build(recoded ? m_collection : other);
            ::_exit(0);
        }
        int status = 0;
        ASSERT_EQ(::waitpid(child, &status, WUNTRACED), child);
        ASSERT_TRUE(WIFSTOPPED(status));
        ::kill(child, SIGCONT);
        ::usleep(static_cast<useconds_t>(whole.count() * (round + 1) / 30));
        ::kill(child, SIGKILL);
        ASSERT_EQ(::waitpid(child, &status, 0), child);
        killed += WIFSIGNALED(status) ? 1 : 0;
        if (!WIFSIGNALED(status)) whole /= 2;
        try {
            const auto index = Index::open(m_path);
            ++opened;
            const bool old = index->info().collection_version == m_collection.version();
            if (!old && index->info().collection_version != other.version()) continue; // it says that it vouches for nothing
            for (DocumentOrdinal ordinal = 0; ordinal < index->info().documents; ordinal += 31)
                expect_kept(*index, old ? static_cast<const Collection&>(m_collection) : other, ordinal);
        } catch (const Error& problem) {
            EXPECT_THAT(problem.what(), testing::HasSubstr("no document is indexed yet"));
        }
    }
    for (const std::int32_t bits : {0, 2}) {
        m_options.local_bits = bits;
        build(other);
        expect_right(*Index::open(m_path), other, kDocuments + 50);
    }
    EXPECT_GT(killed, 10);
    EXPECT_GT(opened, 10);
}

} // namespace
} // namespace cameo
