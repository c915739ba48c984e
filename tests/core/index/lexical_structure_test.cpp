#include "core/index/lexical_structure.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace cameo {
namespace {

constexpr std::int32_t kVocabulary = 200;
const StoredExpert kExpert{"lexical", ExpertKind::Lexical, kVocabulary};

// Every document, by ascending term, in fp32.
std::vector<ScoredDocument> plain(const ForwardStore& store, const SparseVector& query, std::size_t k) {
    std::vector<ScoredDocument> all;
    for (DocumentOrdinal ordinal = 0; ordinal < store.documents(); ++ordinal) {
        const auto document = store.sparse(0, ordinal);
        volatile float sum = 0; // no fused products, no other order
        for (std::size_t at = 0; at < document.terms.size(); ++at) {
            const auto found = std::find(query.terms.begin(), query.terms.end(), document.terms[at]);
            if (found == query.terms.end()) continue;
            const volatile float product =
                query.weights[static_cast<std::size_t>(found - query.terms.begin())] * document.weights[at];
            sum = sum + product;
        }
        if (sum > 0) all.push_back({ordinal, sum});
    }
    std::sort(all.begin(), all.end(), better);
    all.resize(std::min(k, all.size()));
    return all;
}

class LexicalStructureTest : public testing::Test {
protected:
    void make(std::int64_t documents, std::size_t most_terms, bool ties) {
        std::vector<Representation> made;
        for (std::int64_t at = 0; at < documents; ++at) {
            made.emplace_back();
            made.back().sparse = random_sparse(m_random, kVocabulary, most_terms, ties);
        }
        m_store = store_of(m_folder, kExpert, made);
        m_structure = LexicalStructure::build(m_store, 0, m_progress);
    }
    void expect_exact(const LexicalStructure& structure, const SparseVector& query) {
        for (const std::size_t k : {1u, 10u, 100u, 20'000u}) {
            const auto found = structure.search(query, k);
            ASSERT_EQ(found, plain(*m_store, query, k)) << "k = " << k;
            std::vector<DocumentOrdinal> documents;
            for (const auto& hit : found)
                documents.push_back(hit.document);
            std::vector<float> scores(documents.size());
            structure.score(query, documents, scores);
            for (std::size_t at = 0; at < scores.size(); ++at)
                ASSERT_EQ(scores[at], found[at].score);
        }
    }

    TemporaryFolder m_folder;
    Progress m_progress;
    std::mt19937 m_random{5};
    std::shared_ptr<const ForwardStore> m_store;
    std::unique_ptr<const LexicalStructure> m_structure;
};

TEST_F(LexicalStructureTest, KnowsAHandWorkedExample) {
    std::vector<Representation> documents(3);
    documents[0].sparse = {{1, 5}, {2, 1}};
    documents[1].sparse = {{5}, {4}};
    documents[2].sparse = {{1}, {3}};
    m_store = store_of(m_folder, kExpert, documents);
    const auto structure = LexicalStructure::build(m_store, 0, m_progress);
    const SparseVector query{{1, 5, 7}, {0.5f, 0.25f, 9}};
    // 2 * 0.5 + 1 * 0.25, 4 * 0.25, 3 * 0.5
    EXPECT_THAT(
        structure->search(query, 5),
        testing::ElementsAre(ScoredDocument{2, 1.5f}, ScoredDocument{0, 1.25f}, ScoredDocument{1, 1.0f}));
    EXPECT_THAT(structure->search(query, 1), testing::ElementsAre(ScoredDocument{2, 1.5f}));
    EXPECT_TRUE(structure->search({{7}, {1}}, 5).empty());    // no document has it
    EXPECT_TRUE(structure->search({{5000}, {1}}, 5).empty()); // no vocabulary has it
    EXPECT_TRUE(structure->search({}, 5).empty());
    EXPECT_TRUE(structure->search(query, 0).empty());
    EXPECT_EQ(structure->postings(1), 2);
    EXPECT_EQ(structure->postings(7), 0);
    EXPECT_EQ(structure->postings(-1), 0);
    EXPECT_EQ(structure->postings(5000), 0);
}

TEST_F(LexicalStructureTest, IsExactOverSeveralWindows) {
    make(9'500, 40, false);
    std::int64_t postings = 0;
    for (std::int32_t term = 0; term < kVocabulary; ++term)
        postings += m_structure->postings(term);
    EXPECT_EQ(postings, m_structure->postings());
    for (int query = 0; query < 15; ++query)
        expect_exact(*m_structure, random_sparse(m_random, kVocabulary, 30, false));
}

TEST_F(LexicalStructureTest, IsExactWhenManyScoresTie) {
    make(9'500, 6, true);
    for (int query = 0; query < 15; ++query)
        expect_exact(*m_structure, random_sparse(m_random, kVocabulary, 4, true));
}

// Weights differ by orders of magnitude, so that most terms are optional and most windows can be left out.
TEST_F(LexicalStructureTest, IsExactWhereMuchIsSkipped) {
    std::vector<Representation> documents(13'000);
    for (std::size_t at = 0; at < documents.size(); ++at) {
        auto& sparse = documents[at].sparse;
        for (std::int32_t term = 0; term < 60; ++term)
            if (m_random() % 3 == 0) {
                sparse.terms.push_back(term);
                sparse.weights.push_back(0.01f * static_cast<float>(1 + m_random() % 100));
            }
        if (at < 4096 && m_random() % 20 == 0) {
            sparse.terms.push_back(100);
            sparse.weights.push_back(50 + static_cast<float>(m_random() % 8));
        }
    }
    m_store = store_of(m_folder, kExpert, documents);
    m_structure = LexicalStructure::build(m_store, 0, m_progress);
    SparseVector query;
    for (std::int32_t term = 0; term < 60; ++term) {
        query.terms.push_back(term);
        query.weights.push_back(0.1f);
    }
    expect_exact(*m_structure, query);
    query.terms.push_back(100);
    query.weights.push_back(1);
    expect_exact(*m_structure, query);
}

// Removed documents are in no list, and their scores raise no threshold.
TEST_F(LexicalStructureTest, FindsNothingThatIsHidden) {
    make(9'500, 40, true);
    std::vector<DocumentOrdinal> hidden;
    for (DocumentOrdinal document = 0; document < 9'500; ++document)
        if (m_random() % 4 != 0) hidden.push_back(document);
    const OrdinalSet set(hidden);
    for (int at = 0; at < 15; ++at) {
        const auto query = random_sparse(m_random, kVocabulary, 30, true);
        auto right = plain(*m_store, query, 20'000);
        std::erase_if(right, [&](const ScoredDocument& one) { return set.contains(one.document); });
        for (const std::size_t k : {1u, 10u, 100u}) {
            auto first = right;
            first.resize(std::min(k, first.size()));
            ASSERT_EQ(m_structure->search(query, k, &set), first) << "k = " << k;
        }
    }
}

// One list of the best goes through the segments of an index, and is that of all documents together.
TEST_F(LexicalStructureTest, IsExactOverSeveralSegments) {
    std::vector<Representation> documents(9'500);
    for (auto& document : documents)
        document.sparse = random_sparse(m_random, kVocabulary, 20, true);
    m_store = store_of(m_folder, kExpert, documents);
    const std::vector<Representation> front(documents.begin(), documents.begin() + 4'500), back(documents.begin() + 4'500, documents.end());
    TemporaryFolder parts;
    const auto first = LexicalStructure::build(store_of(parts, kExpert, front), 0, m_progress);
    const auto second = LexicalStructure::build(store_of(parts, kExpert, back, 1000, 4'500), 0, m_progress);
    second->save(parts / "second");
    const auto loaded = LexicalStructure::load(parts / "second", store_of(parts, kExpert, back, 1000, 4'500), 0);
    for (int at = 0; at < 15; ++at) {
        const auto query = random_sparse(m_random, kVocabulary, 10, true);
        TopK best(50);
        first->search(query, best, nullptr);
        loaded->search(query, best, nullptr);
        ASSERT_EQ(best.take(), plain(*m_store, query, 50));
    }
}

TEST_F(LexicalStructureTest, IsTheSameFromTheDisk) {
    make(5'000, 20, true);
    m_structure->save(m_folder / "structure");
    const auto loaded = LexicalStructure::load(m_folder / "structure", m_store, 0);
    EXPECT_EQ(loaded->postings(), m_store->entries(0));
    for (int query = 0; query < 5; ++query)
        expect_exact(*loaded, random_sparse(m_random, kVocabulary, 10, true));
}

TEST_F(LexicalStructureTest, RefusesAStructureOfOtherDocuments) {
    make(50, 20, true);
    m_structure->save(m_folder / "structure");
    TemporaryFolder other;
    const auto longer = store_of(other, kExpert, std::vector<Representation>(51));
    EXPECT_THAT([&] { LexicalStructure::load(m_folder / "structure", longer, 0); },
                testing::ThrowsMessage<Error>(
                    testing::HasSubstr("structure: damaged: it was made of other documents")));
}

TEST_F(LexicalStructureTest, IsCancelled) {
    make(50, 20, true);
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(LexicalStructure::build(m_store, 0, progress), Cancelled);
}

} // namespace
} // namespace cameo
