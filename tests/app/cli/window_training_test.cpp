// A training from the window's buttons, on the real thing: models, processes and indexes of a small home.
#include "app/shell/layouts.hpp"
#include "app/trainings/list_trainings.hpp"
#include "app/workbench/sources.hpp"
#include "tests/app/app_stage.hpp"
#include "tests/app/cli/train_fixtures.hpp"

#include <imgui_te_context.h>

namespace cameo {
namespace {

using testing::HasSubstr;

class WindowTraining : public TrainHome {
protected:
    void SetUp() override {
        TrainHome::SetUp();
        ASSERT_EQ(here({"index", "--model", "tiny", "--collection", "songs"}).code, 0);
        write("mix.json", {{"model", "corrected"}, {"collection", "songs"}, {"steps", {{"standardized", 100'000}}}, {"batch", {{"queries", 6}, {"negatives", 1}}},
                           {"validation", {{"every", 10}}}, {"checkpoint", {{"every", 10}}}});
        m_stage = std::make_unique<AppStage>(real_sources(), std::filesystem::path(), 1280, 720, AskFile(), TrainerProcess{.program = CAMEO_PROGRAM, .estimates = true});
        ASSERT_TRUE(m_stage->open());
        app().act(OpenModel{"tiny"});
        ASSERT_TRUE(m_stage->wait_until([&] { return app().now().workbench.model == "tiny" && app().now().workbench.index; }));
        app().apply_layout("Train");
        m_stage->frames(8);
    }
    App& app() { return m_stage->app(); }
    const Trainings& trainings() { return app().now().trainings; }
    TrainingState state(const std::string& name) {
        if (trainings().list)
            for (const TrainingLine& line : *trainings().list)
                if (line.summary.name == name) return line.summary.state;
        return TrainingState::Unreadable;
    }
    bool reaches(const std::string& name, TrainingState wanted) { return m_stage->wait_until([&] { return state(name) == wanted; }); }
    void press(const char* view, const std::string& label) {
        m_stage->drive([&](ImGuiTestContext& ctx) {
            ctx.SetRef((std::string("//") + view).c_str());
            ctx.ItemClick(("**/" + label).c_str());
        });
        m_stage->frames(3);
    }

    std::unique_ptr<AppStage> m_stage;
};

TEST_F(WindowTraining, IsStartedSteeredBranchedUsedAndTakenBack) {
    app().act(DraftTraining{.recipe = recipe("mix.json"), .training = {}, .step = -1, .set = {}});
    ASSERT_TRUE(m_stage->wait_until([&] { return trainings().draft.has_value(); }));
    ASSERT_EQ(trainings().draft->refusal, "");
    ASSERT_TRUE(m_stage->wait_until([&] { return trainings().draft->cost_phase == Phase::Ready; })) << trainings().draft->cost_error;
    const TrainingCost said = *trainings().draft->cost;
    m_stage->frames(4);
    press("New training", "Start mix");
    ASSERT_TRUE(reaches("mix", TrainingState::Running));
    ASSERT_TRUE(m_stage->wait_until([&] { return trainings().shown[0].name == "mix" && trainings().shown[0].record && trainings().shown[0].record->last_step() > 12; }));
    EXPECT_FALSE(app().shell().view(view_title::kNewTraining)->is_open()) << "it has become a training";
    press("Training", "Pause");
    ASSERT_TRUE(reaches("mix", TrainingState::Paused));
    press("Training", "Resume");
    ASSERT_TRUE(reaches("mix", TrainingState::Running));
    app().act(SteerTraining{folder("mix"), CommandKind::Set, "gate.importance=0.4"});
    ASSERT_TRUE(m_stage->wait_until([&] { return trainings().shown[0].recipe.importance == 0.4; }));
    press("Training", "Stop and keep best");
    ASSERT_TRUE(reaches("mix", TrainingState::Finished));

    // What was said beforehand goes with it.
    ASSERT_TRUE(m_stage->wait_until([&] { return trainings().shown[0].estimate.has_value() && trainings().shown[0].disk_bytes > 0; }));
    EXPECT_EQ(trainings().shown[0].estimate->memory_bytes, said.memory_bytes);

    // Its model, and back.
    ASSERT_EQ(app().now().workbench.model, "tiny");
    press("Training", "Use its model");
    ASSERT_TRUE(m_stage->wait_until([&] { return app().now().swap.phase == Phase::Ready; }));
    EXPECT_EQ(app().now().workbench.model, "mix");
    EXPECT_EQ(app().now().workbench.index->documents, 60);
    ASSERT_TRUE(m_stage->wait_until([&] { return app().now().swap.guard_phase == Phase::Ready; })) << app().now().swap.guard_error;
    EXPECT_EQ(app().now().swap.guard->queries, 40u);
    press("Training", "Go back");
    ASSERT_TRUE(m_stage->wait_until([&] { return app().now().workbench.model == "tiny"; }));

    // A branch, which begins with its best checkpoint.
    press("Training", "Branch from the best");
    ASSERT_TRUE(m_stage->wait_until([&] { return trainings().draft.has_value(); }));
    EXPECT_THAT(trainings().draft->recipe.model, HasSubstr("/mix/checkpoints/"));
    EXPECT_EQ(trainings().draft->recipe.name, "mix-2");
    EXPECT_EQ(trainings().draft->refusal, "");
    app().act(ShowView{view_title::kNewTraining}); // the engine's own hand has taken the focus back
    ASSERT_TRUE(m_stage->wait_until([&] { return app().shell().is_drawn(view_title::kNewTraining); }));
    m_stage->frames(4);
    press("New training", "Start mix-2");
    ASSERT_TRUE(reaches("mix-2", TrainingState::Running));
    press("Training", "Stop and keep best");
    EXPECT_TRUE(reaches("mix-2", TrainingState::Finished));
}

// The window's own process is killed while a training runs that it has started: nothing of the training is lost, and the next
// window tells the truth.
TEST_F(WindowTraining, OutlivesTheWindowThatStartedIt) {
    if (!std::getenv("DISPLAY")) GTEST_SKIP() << "a window's process needs a display";
    m_stage.reset();
    const std::filesystem::path recipes = m_scratch / "home/data/recipes";
    std::filesystem::create_directories(recipes);
    std::filesystem::copy_file(recipe("mix.json"), recipes / "mix.json");
    const std::string session = (m_scratch / "killed.cameo").string();
    const auto started = cameo({session, "--model", "tiny", "--collection", "songs", "--size", "900x600", "--layout", "Train", "--screenshot", (m_scratch / "window.png").string(), "--action",
                                "training.recipe.mix", "--action", "training.start"});
    ASSERT_EQ(started.code, 0) << started.err;
    EXPECT_TRUE(std::filesystem::exists(folder("mix") / kEstimateFile)) << "the program has tried it beforehand, as itself";
    const auto is = [&](TrainingState wanted) { return summarise_training(folder("mix")).state == wanted; };
    auto window = start({session});
    ASSERT_TRUE(window.wait_for([&] { return is(TrainingState::Running); })) << "closing a window ends no training";
    std::this_thread::sleep_for(std::chrono::seconds(3)); // it looks at it
    ASSERT_FALSE(window.ended());
    window.kill(SIGKILL);
    window.wait();
    const auto step = summarise_training(folder("mix")).step;

    const auto opened = std::chrono::steady_clock::now();
    m_stage = std::make_unique<AppStage>(real_sources(), session, 1280, 720, AskFile(), TrainerProcess{.program = CAMEO_PROGRAM});
    ASSERT_TRUE(m_stage->wait_until([&] {
        return !trainings().shown.empty() && trainings().shown[0].name == "mix" && trainings().shown[0].record && trainings().shown[0].record->last_step() > step && state("mix") == TrainingState::Running;
    }));
    EXPECT_LT(std::chrono::steady_clock::now() - opened, std::chrono::seconds(5));
    app().act(SteerTraining{folder("mix"), CommandKind::StopAndKeepBest, {}});
    ASSERT_TRUE(reaches("mix", TrainingState::Finished));
    // And another window, killed or not, changes nothing about what it has saved.
    EXPECT_GE(trainings().shown[0].record->last_step(), step);
    EXPECT_TRUE(std::filesystem::exists(folder("mix") / "model/model.json"));
}

} // namespace
} // namespace cameo
