#include "tests/support/sample_snapshot.hpp"
#include "tests/views/scene.hpp"
#include "views/query_bench_view.hpp"

#include <gtest/gtest.h>
#include <memory>

namespace cameo {
namespace {

TEST(QueryBench, SampleQueriesAreOfferedBeforeTheFirstQuery) {
    Scene<QueryBenchView> scene;
    scene.now.trace = nullptr;
    scene.now.query_phase = Phase::Empty;
    EXPECT_TRUE(scene.click("sample:lightweight ncurses audio player"));
    ASSERT_NE(scene.last<RunQuery>(), nullptr);
    EXPECT_EQ(scene.last<RunQuery>()->text, "lightweight ncurses audio player");
}

// A collection that was opened but never indexed asked for a query, and every sample it offered failed.
TEST(QueryBench, AnUnindexedCollectionOffersToBeIndexed) {
    Scene<QueryBenchView> scene(unindexed_snapshot());
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("sample:lightweight ncurses audio player"));
        ctx->ItemClick("Index it");
    }));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);

    // While it is built there is the progress, and nothing that would start it again.
    scene.now.workbench.building = true;
    scene.now.jobs = {sample_jobs().front()};
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("Index it"));
        ctx->ItemClick("Cancel");
    }));
    ASSERT_NE(scene.last<CancelJob>(), nullptr);
    EXPECT_EQ(scene.last<CancelJob>()->id, 1U);
}

TEST(QueryBench, AnIndexThatDoesNotServeOffersToBeMadeAgain) {
    Scene<QueryBenchView> scene(unindexed_snapshot());
    scene.now.workbench.unusable_index = "the index of demo and debian was made with another version of the model";
    EXPECT_TRUE(scene.click("Index it again"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);
}

TEST(QueryBench, AServerThatIsAwayIsAskedAgain) {
    Scene<QueryBenchView> scene(unindexed_snapshot());
    scene.now.workbench.index_away = "milvus://host:1: the server does not answer";
    EXPECT_TRUE(scene.click("Try again"));
    ASSERT_NE(scene.last<OpenCollection>(), nullptr);
    EXPECT_EQ(scene.last<OpenCollection>()->name, scene.now.workbench.collection);
}

TEST(QueryBench, OldResultsWithoutTheServerAskItAgainToo) {
    Scene<QueryBenchView> scene;
    scene.now.workbench.index.reset();
    scene.now.workbench.index_away = "milvus://host:1: the server does not answer";
    EXPECT_TRUE(scene.click("Try again"));
    ASSERT_NE(scene.last<OpenCollection>(), nullptr);
}

TEST(QueryBench, OldResultsBesideAnUnindexedCollectionOfferItToo) {
    Scene<QueryBenchView> scene;
    scene.now.workbench.index.reset();
    EXPECT_TRUE(scene.click("Index it"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);
}

// A build that somebody had stopped was called "still being built" for ever, with no way to go on.
TEST(QueryBench, AStoppedBuildCanGoOn) {
    Scene<QueryBenchView> scene;
    auto part = std::make_shared<Trace>(*scene.now.trace);
    part->indexed_documents = 1204;
    scene.now.trace = part;
    scene.now.workbench.index->documents = 1820;
    EXPECT_TRUE(scene.click("Go on"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);

    scene.commands.clear();
    scene.now.workbench.building = true;
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("Go on"));
        ctx->ItemClick("Search again");
    }));
    ASSERT_NE(scene.last<RunQuery>(), nullptr);

    // Before the first query, too.
    scene.commands.clear();
    scene.now.workbench.building = false;
    scene.now.trace = nullptr;
    scene.now.query_phase = Phase::Empty;
    EXPECT_TRUE(scene.click("Go on"));
    ASSERT_NE(scene.last<BuildIndex>(), nullptr);
}

// After another model or collection was opened the old lists stood there as if they were its own.
TEST(QueryBench, ResultsOfAnotherCollectionSaySoAndRunAgain) {
    Scene<QueryBenchView> scene;
    scene.now.workbench.collection = "cacm";
    EXPECT_TRUE(scene.click("Run with demo on cacm"));
    ASSERT_NE(scene.last<RunQuery>(), nullptr);
    EXPECT_EQ(scene.last<RunQuery>()->text, scene.now.trace->query);

    // While it opens there is nothing to run it with.
    scene.now.workbench.phase = Phase::Loading;
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("//Query bench/Run with demo on cacm"));
    }));
}

// A recorded result beside a model that did not open gave no reason why it could not run again.
TEST(QueryBench, ARecordedResultSaysWhyItCannotRunAgain) {
    Scene<QueryBenchView> scene;
    scene.now.trace_recorded = true;
    scene.now.workbench.phase = Phase::Failed;
    scene.now.workbench.error = "model.json is missing";
    EXPECT_TRUE(scene.run([](ImGuiTestContext* ctx) {
        IM_CHECK(!ctx->ItemExists("Run again"));
        ctx->ItemClick("Copy");
    }));
    ASSERT_NE(scene.last<CopyText>(), nullptr);
    EXPECT_EQ(scene.last<CopyText>()->text, "model.json is missing");
}

// "Try again" had no text to try: it asked for what was running, and nothing was.
TEST(QueryBench, AFailedQueryCanBeTriedAgain) {
    Scene<QueryBenchView> scene;
    scene.now.trace = nullptr;
    scene.now.query_phase = Phase::Failed;
    scene.now.query_error = "The index is damaged.";
    scene.now.failed_query = "edit photos";
    EXPECT_TRUE(scene.click("Try again"));
    ASSERT_NE(scene.last<RunQuery>(), nullptr);
    EXPECT_EQ(scene.last<RunQuery>()->text, "edit photos");
}

} // namespace
} // namespace cameo
