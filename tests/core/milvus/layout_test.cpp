#include "core/milvus/layout.hpp"

#include "core/base/error.hpp"
#include "tests/support/hashed_model.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

class MilvusLayoutTest : public testing::Test {
protected:
    std::shared_ptr<const Shard> shard_of(std::vector<std::vector<Representation>> documents) {
        ShardInfo info{.first = 7, .documents = static_cast<std::int64_t>(documents.size()), .model_version = "1", .experts = m_layout.experts};
        write_shard(m_folder / "shard", info, documents);
        return Shard::open(m_folder / "shard");
    }

    HashedModel m_model;
    MilvusLayout m_layout = MilvusLayout::of(m_model);
    TemporaryFolder m_folder;
};

TEST_F(MilvusLayoutTest, HasAFieldForEachExpertThatTheServerSearches) {
    EXPECT_EQ(m_layout.searched(0)->name, "sparse_0");
    EXPECT_FALSE(m_layout.searched(1));
    EXPECT_EQ(m_layout.searched(2)->name, "dense_2");
    EXPECT_EQ(m_layout.searched(2)->size, HashedModel::kGlobalWidth);
    ASSERT_EQ(m_layout.fields().size(), 3u);
    EXPECT_EQ(m_layout.fields()[2].name, "stored_0");
}

TEST_F(MilvusLayoutTest, GivesBackEveryBit) {
    const auto shard = shard_of({m_model.encode_one("w1 w2 w3"), m_model.encode_one(""), m_model.encode_one("w17 w3 w5 w120")});
    const auto rows = rows_of(m_layout, *shard, 0, 3);
    EXPECT_EQ(rows.keys, (std::vector<std::int64_t>{7, 8, 9}));
    for (std::size_t row = 0; row < 3; ++row) {
        const auto document = read_document(m_layout, rows, row);
        const auto local = static_cast<std::int64_t>(row);
        for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) EXPECT_EQ(document.experts[expert_idx].truncated, shard->truncated(expert_idx, local));
        EXPECT_THAT(document.experts[0].ids, testing::ElementsAreArray(shard->sparse(0, local).terms));
        EXPECT_THAT(document.experts[0].floats, testing::ElementsAreArray(shard->sparse(0, local).weights));
        EXPECT_THAT(document.experts[1].rows, testing::ElementsAreArray(shard->rows(1, local)));
        TokenVectors named;
        shard->name_tokens(1, local, named);
        EXPECT_EQ(document.experts[1].ids, named.tokens);
        EXPECT_EQ(document.experts[1].spans, named.spans);
        EXPECT_THAT(document.experts[2].floats, testing::ElementsAreArray(shard->pooled(2, local)));
    }
    EXPECT_FALSE(rows.columns[0].bytes[1].empty()) << "Milvus has no sparse vector without a term";
}

TEST_F(MilvusLayoutTest, CutsLongDocumentsOverSeveralFields) {
    MilvusLayout layout{{{"local", ExpertKind::Local, 256, 0}}, 3};
    Representation document;
    document.tokens.width = 256;
    for (std::int32_t token = 0; token < 200; ++token) {
        document.tokens.tokens.push_back(token);
        document.tokens.spans.push_back({0, 1});
        for (int value = 0; value < 256; ++value) document.tokens.rows.push_back(static_cast<float>(token * value % 97) / 97);
    }
    write_shard(m_folder / "long", {.first = 0, .documents = 1, .model_version = "1", .experts = layout.experts}, std::vector<std::vector<Representation>>{{document}});
    const auto shard = Shard::open(m_folder / "long");
    const auto rows = rows_of(layout, *shard, 0, 1);
    ASSERT_EQ(rows.columns.size(), 3u);
    EXPECT_EQ(rows.columns[0].bytes[0].size(), MilvusLayout::kTextBytes);
    EXPECT_GT(rows.columns[2].bytes[0].size(), 0u);
    for (const auto& column : rows.columns) EXPECT_LE(column.bytes[0].size(), 65'535u);
    EXPECT_THAT(read_document(layout, rows, 0).experts[0].rows, testing::ElementsAreArray(shard->rows(0, 0)));
}

TEST_F(MilvusLayoutTest, FindsOutWhateverAServerHasChanged) {
    const auto shard = shard_of({m_model.encode_one("w1 w2 w3")});
    const auto rows = rows_of(m_layout, *shard, 0, 1);
    auto another_vector = rows;
    another_vector.columns[1].floats[3] *= 1.0000002f;
    auto a_term_less = rows;
    a_term_less.columns[0].bytes[0].resize(a_term_less.columns[0].bytes[0].size() - 8);
    auto cut = rows;
    cut.columns[2].bytes[0].resize(cut.columns[2].bytes[0].size() - 4);
    auto no_text = rows;
    no_text.columns[2].bytes[0][5] = '?';
    for (const auto& changed : {another_vector, a_term_less, cut, no_text})
        EXPECT_THAT([&] { read_document(m_layout, changed, 0); }, testing::ThrowsMessage<Error>(testing::HasSubstr("document 7: what the server has of it is not what was stored")));
    EXPECT_NO_THROW(read_document(m_layout, rows, 0));
}

} // namespace
} // namespace cameo
