#include "core/eval/measure_search_losses.hpp"

#include "tests/core/eval/judged_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace cameo {
namespace {

/// An index whose global search never finds every fourth document, and says that it is not exact.
class ForgetfulIndex final : public Index {
public:
    explicit ForgetfulIndex(std::shared_ptr<const Index> exact) : m_exact(std::move(exact)), m_info(m_exact->info()) {
        for (ExpertIndexInfo& expert : m_info.experts) expert.exact_candidates = true;
        m_info.experts[2].exact_candidates = false;
        m_info.experts[2].structure = "HNSW32";
        m_info.experts[1].truncated_documents = m_info.documents / 4;
    }
    const IndexInfo& info() const override { return m_info; }
    std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query, std::size_t k, const CandidateOptions& options) const override {
        if (expert_idx != 2) return m_exact->candidates(expert_idx, query, k, options);
        auto all = m_exact->candidates(expert_idx, query, static_cast<std::size_t>(m_info.documents), options);
        std::erase_if(all, [](const ScoredDocument& one) { return one.document % 4 == 0; });
        all.resize(std::min(all.size(), k));
        return all;
    }
    void score(std::size_t expert_idx, const Representation& query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const override {
        m_exact->score(expert_idx, query, documents, scores);
    }
    std::int64_t postings(std::size_t expert_idx, std::int32_t term) const override { return m_exact->postings(expert_idx, term); }
    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const override { return m_exact->document(expert_idx, ordinal); }

private:
    std::shared_ptr<const Index> m_exact;
    IndexInfo m_info;
};

TEST(SearchLosses, CountWhatAnApproximateSearchMissesAndWhatIsNotRead) {
    JudgedBench bench(400, 60);
    bench.collection->all_queries[3].text += std::string(" w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20 w21 w22 w23 w24 w25 w26 w27 w28 w29 w30 w31");
    const SearchEngine engine(bench.model, bench.collection, std::make_shared<ForgetfulIndex>(std::make_shared<FakeIndex>(*bench.model, *bench.collection)));
    const JudgedSplit judged = read_split(*bench.collection, "test");
    const SearchLosses losses = measure_search_losses(engine, judged, bench.progress);
    ASSERT_EQ(losses.experts.size(), 3u);
    EXPECT_EQ(losses.compared, 50u);
    EXPECT_EQ(losses.experts[0].lost_candidates, 0);
    EXPECT_EQ(losses.experts[1].lost_candidates, 0);
    EXPECT_NEAR(losses.experts[2].lost_candidates, 0.25, 0.05) << "a quarter of all documents is never found";
    EXPECT_EQ(losses.experts[2].structure, "HNSW32");
    EXPECT_EQ(losses.experts[1].cut_documents, 0.25);
    EXPECT_EQ(losses.experts[0].cut_documents, 0);
    EXPECT_DOUBLE_EQ(losses.experts[0].cut_queries, 1.0 / static_cast<double>(judged.queries.size()));
}

TEST(SearchLosses, AreNoneWhereASearchFindsAll) {
    JudgedBench bench;
    const SearchLosses losses = measure_search_losses(*bench.engine, read_split(*bench.collection, "test"), bench.progress);
    for (const std::size_t expert : {std::size_t{1}, std::size_t{2}}) // a lexical search leaves out what has no word in common
        EXPECT_EQ(losses.experts[expert].lost_candidates, 0) << losses.experts[expert].name;
}

} // namespace
} // namespace cameo
