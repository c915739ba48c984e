#include "core/index/lexical_structure.hpp"
#include "core/index/seismic_loss.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <string>

namespace cameo {
namespace {

constexpr std::int32_t kVocabulary = 400;
const StoredExpert kExpert{"lexical", ExpertKind::Lexical, kVocabulary};

class SeismicListsTest : public testing::Test {
protected:
    // Topics of twenty terms each, so that documents are alike as those of a collection are.
    SparseVector about(std::size_t topic, std::size_t terms) {
        std::map<std::int32_t, float> weights;
        for (std::size_t count = 0; count < terms; ++count) {
            const bool own = m_random() % 2 != 0;
            const auto term = own ? topic * 20 + m_random() % 20 : m_random() % kVocabulary;
            weights[static_cast<std::int32_t>(term)] = (own ? 1.0f : 0.3f) * (0.2f + static_cast<float>(m_random() % 64) / 64);
        }
        SparseVector sparse;
        for (const auto& [term, weight] : weights) {
            sparse.terms.push_back(term);
            sparse.weights.push_back(weight);
        }
        return sparse;
    }
    void make(std::size_t count, std::size_t terms) {
        std::vector<Representation> documents(count);
        for (auto& document : documents)
            document.sparse = about(m_random() % 20, terms);
        m_store = store_of(m_folder, kExpert, documents);
        m_exact = LexicalStructure::build(m_store, 0, m_progress);
        m_seismic = LexicalStructure::build(m_store, 0, m_progress, LexicalStructure::Form::Seismic);
    }
    static std::vector<ScoredDocument> search(const LexicalStructure& structure, const SparseVector& query, std::size_t k, const LexicalEffort& effort = {},
                                              const OrdinalSet* hidden = nullptr) {
        TopK best(k);
        structure.search(query, best, hidden, effort);
        return best.take();
    }
    // The share of the exact lists that is found; whatever is found has its exact score.
    double recall(const LexicalEffort& effort) {
        std::mt19937 random{11};
        m_random = random;
        std::size_t found = 0, wanted = 0;
        for (int at = 0; at < 100; ++at) {
            const auto query = about(m_random() % 20, 12);
            const auto right = m_exact->search(query, 20), hits = search(*m_seismic, query, 20, effort);
            EXPECT_TRUE(std::ranges::is_sorted(hits, better));
            std::vector<DocumentOrdinal> documents;
            for (const auto& hit : hits)
                documents.push_back(hit.document);
            std::vector<float> scores(documents.size());
            m_exact->score(query, documents, scores);
            for (std::size_t hit = 0; hit < hits.size(); ++hit)
                EXPECT_EQ(scores[hit], hits[hit].score);
            wanted += right.size();
            found += static_cast<std::size_t>(std::ranges::count_if(right, [&](const auto& one) { return std::ranges::find(hits, one) != hits.end(); }));
        }
        return static_cast<double>(found) / static_cast<double>(wanted);
    }

    TemporaryFolder m_folder;
    Progress m_progress;
    std::mt19937 m_random{5};
    std::shared_ptr<const ForwardStore> m_store;
    std::unique_ptr<const LexicalStructure> m_exact, m_seismic;
};

// Documents of few terms are listed under all of them, and with more wanted than there are no block is skipped.
TEST_F(SeismicListsTest, FindsEverythingWhereNothingIsCut) {
    make(3'000, 12);
    EXPECT_EQ(m_exact->form(), LexicalStructure::Form::Exact);
    EXPECT_EQ(m_seismic->form(), LexicalStructure::Form::Seismic);
    EXPECT_EQ(m_seismic->postings(), m_exact->postings());
    EXPECT_GT(m_seismic->bytes(), m_exact->bytes());
    for (int at = 0; at < 30; ++at) {
        const auto query = about(m_random() % 20, 12);
        ASSERT_EQ(search(*m_seismic, query, 5'000, {.query_cut = 100}), m_exact->search(query, 5'000));
    }
    EXPECT_TRUE(search(*m_seismic, {{5'000, -3}, {1, 1}}, 5).empty());
    EXPECT_TRUE(search(*m_seismic, {{3, 4}, {-1, 0}}, 5).empty());
    EXPECT_TRUE(search(*m_seismic, {}, 5).empty());
}

TEST_F(SeismicListsTest, FindsMostAndMoreWithMoreEffort) {
    make(20'000, 50);
    const double usual = recall({}), cut = recall({.query_cut = 1}), hasty = recall({.heap_factor = 0.3f}), patient = recall({.query_cut = 12, .heap_factor = 3});
    EXPECT_GT(usual, 0.9);
    EXPECT_LT(cut, usual);
    EXPECT_LT(hasty, usual);
    EXPECT_GE(patient, usual);
    EXPECT_GT(patient, 0.99);
}

TEST_F(SeismicListsTest, SaysWhatLosesADocumentAndWhatKeepsIt) {
    make(5'000, 120); // far more terms than lists that a document stands in
    std::map<std::string, int> kept;
    for (const LexicalEffort& hasty : {LexicalEffort{.query_cut = 6, .heap_factor = 0.3f}, {.query_cut = 1, .heap_factor = 5}})
        for (int at = 0; at < 20; ++at) {
            auto query = about(m_random() % 20, 12);
            if (hasty.query_cut == 1) std::ranges::fill(query.weights, 1.0f); // so that the term that is looked at is any
            for (const auto& [document, score] : m_exact->search(query, 10)) {
                const auto finds = [&, wanted = document](const LexicalEffort& effort) {
                    const auto hits = search(*m_seismic, query, 10, effort);
                    return std::ranges::find(hits, wanted, &ScoredDocument::document) != hits.end();
                };
                const auto loss = seismic_loss(finds, hasty, query.terms.size());
                ASSERT_EQ(loss.has_value(), !finds(hasty));
                if (!loss || loss->needed == 0) continue;
                ++kept[loss->stage];
                const bool factor = loss->setting == "heap-factor";
                EXPECT_EQ(loss->is, !factor ? double(hasty.query_cut) : hasty.heap_factor == 5 ? 5 : 0.3);
                EXPECT_GT(loss->needed, loss->is);
                LexicalEffort more = hasty;
                if (factor) more.heap_factor = static_cast<float>(loss->needed);
                else more.query_cut = static_cast<std::size_t>(loss->needed);
                EXPECT_TRUE(finds(more)) << loss->setting << ' ' << loss->needed;
            }
        }
    EXPECT_GT(kept["blocks"], 5);
    EXPECT_GT(kept["lists"], 5);
}

TEST_F(SeismicListsTest, FindsNothingThatIsHidden) {
    make(3'000, 12);
    std::vector<DocumentOrdinal> some;
    for (DocumentOrdinal document = 0; document < 3'000; ++document)
        if (m_random() % 3 == 0) some.push_back(document);
    const OrdinalSet hidden(some);
    for (int at = 0; at < 30; ++at) {
        const auto query = about(m_random() % 20, 12);
        ASSERT_EQ(search(*m_seismic, query, 5'000, {.query_cut = 100}, &hidden), m_exact->search(query, 5'000, &hidden));
        for (const auto& hit : search(*m_seismic, query, 20, {}, &hidden))
            ASSERT_FALSE(hidden.contains(hit.document));
    }
}

TEST_F(SeismicListsTest, IsTheSameFromTheDiskAndInASecondSegment) {
    make(3'000, 30);
    std::vector<Representation> more(2'000);
    for (auto& document : more)
        document.sparse = about(m_random() % 20, 30);
    const auto rest = store_of(m_folder, kExpert, more, 1000, 3'000);
    LexicalStructure::build(rest, 0, m_progress, LexicalStructure::Form::Seismic)->save(m_folder / "rest");
    const auto built = LexicalStructure::build(rest, 0, m_progress, LexicalStructure::Form::Seismic);
    const auto loaded = LexicalStructure::load(m_folder / "rest", rest, 0);
    EXPECT_EQ(loaded->form(), LexicalStructure::Form::Seismic);
    EXPECT_EQ(loaded->bytes(), built->bytes());
    for (int at = 0; at < 30; ++at) {
        const auto query = about(m_random() % 20, 12);
        TopK one(20), other(20);
        m_seismic->search(query, one, nullptr);
        built->search(query, one, nullptr);
        m_seismic->search(query, other, nullptr);
        loaded->search(query, other, nullptr);
        const auto found = one.take();
        ASSERT_EQ(found, other.take());
        EXPECT_TRUE(std::ranges::any_of(found, [](const auto& hit) { return hit.document >= 3'000; }) || at % 5 != 0);
    }
}

TEST_F(SeismicListsTest, RefusesWhatContradictsItself) {
    make(500, 30);
    m_seismic->save(m_folder / "structure");
    const auto file = SectionFile::open(m_folder / "structure", section_kind("LEXI"), 3);
    ASSERT_EQ(file->sections(), 13u);
    const auto refused = [&](std::size_t section_idx, const std::function<void(std::vector<std::uint8_t>&)>& change) {
        std::vector<std::vector<std::uint8_t>> sections;
        for (std::size_t at = 0; at < file->sections(); ++at) {
            const auto bytes = file->section<std::uint8_t>(at);
            sections.emplace_back(bytes.begin(), bytes.end());
        }
        change(sections[section_idx]);
        SectionWriter writer(section_kind("LEXI"), 3);
        for (const auto& section : sections)
            writer.add(section);
        writer.write(m_folder / "changed");
        EXPECT_THAT([&] { LexicalStructure::load(m_folder / "changed", m_store, 0); }, testing::ThrowsMessage<Error>(testing::HasSubstr("changed: damaged: ")))
            << "section " << section_idx;
    };
    for (std::size_t section_idx = 4; section_idx < 13; ++section_idx)
        refused(section_idx, [](auto& bytes) { bytes.resize(bytes.size() - 4); });
    for (const std::size_t table : {4u, 5u, 8u, 10u})
        refused(table, [](auto& bytes) { bytes[7] = 0xff; });                         // a table that jumps
    refused(6, [](auto& bytes) { bytes[3] = 0xff; });                                 // a document that is not there
    refused(7, [](auto& bytes) { std::fill_n(bytes.begin(), 4, std::uint8_t{0xff}); }); // no number
    refused(11, [](auto& bytes) { bytes[1] = 0xff; });                                // a block of another list
}

TEST_F(SeismicListsTest, IsCancelled) {
    make(50, 20);
    std::stop_source stop;
    Progress progress(stop.get_token());
    stop.request_stop();
    EXPECT_THROW(SeismicLists::build(*m_store, 0, progress), Cancelled);
}

} // namespace
} // namespace cameo
