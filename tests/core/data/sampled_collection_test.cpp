#include "core/data/sampled_collection.hpp"

#include "tests/support/memory_collection.hpp"

#include <gmock/gmock.h>

#include <set>

namespace cameo {
namespace {

std::shared_ptr<const Collection> judged() {
    auto collection = std::make_shared<MemoryCollection>(MemoryCollection::random_documents(40));
    collection->judge("test", {{"a", "first", ""}, {"b", "second", ""}}, {{"a", {{"d7", 1}, {"d39", 0}}}, {"b", {{"d0", 2}, {"gone", 1}}}});
    return collection;
}

TEST(SampledCollection, HasTheJudgedDocumentsAndOthersSpreadOverTheRest) {
    const auto whole = judged();
    const auto pool = sampled_collection(whole, {"test"}, 10);
    EXPECT_EQ(pool->size(), 10);
    for (const char* judged_id : {"d0", "d7", "d39"}) {
        const auto ordinal = pool->find(judged_id);
        ASSERT_TRUE(ordinal) << judged_id;
        EXPECT_EQ(pool->document(*ordinal).id, judged_id);
        EXPECT_EQ(pool->document(*ordinal).text, whole->document(*whole->find(judged_id)).text);
    }
    std::set<std::string> seen;
    std::int64_t upper_half = 0;
    pool->for_each_document(0, [&](DocumentOrdinal ordinal, const Document& document) {
        EXPECT_EQ(pool->find(document.id), ordinal);
        upper_half += *whole->find(document.id) >= 20;
        return seen.insert(document.id).second;
    });
    EXPECT_EQ(seen.size(), 10u);
    EXPECT_THAT(upper_half, testing::AllOf(testing::Ge(4), testing::Le(6)));
    EXPECT_FALSE(pool->find("gone"));
    EXPECT_TRUE(whole->find("d2"));
    EXPECT_FALSE(pool->find("d2"));
    EXPECT_EQ(pool->queries("test").size(), 2u);
}

TEST(SampledCollection, LosesNoJudgedDocumentAndHasNoMoreThanThereAre) {
    const auto whole = judged();
    EXPECT_EQ(sampled_collection(whole, {"test"}, 1)->size(), 3);
    EXPECT_EQ(sampled_collection(whole, {"test"}, 1000)->size(), 40);
    EXPECT_NE(sampled_collection(whole, {"test"}, 20)->version(), sampled_collection(whole, {"test"}, 21)->version());
    EXPECT_NE(sampled_collection(whole, {"test"}, 20)->version(), whole->version());
    EXPECT_EQ(sampled_collection(whole, {"dev", "test"}, 1)->size(), 3); // a split that is not there judges nothing
}

} // namespace
} // namespace cameo
