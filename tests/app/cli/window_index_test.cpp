// The index and its documents from the window, on the real thing: files, processes and a Milvus server of a small home.
#include "app/shell/layouts.hpp"
#include "app/workbench/sources.hpp"
#include "tests/app/app_stage.hpp"
#include "tests/app/cli/train_fixtures.hpp"
#include "tests/support/milvus_server.hpp"

#include <imgui_te_context.h>

namespace cameo {
namespace {

using testing::HasSubstr;

class WindowIndex : public TrainHome {
protected:
    void SetUp() override {
        TrainHome::SetUp();
        ASSERT_EQ(here({"index", "--model", "tiny", "--collection", "songs"}).code, 0);
        open_window();
        ASSERT_TRUE(m_stage->wait_until([&] { return bench().model == "tiny" && bench().index; }));
    }
    void open_window() {
        m_stage.reset(); // before there is another one
        m_stage = std::make_unique<AppStage>(real_sources(), std::filesystem::path(), 1280, 720, [this](const FileQuestion&, Progress&) { return std::optional(m_answer); });
        ASSERT_TRUE(m_stage->open());
        app().act(OpenModel{"tiny"});
        app().act(ShowView{view_title::kIndex});
        m_stage->frames(8);
    }
    App& app() { return m_stage->app(); }
    const Workbench& bench() { return app().now().workbench; }
    const IndexPlan& plan() { return app().now().index_plan; }
    void drive(const std::function<void(ImGuiTestContext&)>& act) {
        m_stage->drive([&](ImGuiTestContext& ctx) {
            ctx.SetRef("//Index");
            ctx.SetRef(ctx.WindowInfo("##index").ID); // combo boxes have no label for a search
            act(ctx);
        });
        m_stage->frames(3);
    }
    bool is_indexed() {
        return m_stage->wait_until([&] { return !bench().building && bench().phase == Phase::Ready && bench().index && bench().index->documents == bench().index->expected && !plan().changed(); });
    }
    std::vector<std::string> ids_of(const char* query) {
        EXPECT_TRUE(m_stage->ask(query));
        std::vector<std::string> ids;
        for (const FusedHit& hit : app().now().trace->fused) ids.push_back(app().now().trace->documents[static_cast<std::size_t>(hit.document)].id);
        return ids;
    }

    /// How things stand, to say why something did not come.
    std::string state() {
        std::string all;
        for (const Notice& notice : app().now().notices) all += notice.sentence + '\n';
        for (const JobSnapshot& job : app().now().jobs) all += job.name + ": " + job.stage + (job.state == JobState::Running ? ", running" : "") + '\n';
        if (bench().index) all += std::to_string(bench().index->documents) + " of " + std::to_string(bench().index->expected) + (bench().building ? ", building" : "") + (plan().changed() ? ", changed" : "");
        return all;
    }

    std::filesystem::path m_answer; ///< to whoever asks for a file
    std::unique_ptr<AppStage> m_stage;
};

TEST_F(WindowIndex, IsMadeAnotherWay) {
    const auto before = ids_of("play music");
    app().act(ShowView{view_title::kIndex});
    m_stage->frames(4);
    drive([](ImGuiTestContext& ctx) {
        ctx.ItemClick("##bits");
        ctx.Yield(2);
        ctx.ItemClick("//$FOCUSED/4 bits a value");
        ctx.Yield(3);
        ctx.ItemClick("Make it so");
    });
    ASSERT_TRUE(is_indexed()) << state();
    EXPECT_EQ(plan().first.local_bits, 4);
    EXPECT_THAT(bench().index->experts[1].structure, HasSubstr("4 bits"));
    // A structure that FAISS does not know is refused with one sentence, and what is there stays.
    app().act(PlanIndex{.wanted = {.local_bits = 4, .global_structure = "Nonsense7"}, .memory = 0});
    app().act(BuildIndex{});
    ASSERT_TRUE(m_stage->wait_until([&] { return !app().now().notices.empty() && !bench().building; }));
    EXPECT_THAT(app().now().notices.back().sentence, HasSubstr("Nonsense7"));
    EXPECT_TRUE(bench().index);
    EXPECT_EQ(ids_of("play music").size(), before.size());
}

TEST_F(WindowIndex, GoesIntoMilvusAndBack) {
    if (!MilvusServer::there()) GTEST_SKIP() << "there is no Milvus Lite here: ./cameo setup milvus_server brings it in";
    const MilvusServer server;
    const auto before = ids_of("play music");
    app().act(ShowView{view_title::kIndex});
    m_stage->frames(4);
    drive([&](ImGuiTestContext& ctx) {
        ctx.ItemClick("##where");
        ctx.Yield(2);
        ctx.ItemClick("//$FOCUSED/In a Milvus server");
        ctx.Yield(3);
        ctx.ItemInputValue("##address", server.address().c_str());
        ctx.Yield(3);
        ctx.ItemClick("Make it so");
    });
    ASSERT_TRUE(is_indexed()) << state();
    EXPECT_TRUE(plan().first.in_milvus);
    EXPECT_EQ(plan().first.address, server.address());
    EXPECT_THAT(bench().index->experts[0].structure, HasSubstr("Milvus Lite"));
    EXPECT_EQ(ids_of("play music"), before);
    app().act(PlanIndex{});
    app().act(BuildIndex{});
    ASSERT_TRUE(is_indexed()) << state();
    EXPECT_FALSE(plan().first.in_milvus);
    EXPECT_EQ(ids_of("play music"), before);
}

TEST_F(WindowIndex, OpensWithoutItsServer) {
    if (!MilvusServer::there()) GTEST_SKIP() << "there is no Milvus Lite here: ./cameo setup milvus_server brings it in";
    MilvusServer server;
    const auto before = ids_of("play music");
    app().act(PlanIndex{.wanted = {.in_milvus = true, .address = server.address(), .token_pooling = 2}});
    app().act(BuildIndex{});
    ASSERT_TRUE(is_indexed()) << state();
    EXPECT_EQ(plan().first.token_pooling, 2);
    server.kill();
    open_window();
    ASSERT_TRUE(m_stage->wait_until([&] { return bench().model == "tiny" && !bench().index_away.empty(); })) << state();
    EXPECT_THAT(bench().index_away, HasSubstr("does not answer"));
    EXPECT_EQ(bench().phase, Phase::Ready);
    EXPECT_TRUE(plan().first.in_milvus);
    server.start();
    m_stage->frames(4);
    drive([&](ImGuiTestContext& ctx) { ctx.ItemClick("**/Try again"); });
    ASSERT_TRUE(is_indexed()) << state();
    EXPECT_FALSE(ids_of("calm music").empty());

    // Or it is made here, whether the server is there or not.
    server.kill();
    app().act(PlanIndex{});
    app().act(BuildIndex{});
    ASSERT_TRUE(is_indexed()) << state();
    EXPECT_EQ(ids_of("play music"), before);
}

TEST_F(WindowIndex, DocumentsComeAndGo) {
    m_answer = m_scratch / "more.jsonl";
    std::ofstream(m_answer) << R"({"_id": "new", "title": "", "text": "play music in the terminal"})" << '\n';
    app().act(AddDocuments{});
    ASSERT_TRUE(m_stage->wait_until([&] { return bench().phase == Phase::Ready && bench().index && bench().index->documents == 60 && bench().collections.front().documents == 61; }));
    app().act(BuildIndex{});
    ASSERT_TRUE(m_stage->wait_until([&] { return !bench().building && bench().phase == Phase::Ready && bench().index->documents == 61; })) << state();
    EXPECT_THAT(ids_of("play music in the terminal"), testing::Contains("new"));

    // It is asked first, and nothing happens without an answer.
    app().act(RemoveDocument{"new"});
    m_stage->frames(3);
    ASSERT_TRUE(app().shell().prompt().is_open());
    m_stage->drive([](ImGuiTestContext& ctx) { ctx.ItemClick("//###prompt/Remove it"); });
    ASSERT_TRUE(m_stage->wait_until([&] { return bench().phase == Phase::Ready && bench().collections.front().documents == 60; }));
    ASSERT_TRUE(m_stage->wait_until([&] { return !app().now().jobs.empty() && app().now().jobs.front().state != JobState::Running; }));
    EXPECT_THAT(ids_of("play music in a terminal"), testing::Not(testing::Contains("new")));
}

} // namespace
} // namespace cameo
