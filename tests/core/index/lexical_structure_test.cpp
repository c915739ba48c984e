#include "core/index/lexical_structure.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>

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
    make(18'000, 40, false);
    std::int64_t postings = 0;
    for (std::int32_t term = 0; term < kVocabulary; ++term)
        postings += m_structure->postings(term);
    EXPECT_EQ(postings, m_structure->postings());
    for (int query = 0; query < 15; ++query)
        expect_exact(*m_structure, random_sparse(m_random, kVocabulary, 30, false));
}

TEST_F(LexicalStructureTest, IsExactWhenManyScoresTie) {
    make(18'000, 6, true);
    for (int query = 0; query < 15; ++query)
        expect_exact(*m_structure, random_sparse(m_random, kVocabulary, 4, true));
}

// Weights differ by orders of magnitude, so that most terms are optional and most windows can be left out.
TEST_F(LexicalStructureTest, IsExactWhereMuchIsSkipped) {
    std::vector<Representation> documents(40'000);
    for (std::size_t at = 0; at < documents.size(); ++at) {
        auto& sparse = documents[at].sparse;
        for (std::int32_t term = 0; term < 60; ++term)
            if (m_random() % 3 == 0) {
                sparse.terms.push_back(term);
                sparse.weights.push_back(0.01f * static_cast<float>(1 + m_random() % 100));
            }
        if (at < LexicalStructure::kWindow && m_random() % 20 == 0) {
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
    make(18'000, 40, true);
    std::vector<DocumentOrdinal> hidden;
    for (DocumentOrdinal document = 0; document < 18'000; ++document)
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

// What brute force takes for one query after the other: the weights of each term with their documents.
class Columns {
public:
    Columns(const std::vector<Representation>& documents) : m_columns(kVocabulary), m_sums(documents.size()) {
        for (std::size_t document = 0; document < documents.size(); ++document)
            for (std::size_t at = 0; at < documents[document].sparse.terms.size(); ++at)
                m_columns[static_cast<std::size_t>(documents[document].sparse.terms[at])].emplace_back(document, documents[document].sparse.weights[at]);
    }
    std::vector<ScoredDocument> best(const SparseVector& query, std::size_t k, const OrdinalSet* hidden) {
        std::ranges::fill(m_sums, 0.0f);
        for (std::size_t at = 0; at < query.terms.size(); ++at)
            for (const auto& [document, weight] : m_columns[static_cast<std::size_t>(query.terms[at])]) {
                const volatile float product = query.weights[at] * weight; // not fused
                m_sums[document] += product;
            }
        std::vector<ScoredDocument> all;
        for (std::size_t document = 0; document < m_sums.size(); ++document)
            if (const auto ordinal = static_cast<DocumentOrdinal>(document); m_sums[document] > 0 && !(hidden && hidden->contains(ordinal))) all.push_back({ordinal, m_sums[document]});
        const auto kept = static_cast<std::ptrdiff_t>(std::min(k, all.size()));
        std::partial_sort(all.begin(), all.begin() + kept, all.end(), better);
        all.resize(static_cast<std::size_t>(kept));
        return all;
    }

private:
    std::vector<std::vector<std::pair<std::size_t, float>>> m_columns;
    std::vector<float> m_sums;
};

// Two segments, the first of two windows; half of the queries over weights of which many are equal, a third of them with
// hidden documents.
TEST_F(LexicalStructureTest, FindsWhatBruteForceFindsForTenThousandQueries) {
    constexpr std::ptrdiff_t kDocuments = 20'000, kFirst = 17'000;
    std::size_t tied = 0;
    for (const bool ties : {false, true}) {
        std::vector<Representation> documents(kDocuments);
        for (auto& document : documents)
            document.sparse = random_sparse(m_random, kVocabulary, 20, ties);
        TemporaryFolder parts;
        const auto front = LexicalStructure::build(store_of(parts, kExpert, {documents.begin(), documents.begin() + kFirst}), 0, m_progress);
        const auto rest = store_of(parts, kExpert, {documents.begin() + kFirst, documents.end()}, 1000, kFirst);
        LexicalStructure::build(rest, 0, m_progress)->save(parts / "rest");
        const auto back = LexicalStructure::load(parts / "rest", rest, 0);
        std::vector<DocumentOrdinal> some;
        for (DocumentOrdinal document = 0; document < kDocuments; ++document)
            if (m_random() % 4 == 0) some.push_back(document);
        const OrdinalSet hidden(some);
        Columns columns(documents);
        for (int at = 0; at < 5'000; ++at) {
            const auto query = random_sparse(m_random, kVocabulary, 12, ties);
            const std::size_t k = 1 + m_random() % 60;
            const OrdinalSet* const left_out = at % 3 == 0 ? &hidden : nullptr;
            TopK best(k);
            front->search(query, best, left_out);
            back->search(query, best, left_out);
            const auto found = best.take();
            ASSERT_EQ(found, columns.best(query, k, left_out)) << "query " << at << ", k = " << k << (ties ? ", many ties" : "");
            tied += std::ranges::adjacent_find(found, {}, &ScoredDocument::score) != found.end() ? 1 : 0;
        }
    }
    EXPECT_GT(tied, 2'000u); // otherwise it would not have shown what becomes of ties
}

// Impacts of one term span all of fp32, products fall below it and sums rise above it.
TEST_F(LexicalStructureTest, IsExactAtTheEndsOfFloat) {
    std::vector<Representation> documents(600);
    const auto weight = [&](int most) { return std::ldexp(1 + static_cast<float>(m_random() % 1024) / 1024, static_cast<int>(m_random() % (2 * static_cast<unsigned>(most))) - most); };
    for (auto& document : documents)
        for (std::int32_t term = 0; term < 20; ++term)
            if (m_random() % (term < 5 ? 2 : 10) == 0) {
                document.sparse.terms.push_back(term);
                document.sparse.weights.push_back(weight(term % 2 == 0 ? 8 : 126));
            }
    m_store = store_of(m_folder, kExpert, documents);
    m_structure = LexicalStructure::build(m_store, 0, m_progress);
    for (const int most : {8, 60, 126})
        for (int at = 0; at < 30; ++at) {
            SparseVector query;
            for (std::int32_t term = 0; term < 20; ++term)
                if (m_random() % 3 == 0) {
                    query.terms.push_back(term);
                    query.weights.push_back(weight(most));
                }
            expect_exact(*m_structure, query);
            for (auto& one : query.weights)
                one *= 1e-30f; // most products are lost, or lose bits
            expect_exact(*m_structure, query);
        }
    expect_exact(*m_structure, {{1, 2}, {std::numeric_limits<float>::infinity(), 1}});
}

// More terms than sums of 16 bits can tell apart, in documents that have most of them.
TEST_F(LexicalStructureTest, IsExactForQueriesOfManyTerms) {
    constexpr std::int32_t kWide = 20'000;
    const StoredExpert expert{"lexical", ExpertKind::Lexical, kWide};
    std::vector<Representation> documents(40);
    for (auto& document : documents)
        for (std::int32_t term = 0; term < kWide; ++term)
            if (m_random() % 4 != 0) {
                document.sparse.terms.push_back(term);
                document.sparse.weights.push_back(1 + static_cast<float>(m_random() % 100) / 100);
            }
    m_store = store_of(m_folder, expert, documents);
    m_structure = LexicalStructure::build(m_store, 0, m_progress);
    Representation all;
    for (std::int32_t term = 0; term < kWide; ++term) {
        all.sparse.terms.push_back(term);
        all.sparse.weights.push_back(0.5f + static_cast<float>(m_random() % 10));
    }
    const DocumentOrdinal left_out = 7;
    const OrdinalSet hidden({left_out});
    for (const std::size_t terms : {300u, 10'000u, 20'000u}) {
        const SparseVector query{{all.sparse.terms.begin(), all.sparse.terms.begin() + static_cast<std::ptrdiff_t>(terms)},
                                 {all.sparse.weights.begin(), all.sparse.weights.begin() + static_cast<std::ptrdiff_t>(terms)}};
        std::vector<float> scores(40);
        std::vector<DocumentOrdinal> ordinals(40);
        std::iota(ordinals.begin(), ordinals.end(), DocumentOrdinal{0});
        m_structure->score(query, ordinals, scores);
        std::vector<ScoredDocument> right;
        for (const auto ordinal : ordinals) {
            volatile float sum = 0;
            const auto document = m_store->sparse(0, ordinal);
            for (std::size_t at = 0; at < document.terms.size() && document.terms[at] < static_cast<std::int32_t>(terms); ++at) {
                const volatile float product = query.weights[static_cast<std::size_t>(document.terms[at])] * document.weights[at];
                sum = sum + product;
            }
            ASSERT_EQ(scores[static_cast<std::size_t>(ordinal)], sum);
            if (ordinal != left_out) right.push_back({ordinal, sum});
        }
        std::ranges::sort(right, better);
        right.resize(10);
        ASSERT_EQ(m_structure->search(query, 10, &hidden), right) << terms << " terms";
    }
}

// Checksums that are right do not make a structure that a search could follow out of its bounds.
TEST_F(LexicalStructureTest, RefusesWhatContradictsItself) {
    make(100, 40, true);
    const auto path = m_folder / "structure";
    m_structure->save(path);
    const auto refused = [&](std::size_t section_idx, const std::function<void(std::vector<std::uint8_t>&)>& change) {
        std::vector<std::vector<std::uint8_t>> sections;
        SectionWriter writer(section_kind("LEXI"), 3);
        const auto file = SectionFile::open(path, section_kind("LEXI"), 3);
        for (std::size_t at = 0; at < file->sections(); ++at) {
            const auto bytes = file->section<std::uint8_t>(at);
            sections.emplace_back(bytes.begin(), bytes.end());
        }
        change(sections[section_idx]);
        for (const auto& section : sections)
            writer.add(section);
        writer.write(m_folder / "changed");
        EXPECT_THAT([&] { LexicalStructure::load(m_folder / "changed", m_store, 0); },
                    testing::ThrowsMessage<Error>(testing::HasSubstr("changed: damaged: ")))
            << "section " << section_idx;
    };
    constexpr std::size_t kWindows = 1, kEntries = 2, kPostings = 3, kEntry = 8;
    // The bytes where a term's postings begin, of the first term with a list or a block.
    const auto file = SectionFile::open(path, section_kind("LEXI"), 3);
    const auto entries = file->section<std::uint32_t>(kEntries); // begin and largest weight in turns
    const auto term_with = [&](auto holds) {
        for (std::size_t term = 0; term < kVocabulary; ++term)
            if (holds(entries[2 * term + 2] - entries[2 * term])) return term;
        return std::size_t{kVocabulary};
    };
    const std::size_t block = term_with([](std::size_t bytes) { return bytes == 128; }), list = term_with([](std::size_t bytes) { return bytes > 8 && bytes < 128; });
    ASSERT_LT(block, std::size_t{kVocabulary});
    ASSERT_LT(list, std::size_t{kVocabulary});
    refused(kWindows, [](auto& bytes) { bytes[0] = 2; });
    refused(kWindows, [](auto& bytes) { bytes[14] = 1; });
    refused(kWindows, [](auto& bytes) { bytes.resize(8); });
    refused(kEntries, [&](auto& bytes) { bytes[list * kEntry + 3] = 0x7f; });     // begins far outside
    refused(kEntries, [&](auto& bytes) { bytes[list * kEntry] += 2; });           // its length is that of nothing
    refused(kEntries, [&](auto& bytes) { std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(list * kEntry + 4), 4, std::uint8_t{0xff}); }); // no number
    refused(kEntries, [&](auto& bytes) { std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(list * kEntry + 4), 4, std::uint8_t{0}); });
    refused(kEntries, [](auto& bytes) { bytes.resize(bytes.size() - kEntry); });
    refused(kPostings, [&](auto& bytes) { bytes[entries[2 * list] + 1] = 0xff; }); // a document that is not there
    refused(kPostings, [&](auto& bytes) { std::fill_n(bytes.begin() + entries[2 * list], 4, std::uint8_t{0}); }); // one twice
    refused(kPostings, [&](auto& bytes) { bytes[entries[2 * block] + 127] = 1; }); // behind the last document
    refused(kPostings, [](auto& bytes) { bytes.resize(bytes.size() - 2); });
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
