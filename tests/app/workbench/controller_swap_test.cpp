#include "app/workbench/controller.hpp"

#include "app/workbench/guard.hpp"
#include "tests/app/workbench/workbench_fixture.hpp"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <map>
#include <vector>

namespace cameo {
namespace {

using testing::HasSubstr;

/// A model "fake" in use, and a checkpoint's model "trained", which has other vectors for the same words.
class Swap : public WorkbenchFixture {
protected:
    Swap() {
        fakes.second = std::make_shared<FakeModel>(std::vector<std::string>{"files", "edit", "play", "sound", "terminal", "game", "audio", "music", "player"}, "trained", "m2");
        fakes.second_folder = "/trainings/mine/checkpoints/000250";
    }
    void use() { bench.use_model(fakes.second_folder, {.label = "mine at step 250", .training = "/trainings/mine", .step = 250}); }
};

TEST_F(Swap, PutsACheckpointToUseAndGoesBack) {
    open();
    bench.run_query("play music");
    wait_until([&] { return now.trace != nullptr; });
    use();
    EXPECT_EQ(bench.model(), "fake") << "what was in use answers until the other is ready";
    wait_until([&] { return now.swap.phase == Phase::Ready; });
    EXPECT_EQ(now.workbench.model, "trained");
    EXPECT_EQ(now.swap.before, "fake");
    EXPECT_EQ(bench.model(), fakes.second_folder) << "by which a session finds it again";
    bench.run_query("edit sound");
    wait_until([&] { return now.trace && now.trace->model == "trained"; });
    const int opened = fakes.models_opened;
    bench.go_back();
    wait_until([&] { return now.workbench.model == "fake"; });
    EXPECT_EQ(now.swap.phase, Phase::Empty);
    EXPECT_EQ(bench.model(), "fake");
    EXPECT_EQ(fakes.models_opened, opened) << "it was in memory still";
    bench.run_query("play music");
    wait_until([&] { return now.trace && now.trace->model == "fake"; });
}

TEST_F(Swap, HoldsBothAgainstEachOther) {
    auto judged = std::make_shared<FakeCollection>(*fakes.collection);
    judged->judged = {{"q1", {{"sox", 1}}}, {"q2", {{"vim", 1}}}};
    fakes.collection = judged;
    open();
    /// Where the right document of the query on screen stands.
    const auto rank = [&](const std::string& query, const std::string& right) {
        bench.run_query(query);
        wait_until([&] { return now.trace && now.trace->query == query && now.trace->model == now.workbench.model; });
        for (std::size_t place = 0; place < now.trace->fused.size(); ++place)
            if (now.trace->documents[std::size_t(now.trace->fused[place].document)].id == right) return std::int32_t(place + 1);
        return 0;
    };
    const std::map<std::string, std::int32_t> before{{"play music", rank("play music", "sox")}, {"edit sound", rank("edit sound", "vim")}};
    use();
    wait_until([&] { return now.swap.guard_phase == Phase::Ready; });
    const GuardComparison guard = *now.swap.guard;
    const std::map<std::string, std::int32_t> after{{"play music", rank("play music", "sox")}, {"edit sound", rank("edit sound", "vim")}};
    EXPECT_EQ(guard.split, "test") << "the fakes have no dev queries";
    EXPECT_EQ(guard.queries, 2u);
    EXPECT_FALSE(guard.moved.empty()) << "the two would tell nothing apart";
    EXPECT_EQ(guard.moved.size(), guard.better + guard.worse);
    for (const GuardedQuery& query : guard.moved) {
        EXPECT_EQ(query.before, before.at(query.text)) << query.text;
        EXPECT_EQ(query.after, after.at(query.text)) << query.text;
    }
    for (const auto& [text, place] : before)
        EXPECT_EQ(place != after.at(text), std::ranges::find(guard.moved, text, &GuardedQuery::text) != guard.moved.end()) << text;
    EXPECT_NEAR(guard.before.mrr_10, (1.0 / before.at("play music") + 1.0 / before.at("edit sound")) / 2, 1e-9);
    EXPECT_NEAR(guard.after.mrr_10, (1.0 / after.at("play music") + 1.0 / after.at("edit sound")) / 2, 1e-9);
}

TEST_F(Swap, IndexesWhatIsNotIndexedYet) {
    open();
    fakes.second_indexed = false;
    use();
    wait_until([&] { return now.swap.phase == Phase::Ready; });
    EXPECT_TRUE(fakes.second_indexed);
    EXPECT_EQ(now.workbench.index->documents, 9);
}

TEST_F(Swap, LeavesWhatIsInUseWhereItFails) {
    open();
    bench.use_model("/no/such/folder", {.label = "none", .training = {}, .step = -1});
    wait_until([&] { return now.swap.phase == Phase::Empty && !notices.notices().empty(); });
    EXPECT_THAT(notices.notices()[0].sentence, HasSubstr("there is no such model"));
    EXPECT_EQ(now.workbench.model, "fake");
    bench.go_back(); // to nothing
    bench.run_query("play music");
    wait_until([&] { return now.trace != nullptr; });
}

TEST_F(Swap, CanBeLeftBeforeItIsReady) {
    open();
    fakes.second_indexed = false;
    fakes.hold = true;
    use();
    wait_until([&] { return now.swap.phase == Phase::Loading; });
    bench.drop_use();
    wait_until([&] { return now.swap.phase == Phase::Empty; });
    EXPECT_EQ(now.workbench.model, "fake");
    EXPECT_TRUE(notices.notices().empty()) << "that was meant";
}

TEST_F(Swap, IsOverOnceAnotherModelIsChosen) {
    open();
    use();
    wait_until([&] { return now.swap.phase == Phase::Ready; });
    bench.open_model("fake");
    wait_until([&] { return now.workbench.model == "fake" && now.workbench.phase == Phase::Ready; });
    EXPECT_EQ(now.swap.phase, Phase::Empty);
    EXPECT_EQ(bench.model(), "fake");
}

// Going back put the index of the collection before under the name of the one in use.
TEST_F(Swap, IsOverOnceAnotherCollectionIsChosen) {
    open();
    use();
    wait_until([&] { return now.swap.phase == Phase::Ready; });
    bench.open_collection("others");
    bench.go_back(); // to nothing
    wait_until([&] { return now.workbench.phase == Phase::Ready && now.workbench.collection == "others" && !jobs.busy(); });
    EXPECT_EQ(now.swap.phase, Phase::Empty);
    EXPECT_EQ(now.workbench.model, "trained");
    ASSERT_TRUE(now.workbench.index);
    EXPECT_EQ(now.workbench.index->documents, 1);
}

// So it was with a demo that was built, or grown, after a checkpoint had come into use.
TEST_F(Swap, IsOverOnceTheDemoIsBuilt) {
    open();
    use();
    wait_until([&] { return now.swap.phase == Phase::Ready; });
    bench.build_demo(true);
    wait_until([&] { return !bench.is_building() && !jobs.busy(); });
    EXPECT_EQ(now.workbench.model, "fake");
    EXPECT_EQ(bench.model(), "fake") << "and not the checkpoint's folder";
    EXPECT_EQ(now.swap.phase, Phase::Empty);
}

// What was chosen while a checkpoint was indexed gave way to it once that was done.
TEST_F(Swap, DoesNotReplaceWhatWasChosenMeanwhile) {
    const std::vector<std::function<void()>> choices{[&] { bench.open_model("gone"); }, [&] { bench.open_collection("others"); }, [&] { bench.start("fake", "others"); }};
    for (const auto& choose : choices) {
        bench.start("fake", "fakes");
        wait_until([&] { return now.workbench.phase == Phase::Ready && now.workbench.collection == "fakes" && !jobs.busy(); });
        fakes.second_indexed = false;
        fakes.hold = true;
        use();
        wait_until([&] { return now.swap.phase == Phase::Loading; });
        choose();
        const std::string model = bench.model(), collection = bench.collection();
        fakes.hold = false;
        wait_until([&] { return now.workbench.phase != Phase::Loading && !jobs.busy(); });
        EXPECT_EQ(now.swap.phase, Phase::Empty);
        EXPECT_EQ(now.workbench.model, model);
        EXPECT_EQ(now.workbench.collection, collection);
    }
}

// The session was saved with the checkpoint's folder, whatever was chosen after it.
TEST_F(Swap, LeavesNoFolderToAModelThatDoesNotOpen) {
    open();
    use();
    wait_until([&] { return now.swap.phase == Phase::Ready; });
    bench.open_model("gone");
    EXPECT_EQ(bench.model(), "gone");
    wait_until([&] { return now.workbench.phase == Phase::Failed; });
    EXPECT_EQ(bench.model(), "gone");
}

TEST_F(Swap, IsThereAgainAfterARestart) {
    bench.start(fakes.second_folder, "fakes");
    wait_until([&] { return now.workbench.phase == Phase::Ready; });
    EXPECT_EQ(now.workbench.model, "trained");
    EXPECT_EQ(bench.model(), fakes.second_folder);
    ASSERT_TRUE(now.workbench.index) << "which is found by the model's name";
}

TEST(Guard, ListsTheQueriesThatLostMostFirst) {
    JudgedSplit judged;
    for (const char* text : {"same", "lost", "won", "little lost", "not found"}) judged.queries.push_back({text, text, ""});
    const auto moved = moved_queries(judged, {3, 1, 0, 4, 2}, {3, 30, 5, 5, 0});
    std::vector<std::string> texts;
    for (const GuardedQuery& query : moved) texts.push_back(query.text);
    EXPECT_THAT(texts, testing::ElementsAre("lost", "not found", "little lost", "won"));
    EXPECT_EQ(guard_split({"test", "dev"}), "dev");
    EXPECT_EQ(guard_split({"train", "test"}), "train");
    EXPECT_EQ(guard_split({}), "");
}

} // namespace
} // namespace cameo
