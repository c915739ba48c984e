#include "core/eval/judged_scores_file.hpp"

#include "core/base/error.hpp"
#include "core/search/learned_fusion.hpp"
#include "tests/core/eval/judged_bench.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace cameo {
namespace {

struct KeptBench : JudgedBench {
    KeptBench() {
        std::filesystem::create_directories(index);
        write_index("structure");
    }
    void write_index(const std::string& bytes) { std::ofstream(index / "structure-0.sections", std::ios::binary) << bytes; }
    std::string key(bool with_bm25 = true) const { return judged_scores_key(*engine, index, options, with_bm25); }
    std::optional<JudgedScores> read() const { return read_judged_scores(*engine, key(), options, file); }
    JudgedScores measure() { return score_judged(*engine, bm25.get(), options, progress); }

    TemporaryFolder folder;
    std::filesystem::path index = folder.path() / "index", file = folder.path() / "measured" / "kept.cameo";
    JudgedScoresOptions options{.depth = 30};
};

void expect_equal(const JudgedScores& a, const JudgedScores& b) {
    EXPECT_EQ(a.model_version, b.model_version);
    EXPECT_EQ(a.documents, b.documents);
    EXPECT_EQ(a.split, b.split);
    EXPECT_EQ(a.depth, b.depth);
    EXPECT_EQ(a.experts, b.experts);
    EXPECT_EQ(a.kinds, b.kinds);
    EXPECT_EQ(a.judged.qrels, b.judged.qrels);
    EXPECT_EQ(a.slices, b.slices);
    EXPECT_EQ(a.linear, b.linear);
    EXPECT_EQ(a.has_bm25, b.has_bm25);
    ASSERT_EQ(a.queries.size(), b.queries.size());
    for (std::size_t at = 0; at < a.queries.size(); ++at) {
        const ScoredQuery &one = a.queries[at], &other = b.queries[at];
        EXPECT_EQ(one.documents, other.documents);
        EXPECT_EQ(one.raw, other.raw);
        EXPECT_EQ(one.brought_by, other.brought_by);
        EXPECT_EQ(one.query_weights, other.query_weights);
        EXPECT_EQ(one.bm25_first, other.bm25_first);
        for (int measure = 0; measure < kMeasureCount; ++measure) EXPECT_EQ(value(one.bm25, measure), value(other.bm25, measure));
        ASSERT_EQ(one.relevant.size(), other.relevant.size());
        for (std::size_t each = 0; each < one.relevant.size(); ++each) {
            EXPECT_EQ(one.relevant[each].position, other.relevant[each].position);
            EXPECT_EQ(one.relevant[each].grade, other.relevant[each].grade);
        }
    }
}

TEST(JudgedScoresFile, GivesBackWhatWasMeasured) {
    KeptBench bench;
    EXPECT_FALSE(bench.read().has_value());
    const JudgedScores measured = kept_or_scored(*bench.engine, bench.bm25.get(), bench.options, bench.index, bench.file, bench.progress);
    expect_equal(measured, bench.measure());
    const auto kept = bench.read();
    ASSERT_TRUE(kept.has_value());
    expect_equal(*kept, measured);
}

TEST(JudgedScoresFile, KeepsWhatTheLearnedFusionPredicts) {
    KeptBench bench;
    bench.model->home = bench.folder.path();
    LearnedFusion learned{.experts = {"lexical", "local", "global"}, .linear = {0.5, 1, 0.25}};
    learned.gate = {.base = {0.1, -0.3, 0}, .mean = std::vector<double>(9, 0.2), .deviation = std::vector<double>(9, 1.5), .effects = std::vector<double>(18, 0.2)};
    write_learned_fusion(learned, learned_fusion_file(bench.folder.path()));
    const std::string plain = bench.key();
    bench.engine = std::make_shared<SearchEngine>(bench.model, bench.collection, std::make_shared<FakeIndex>(*bench.model, *bench.collection));
    EXPECT_NE(bench.key(), plain);
    const JudgedScores measured = kept_or_scored(*bench.engine, bench.bm25.get(), bench.options, bench.index, bench.file, bench.progress);
    ASSERT_EQ(measured.queries.front().query_weights.size(), 3u);
    expect_equal(*bench.read(), measured);
    const std::string key = bench.key();
    learned.gate.effects[3] = 0.3;
    write_learned_fusion(learned, learned_fusion_file(bench.folder.path()));
    bench.engine = std::make_shared<SearchEngine>(bench.model, bench.collection, std::make_shared<FakeIndex>(*bench.model, *bench.collection));
    EXPECT_NE(bench.key(), key);
    EXPECT_FALSE(bench.read().has_value());
}

TEST(JudgedScoresFile, HoldsForNothingElse) {
    KeptBench bench;
    const std::string key = bench.key();
    kept_or_scored(*bench.engine, bench.bm25.get(), bench.options, bench.index, bench.file, bench.progress);
    EXPECT_NE(bench.key(false), key);
    bench.options.depth = 20;
    EXPECT_FALSE(bench.read().has_value());
    bench.options.depth = 30;
    bench.write_index("another structure");
    EXPECT_FALSE(bench.read().has_value());
    bench.write_index("structure");
    EXPECT_TRUE(bench.read().has_value());
    bench.collection->fingerprint = "c2";
    EXPECT_NE(bench.key(), key);
}

// Every byte in turn, or a missing end: never a wrong number, and measured anew it is whole again.
TEST(JudgedScoresFile, DamageIsMeasuredAnew) {
    KeptBench bench;
    const JudgedScores measured = kept_or_scored(*bench.engine, bench.bm25.get(), bench.options, bench.index, bench.file, bench.progress);
    std::stringstream text;
    text << std::ifstream(bench.file, std::ios::binary).rdbuf();
    const std::string whole = text.str();
    const auto put = [&](const std::string& bytes) { std::ofstream(bench.file, std::ios::binary) << bytes; };
    std::size_t refused = 0;
    for (std::size_t at = 0; at < whole.size(); at += whole.size() / 300 + 1) {
        std::string bytes = whole;
        bytes[at] = static_cast<char>(bytes[at] ^ 0x41);
        put(bytes);
        const auto kept = bench.read();
        refused += !kept.has_value();
        if (kept) expect_equal(*kept, measured); // between two sections lies what nobody reads
    }
    EXPECT_GT(refused, 200u);
    put(whole.substr(0, whole.size() / 2));
    EXPECT_FALSE(bench.read().has_value());
    put("");
    EXPECT_FALSE(bench.read().has_value());
    expect_equal(kept_or_scored(*bench.engine, bench.bm25.get(), bench.options, bench.index, bench.file, bench.progress), measured);
    EXPECT_TRUE(bench.read().has_value());
}

TEST(JudgedScoresFile, IsMeasuredWhereNothingCanBeKept) {
    KeptBench bench;
    std::ofstream(bench.folder.path() / "measured") << "a file where the folder should be";
    expect_equal(kept_or_scored(*bench.engine, bench.bm25.get(), bench.options, bench.index, bench.file, bench.progress), bench.measure());
    bench.options.split = "dev";
    EXPECT_THROW(kept_or_scored(*bench.engine, bench.bm25.get(), bench.options, bench.index, bench.file, bench.progress), Error);
}

} // namespace
} // namespace cameo
