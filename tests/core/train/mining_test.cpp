#include "core/train/mining.hpp"

#include "core/search/fusion.hpp"
#include "core/train/competition/competition.hpp"
#include "tests/core/train/tiny_training.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace cameo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// The model of a tiny training looks its queries up.
class MiningTest : public testing::Test {
protected:
    MiningTest() {
        m_recipe.negatives_depth = 4;
        m_recipe.competition_depth = 7;
    }
    Mined look(const std::string& folder) {
        Progress progress;
        return mine(m_tiny.model(), m_tiny.collection(), m_tiny.queries(), m_wanted, m_recipe, m_tiny.folder(folder), progress);
    }
    /// Every document's score under every expert, and fused: the slow way, over the whole collection.
    struct Scores {
        std::vector<float> raw; ///< [D, E]
        std::vector<double> fused;
    };
    Scores scores_of(const Bank& bank, std::uint32_t query, std::span<const std::int32_t> documents) {
        Progress progress;
        const auto model = Model::load(m_tiny.model());
        const std::vector<std::string> text{m_tiny.queries()[query].text};
        const auto encoded = model->encode(text, Role::Query, progress)[0];
        const std::vector<DocumentOrdinal> ordinals(documents.begin(), documents.end());
        Scores scores;
        scores.raw.resize(documents.size() * encoded.size());
        scores.fused.resize(documents.size());
        std::vector<float> column(documents.size());
        for (std::size_t e = 0; e < encoded.size(); ++e) {
            bank.index->score(e, encoded[e], ordinals, column);
            for (std::size_t d = 0; d < column.size(); ++d) scores.raw[d * encoded.size() + e] = column[d];
        }
        std::vector<std::size_t> order(documents.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::vector<double> used(scores.raw.size());
        std::vector<std::int32_t> ranks(scores.raw.size());
        fuse(parse_fusion(model->default_fusion()), scores.raw, encoded.size(), order, used, scores.fused, ranks);
        return scores;
    }
    std::vector<std::int32_t> all_documents() const {
        std::vector<std::int32_t> all(std::size_t(m_tiny.collection()->size()));
        std::iota(all.begin(), all.end(), 0);
        return all;
    }

    TinyTraining m_tiny;
    Recipe m_recipe = TinyTraining::recipe();
    std::vector<std::uint32_t> m_wanted{0, 3, 4, 17, 39};
};

TEST_F(MiningTest, FindsEachExpertsBestWithoutTheRightOnes) {
    m_recipe.false_negative_margin = 10; // nothing is left out
    const auto mined = look("all");
    EXPECT_EQ(mined.queries, 5);
    EXPECT_EQ(mined.left_out, 0);
    ASSERT_EQ(mined.negatives.size(), m_tiny.queries().size());
    EXPECT_THAT(mined.negatives[1], IsEmpty()); // not looked up
    EXPECT_THAT(mined.bank->candidates[1], IsEmpty());
    const auto all = all_documents();
    for (const auto query : m_wanted) {
        const auto& right = m_tiny.queries()[query].positives;
        const auto scores = scores_of(*mined.bank, query, all);
        for (const auto& [depth, found] : {std::pair{4u, mined.negatives[query]}, {7u, mined.bank->candidates[query]}}) {
            EXPECT_TRUE(std::ranges::is_sorted(found));
            for (std::size_t e = 0; e < 3; ++e) {
                std::vector<std::int32_t> best;
                for (const auto d : all)
                    if (std::ranges::find(right, d) == right.end()) best.push_back(d);
                std::ranges::stable_sort(best, std::greater(), [&](std::int32_t d) { return scores.raw[std::size_t(d) * 3 + e]; });
                // Ties are anybody's: whatever is better than the last one that counts must be there.
                const auto score = [&](std::size_t at) { return scores.raw[std::size_t(best[at]) * 3 + e]; };
                for (std::size_t at = 0; at < depth && score(at) > score(depth); ++at)
                    EXPECT_TRUE(std::ranges::binary_search(found, best[at])) << query << " " << e << " " << at;
            }
            EXPECT_LE(found.size(), 3 * depth);
            for (const auto d : right) EXPECT_FALSE(std::ranges::binary_search(found, d));
        }
    }
}

TEST_F(MiningTest, LeavesOutWhatScoresLikeTheRightOne) {
    m_recipe.competition_depth = 1000; // all documents are found, so that scores are fused over all of them
    m_recipe.false_negative_margin = 10;
    const auto all = look("without");
    m_recipe.false_negative_margin = 0.5;
    const auto filtered = look("with");
    const auto documents = all_documents();
    std::int64_t kept = 0, left_out = 0;
    for (const auto query : m_wanted) {
        EXPECT_EQ(all.bank->candidates[query], filtered.bank->candidates[query]) << "the bank keeps them";
        const auto scores = scores_of(*all.bank, query, documents);
        double best = -1e300;
        for (const auto right : m_tiny.queries()[query].positives) best = std::max(best, scores.fused[std::size_t(right)]);
        const double limit = best > 0 ? 0.5 * best : 1e300;
        for (const auto negative : all.negatives[query]) {
            const bool stays = std::ranges::binary_search(filtered.negatives[query], negative);
            EXPECT_EQ(stays, scores.fused[std::size_t(negative)] <= limit) << query << " " << negative;
            ++(stays ? kept : left_out);
        }
        EXPECT_TRUE(std::ranges::includes(all.negatives[query], filtered.negatives[query]));
    }
    EXPECT_GT(left_out, 0);
    EXPECT_GT(kept, 0);
    const double found = double(left_out + kept) / (1 - all.left_out); // a right one with a score near 0 rules many out
    EXPECT_NEAR(filtered.left_out, 1 - double(kept) / found, 1e-12);
}

// Whether nothing keeps right answers out of the negatives shows in how many of them outrank the right one.
TEST_F(MiningTest, CountsTheNegativesThatRankAboveTheRightOne) {
    m_recipe.competition_depth = 1000;
    m_recipe.false_negative_margin = 10;
    const auto all = look("all");
    const auto documents = all_documents();
    double compared = 0, above = 0;
    for (const auto query : m_wanted) {
        const auto scores = scores_of(*all.bank, query, documents);
        double best = -1e300;
        for (const auto right : m_tiny.queries()[query].positives) best = std::max(best, scores.fused[std::size_t(right)]);
        for (const auto negative : all.negatives[query]) {
            ++compared;
            above += scores.fused[std::size_t(negative)] > best;
        }
    }
    ASSERT_GT(above, 0);
    EXPECT_NEAR(all.above, above / compared, 1e-12);
    m_recipe.false_negative_margin = 1;
    EXPECT_LT(look("filtered").above, all.above);
}

TEST_F(MiningTest, IsReadWhereItWasKept) {
    const auto first = look("kept");
    const auto written = std::filesystem::last_write_time(m_tiny.folder("kept") / "lists.sections");
    const auto again = look("kept");
    EXPECT_EQ(std::filesystem::last_write_time(m_tiny.folder("kept") / "lists.sections"), written);
    EXPECT_EQ(again.negatives, first.negatives);
    EXPECT_EQ(again.bank->candidates, first.bank->candidates);
    EXPECT_EQ(again.queries, first.queries);
    EXPECT_EQ(again.left_out, first.left_out);
    EXPECT_EQ(again.above, first.above);
}

// Damage was an error that nobody could help, while the checkpoint that it was made of was still there.
TEST_F(MiningTest, IsMadeAgainWhereItIsDamaged) {
    const auto first = look("damaged");
    const auto documents = std::to_string(m_tiny.collection()->size());
    for (const std::string& file : {std::string("lists.sections"), "index/structure-0-0-" + documents + ".sections", std::string("index/index.json")}) {
        const auto at = m_tiny.folder("damaged") / file;
        auto bytes = read_file(at);
        ASSERT_FALSE(bytes.empty());
        bytes[bytes.size() / 2] ^= 4;
        write_file(at, bytes);
        const auto again = look("damaged");
        EXPECT_EQ(again.negatives, first.negatives) << file;
        EXPECT_EQ(again.bank->candidates, first.bank->candidates) << file;
    }
    // Without that checkpoint it cannot be.
    write_file(m_tiny.folder("damaged") / "lists.sections", "x");
    Progress progress;
    EXPECT_THAT(error_of([&] { mine(m_tiny.folder("nothing"), m_tiny.collection(), m_tiny.queries(), m_wanted, m_recipe, m_tiny.folder("damaged"), progress); }),
                HasSubstr("lists.sections"));
    EXPECT_THAT(error_of([&] { mine(m_tiny.folder("nothing"), m_tiny.collection(), m_tiny.queries(), m_wanted, m_recipe, m_tiny.folder("gone"), progress); }),
                HasSubstr("gone: what was mined is not there, and the checkpoint that it was made of is gone"));
}

TEST_F(MiningTest, RanksAPositiveAmongTheBanksCandidates) {
    const auto mined = look("bank");
    Progress progress;
    const auto model = Model::load(m_tiny.model());
    for (const auto query : m_wanted) {
        const auto positive = m_tiny.queries()[query].positives[0];
        std::vector<std::int32_t> documents{positive};
        documents.insert(documents.end(), mined.bank->candidates[query].begin(), mined.bank->candidates[query].end());
        const auto scores = scores_of(*mined.bank, query, documents);
        const std::vector<std::string> text{m_tiny.queries()[query].text};
        const auto ranks = mined.bank->ranks(query, positive, model->encode(text, Role::Query, progress)[0]);
        ASSERT_EQ(ranks.size(), 3u);
        for (std::size_t e = 0; e < 3; ++e) {
            double rank = 1;
            for (std::size_t d = 1; d < documents.size(); ++d) {
                const float own = scores.raw[e], other = scores.raw[d * 3 + e];
                rank += other > own ? 1 : other == own ? 0.5 : 0;
            }
            EXPECT_EQ(ranks[e], rank);
        }
    }
    // A query that was not looked up has nobody to be ranked against.
    const std::vector<std::string> text{m_tiny.queries()[1].text};
    EXPECT_THAT(mined.bank->ranks(1, m_tiny.queries()[1].positives[0], model->encode(text, Role::Query, progress)[0]), ElementsAre(1, 1, 1));
}

} // namespace
} // namespace cameo
