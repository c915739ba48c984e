#include "tests/views/scene.hpp"
#include "views/index_view.hpp"
#include "views/index_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::HasSubstr;

/// An index of three experts, whole and as it is wanted.
Snapshot indexed_snapshot() {
    Snapshot now = sample_snapshot();
    now.jobs.clear();
    IndexInfo& index = *now.workbench.index;
    index.documents = index.expected = 3000;
    index.experts = {{.name = "lexical", .kind = ExpertKind::Lexical, .structure = "inverted, block-max MaxScore", .bytes_per_document = 900, .exact_candidates = true},
                     {.name = "local", .kind = ExpertKind::Local, .structure = "4,096 centroids, 2 bits", .bytes_per_document = 2500, .truncated_documents = 12, .drift = 1.02},
                     {.name = "global", .kind = ExpertKind::Global, .structure = "flat", .bytes_per_document = 1537, .exact_candidates = true}};
    now.index_plan.is_there = true;
    now.index_plan.first = now.index_plan.wanted = {.local_bits = 2};
    return now;
}

struct IndexScene : Scene<IndexView> {
    explicit IndexScene(Snapshot shown = indexed_snapshot()) : Scene(std::move(shown)) {}
    /// Chooses a line of one of the settings.
    bool choose(const std::string& setting, const std::string& line) {
        return run([&](ImGuiTestContext* ctx) {
            ctx->Yield(2);
            ctx->SetRef(ctx->WindowInfo("##index").ID); // a combo box has no label for a search
            ctx->ItemClick(setting.c_str());
            ctx->Yield(2);
            ctx->ItemClick(("//$FOCUSED/" + line).c_str());
        });
    }
    IndexSettings wanted() { return last<PlanIndex>() ? last<PlanIndex>()->wanted : IndexSettings{.address = "nothing was wanted"}; }
};

TEST(IndexView, SettingsAreWantedAndNothingIsBuiltBeforeThePress) {
    IndexScene scene;
    EXPECT_TRUE(scene.choose("##bits", "4 bits a value"));
    EXPECT_EQ(scene.wanted(), (IndexSettings{.local_bits = 4}));
    EXPECT_TRUE(scene.choose("##structure", "By a graph"));
    EXPECT_EQ(scene.wanted(), (IndexSettings{.local_bits = 2, .global_structure = "HNSW32"}));
    EXPECT_TRUE(scene.choose("##sparse", "By their heaviest terms (Seismic)"));
    EXPECT_EQ(scene.wanted(), (IndexSettings{.local_bits = 2, .seismic = true}));
    EXPECT_TRUE(scene.choose("##pooling", "One vector for 3 tokens"));
    EXPECT_EQ(scene.wanted(), (IndexSettings{.local_bits = 2, .token_pooling = 3}));
    EXPECT_TRUE(scene.choose("##memory", "4 GB"));
    EXPECT_EQ(scene.last<PlanIndex>()->memory, 4'000'000'000u);
    EXPECT_TRUE(scene.choose("##where", "In a Milvus server"));
    EXPECT_TRUE(scene.wanted().in_milvus);
    EXPECT_EQ(scene.last<BuildIndex>(), nullptr);
    scene.now.index_plan.wanted.local_bits = 0;
    EXPECT_TRUE(scene.click("**/Make it so"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);
    EXPECT_FALSE(scene.last<BuildIndex>()->new_codecs);
    EXPECT_TRUE(scene.click("**/As it is"));
    EXPECT_EQ(scene.wanted(), scene.now.index_plan.first);
}

TEST(IndexView, AnyStructureOfTheFactoryMayBeTyped) {
    IndexScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->SetRef(ctx->WindowInfo("##index").ID);
        ctx->ItemClick("##structure");
        ctx->Yield(2);
        ctx->ItemClick("//$FOCUSED/As FAISS names it");
        ctx->Yield(2);
        ctx->ItemInputValue("##factory", "IVF64,SQ8");
    }));
    ASSERT_NE(scene.last<PlanIndex>(), nullptr);
    EXPECT_THAT(scene.wanted().global_structure, HasSubstr("8")) << "each letter is wanted; the scene does not take them up";
}

TEST(IndexView, AWholeIndexThatIsAsWantedHasNothingToDo) {
    IndexScene scene;
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK((ctx->ItemInfo("**/Index it").ItemFlags & ImGuiItemFlags_Disabled) != 0);
        IM_CHECK(!ctx->ItemExists("**/As it is"));
    }));
    scene.now.workbench.index->documents = 1204;
    EXPECT_TRUE(scene.click("**/Go on"));
    EXPECT_NE(scene.last<BuildIndex>(), nullptr);
}

TEST(IndexView, ATokenLeavesTheViewWhenItIsEntered) {
    IndexScene scene;
    scene.now.index_plan.wanted = {.in_milvus = true, .address = "milvus://localhost:19530"};
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        ctx->ItemInputValue("**/##token", "root:secret");
        ctx->Yield(2);
    }));
    ASSERT_NE(scene.last<HoldToken>(), nullptr);
    EXPECT_EQ(scene.last<HoldToken>()->token, "root:secret");
    EXPECT_EQ(scene.last<PlanIndex>(), nullptr) << "it is none of the settings";
}

TEST(IndexView, AnAddressThatIsNoneIsSaidAndNothingCanBeBuilt) {
    IndexScene scene;
    scene.now.index_plan.wanted = {.in_milvus = true, .address = "elastic://host"};
    scene.now.index_plan.refusal = "\"elastic://host\" is no address of a Milvus server";
    EXPECT_TRUE(scene.run([&](ImGuiTestContext* ctx) {
        ctx->Yield(2);
        IM_CHECK((ctx->ItemInfo("**/Make it so").ItemFlags & ImGuiItemFlags_Disabled) != 0);
    }));
}

TEST(IndexView, ADriftIsOfferedToBeMended) {
    IndexScene scene;
    scene.now.workbench.index->experts[1].drift = 1.4;
    EXPECT_TRUE(scene.click("**/Fit it anew"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);
    EXPECT_TRUE(scene.last<BuildIndex>()->new_codecs);
}

TEST(IndexView, OffersWhatIsMissingAndTheDemoWhereThereIsNothing) {
    IndexScene scene(unindexed_snapshot());
    EXPECT_TRUE(scene.click("**/Index it"));
    EXPECT_NE(scene.last<BuildIndex>(), nullptr);
    scene.now = first_run_snapshot();
    EXPECT_TRUE(scene.click("**/Set up the demo"));
    EXPECT_NE(scene.last<ShowView>(), nullptr);
}

// The settings are there, and building waits until somebody wants it elsewhere.
TEST(IndexView, WithoutItsServerTheIndexCanBePutElsewhere) {
    IndexScene scene;
    scene.now.workbench.index.reset();
    scene.now.workbench.index_away = "milvus://host:1: the server does not answer";
    scene.now.index_plan.first = scene.now.index_plan.wanted = {.in_milvus = true, .address = "milvus://host:1"};
    EXPECT_TRUE(scene.click("**/Try again"));
    ASSERT_NE(scene.last<OpenCollection>(), nullptr);
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) { IM_CHECK(!ctx->ItemExists("**/Go on")); }));
    scene.now.workbench.building = true; // here, at last: asking the server would disturb it
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) { IM_CHECK(!ctx->ItemExists("**/Try again")); }));
    scene.now.workbench.building = false;
    EXPECT_TRUE(scene.choose("##where", "On this machine"));
    EXPECT_FALSE(scene.wanted().in_milvus);
    scene.now.index_plan.wanted = scene.wanted();
    EXPECT_TRUE(scene.click("**/Make it so"));
    EXPECT_NE(scene.last<BuildIndex>(), nullptr);
}

TEST(IndexView, ItsTableHasEveryExpert) {
    const auto table = IndexView().table(indexed_snapshot());
    ASSERT_TRUE(table);
    ASSERT_EQ(table->rows.size(), 3u);
    EXPECT_EQ(table->rows[1][1], ViewCell(std::string("4,096 centroids, 2 bits")));
    EXPECT_FALSE(IndexView().table(unindexed_snapshot()));
}

TEST(IndexWords, SayWhatAChangeTakes) {
    IndexPlan plan;
    EXPECT_THAT(plan_words(plan), HasSubstr("encoded once"));
    plan.is_there = true;
    plan.wanted.local_bits = 2;
    EXPECT_THAT(plan_words(plan), HasSubstr("nothing is encoded again"));
    plan.first.local_bits = 2;
    plan.wanted.local_bits = 0;
    EXPECT_THAT(plan_words(plan), HasSubstr("Every document is encoded again"));
    plan.wanted = {.local_bits = 2, .token_pooling = 2};
    EXPECT_THAT(plan_words(plan), HasSubstr("Every document is encoded again")) << "codes are not pooled";
    plan.first = {};
    EXPECT_THAT(plan_words(plan), HasSubstr("nothing is encoded again"));
    plan.first = {.token_pooling = 2};
    EXPECT_THAT(plan_words(plan), HasSubstr("nothing is encoded again"));
    plan.first = {.token_pooling = 3};
    EXPECT_THAT(plan_words(plan), HasSubstr("Every document is encoded again"));
    plan.wanted = {.in_milvus = true};
    EXPECT_THAT(plan_words(plan), HasSubstr("Every document is encoded again"));
    plan.wanted = plan.first = {.local_bits = 2};
    plan.wanted.global_structure = "Flat";
    EXPECT_THAT(plan_words(plan), HasSubstr("Nothing is encoded again"));
    plan.wanted.in_milvus = true;
    EXPECT_THAT(plan_words(plan), HasSubstr("Every document is encoded again")) << "what is compressed cannot go there";
    plan.first.local_bits = 0;
    EXPECT_THAT(plan_words(plan), HasSubstr("goes to the server"));
    EXPECT_EQ(where_words({.in_milvus = true, .address = "milvus://a:1"}), "in Milvus at milvus://a:1");
    EXPECT_EQ(forecast_words({.documents = 9, .seconds = 720, .bytes = 1'100'000'000, .free = 45'000'000'000}), "About 12 min and 1.1 GB, of 45.0 GB that are free.");
}

} // namespace
} // namespace cameo
