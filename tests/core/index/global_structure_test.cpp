#include "core/index/global_structure.hpp"
#include "tests/core/index/random_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace cameo {
namespace {

constexpr std::int32_t kWidth = 33; // no multiple of a register
const StoredExpert kExpert{"global", ExpertKind::Global, kWidth};
using Choice = GlobalStructure::Choice;

class GlobalStructureTest : public testing::Test {
protected:
    void make(std::size_t documents, bool ties) {
        std::vector<Representation> made(documents);
        for (auto& document : made) {
            document.pooled = random_unit(m_random, kWidth);
            if (!ties) continue;
            // Only 50 different vectors, of different lengths.
            std::mt19937 one_of_few(m_random() % 50);
            for (auto& value : document.pooled)
                value = static_cast<float>(one_of_few() % 8) - 3;
        }
        m_store = store_of(m_folder, kExpert, made);
    }
    std::vector<ScoredDocument> plain(const GlobalStructure& structure, std::span<const float> query,
                                      std::size_t k) {
        std::vector<DocumentOrdinal> documents;
        for (DocumentOrdinal document = 0; document < m_store->documents(); ++document)
            documents.push_back(document);
        std::vector<float> scores(documents.size());
        structure.score(query, documents, scores);
        std::vector<ScoredDocument> all;
        for (std::size_t at = 0; at < documents.size(); ++at) {
            double product = 0;
            const auto vector = m_store->pooled(0, documents[at]);
            for (std::size_t h = 0; h < query.size(); ++h)
                product += double{query[h]} * vector[h];
            EXPECT_NEAR(scores[at], product, 1e-5);
            all.push_back({documents[at], scores[at]});
        }
        std::sort(all.begin(), all.end(), better);
        all.resize(std::min(k, all.size()));
        return all;
    }

    TemporaryFolder m_folder;
    Progress m_progress;
    std::mt19937 m_random{3};
    std::shared_ptr<const ForwardStore> m_store;
};

TEST_F(GlobalStructureTest, FlatIsExactTiesIncluded) {
    for (const bool ties : {false, true}) {
        make(2'500, ties);
        const auto structure = GlobalStructure::build(m_store, 0, Choice::BySize, m_progress);
        EXPECT_EQ(structure->name(), "flat");
        structure->save(m_folder / "structure");
        const auto loaded = GlobalStructure::load(m_folder / "structure", m_store, 0, m_progress);
        for (int at = 0; at < 10; ++at) {
            const auto query = random_unit(m_random, kWidth);
            for (const std::size_t k : {1u, 10u, 100u, 3000u}) {
                EXPECT_EQ(structure->search(query, k), plain(*structure, query, k));
                EXPECT_EQ(loaded->search(query, k), structure->search(query, k));
            }
        }
        EXPECT_TRUE(structure->search(random_unit(m_random, kWidth), 0).empty());
    }
}

TEST_F(GlobalStructureTest, HnswFindsNearlyAll) {
    make(4'000, false);
    const auto structure = GlobalStructure::build(m_store, 0, Choice::Hnsw, m_progress);
    EXPECT_FALSE(structure->exact());
    structure->save(m_folder / "structure");
    const auto loaded = GlobalStructure::load(m_folder / "structure", m_store, 0, m_progress);
    std::size_t found = 0, wanted = 0;
    for (int at = 0; at < 30; ++at) {
        const auto query = random_unit(m_random, kWidth);
        const auto hits = structure->search(query, 50), right = plain(*structure, query, 50);
        EXPECT_TRUE(std::is_sorted(hits.begin(), hits.end(), better));
        EXPECT_EQ(loaded->search(query, 50), hits);
        for (const auto& hit : hits)
            found += static_cast<std::size_t>(std::count(right.begin(), right.end(), hit));
        wanted += right.size();
    }
    EXPECT_GE(static_cast<double>(found) / static_cast<double>(wanted), 0.95);
}

TEST_F(GlobalStructureTest, RefusesADamagedFile) {
    make(100, false);
    GlobalStructure::build(m_store, 0, Choice::Hnsw, m_progress)->save(m_folder / "structure");
    std::fstream file(m_folder / "structure", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(1000);
    file.put('\x55');
    file.close();
    EXPECT_THAT(
        [&] { GlobalStructure::load(m_folder / "structure", m_store, 0, m_progress); },
        testing::ThrowsMessage<Error>(testing::HasSubstr("structure: damaged: the checksum of section 1")));
}

TEST_F(GlobalStructureTest, IsCancelled) {
    make(100, false);
    std::stop_source stop;
    stop.request_stop();
    Progress progress(stop.get_token());
    EXPECT_THROW(GlobalStructure::build(m_store, 0, Choice::Hnsw, progress), Cancelled);
}

} // namespace
} // namespace cameo
