// A training in trouble: a full disk, a stop at a bad moment, damage, another recipe than before, a gate that learns nothing.

#include "core/base/error.hpp"
#include "core/model/moe/create_sbmoe.hpp"
#include "tests/core/train/tiny_run.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <sys/resource.h>

namespace cameo {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace fs = std::filesystem;

std::vector<std::int64_t> steps(const TinyTraining& tiny, const std::string& folder) {
    return Checkpoints(tiny.folder(folder) / "checkpoints").steps();
}

/// Names of files and folders that begin with a dot or have ".tmp" in them, anywhere.
std::vector<std::string> half_written(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (const auto name = entry.path().filename().string(); name.starts_with('.') || name.find(".tmp") != name.npos) names.push_back(name);
    return names;
}

Recipe mining_recipe() {
    Recipe recipe = TinyTraining::recipe();
    recipe.standardized_steps = 6;
    recipe.specialized_steps = 6;
    recipe.mine_lag = 2;
    return recipe;
}

/// A limit on the length of files stands for a full disk.
class FullDisk {
public:
    FullDisk() : m_handler(::signal(SIGXFSZ, SIG_IGN)) { ::getrlimit(RLIMIT_FSIZE, &m_before); }
    ~FullDisk() {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        ::signal(SIGXFSZ, m_handler);
    }
    void begin(rlim_t bytes) {
        rlimit full = m_before;
        full.rlim_cur = bytes;
        ::setrlimit(RLIMIT_FSIZE, &full);
    }
    void end() { ::setrlimit(RLIMIT_FSIZE, &m_before); }

private:
    rlimit m_before{};
    void (*m_handler)(int);
};

TEST(TrainerTrouble, AFullDiskKeepsTheLastCheckpoint) {
    const TinyTraining tiny;
    MemoryRecorder whole;
    run(tiny, mining_recipe(), "whole", whole);
    // Checkpoints are at 3, 4, 5 and 6; the limit is between two of their files, and then before the first.
    for (const rlim_t limit : {60'000, 1'000}) {
        const std::string name = "full" + std::to_string(limit);
        MemoryRecorder pieces;
        FullDisk disk;
        pieces.before_step = [&](MemoryRecorder& own) {
            if (own.latest == 4) disk.begin(limit);
        };
        const auto error = error_of([&] { run(tiny, mining_recipe(), name, pieces); });
        disk.end();
        EXPECT_THAT(error, HasSubstr(": cannot write"));
        EXPECT_EQ(pieces.events.back().kind, EventKind::Failed);
        EXPECT_EQ(pieces.events.back().text, error);
        EXPECT_EQ(steps(tiny, name).back(), 4);
        EXPECT_THAT(half_written(tiny.folder(name)), IsEmpty());
        pieces.before_step = nullptr;
        run(tiny, mining_recipe(), name, pieces);
        EXPECT_EQ(whole.repeatable(), pieces.repeatable());
        EXPECT_EQ(last_checkpoint(tiny, "whole"), last_checkpoint(tiny, name));
    }
}

TEST(TrainerTrouble, AFullDiskWhileItMinesKeepsTheLastCheckpoint) {
    const TinyTraining tiny(400); // so that the index has a larger file than a checkpoint
    MemoryRecorder whole, pieces;
    run(tiny, mining_recipe(), "whole", whole);
    FullDisk disk;
    pieces.before_step = [&](MemoryRecorder& own) {
        if (own.latest == 3) disk.begin(100'000);
    };
    const auto error = error_of([&] { run(tiny, mining_recipe(), "full", pieces); });
    disk.end();
    EXPECT_THAT(error, HasSubstr("mined/000004/index/shard-"));
    EXPECT_THAT(error, HasSubstr(": cannot write"));
    EXPECT_THAT(half_written(tiny.folder("full")), IsEmpty());
    pieces.before_step = nullptr;
    run(tiny, mining_recipe(), "full", pieces);
    EXPECT_EQ(whole.repeatable(), pieces.repeatable());
    EXPECT_EQ(last_checkpoint(tiny, "whole"), last_checkpoint(tiny, "full"));
}

/// Asks to stop when a stage begins at some step.
class StopsAt final : public Progress {
public:
    StopsAt(std::string stage, const MemoryRecorder& recorder, std::int64_t step, std::stop_source stop = {})
        : Progress(stop.get_token()), m_stage(std::move(stage)), m_recorder(recorder), m_step(step), m_stop(std::move(stop)) {}
    void begin(std::string stage, Unit unit, std::optional<std::int64_t> total, std::int64_t already) override {
        if (stage == m_stage && m_recorder.latest == m_step) m_stop.request_stop();
        Progress::begin(std::move(stage), unit, total, already);
    }

private:
    std::string m_stage;
    const MemoryRecorder& m_recorder;
    std::int64_t m_step;
    std::stop_source m_stop;
};

// The checkpoint of one that was cancelled in a validation counted as validated: its figures were missing for good, and
// with them perhaps the best model.
TEST(TrainerTrouble, AValidationThatWasStoppedIsMadeUpFor) {
    const TinyTraining tiny;
    const Recipe recipe = TinyTraining::recipe();
    MemoryRecorder whole, pieces;
    const auto expected = run(tiny, recipe, "whole", whole);
    for (const std::int64_t step : {5, 10, 12}) {
        StopsAt progress("validating", pieces, step);
        EXPECT_THROW(train(recipe, tiny.data(), tiny.folder("pieces"), pieces, progress), Cancelled) << step;
        EXPECT_EQ(steps(tiny, "pieces").back(), step);
        EXPECT_THAT(half_written(tiny.folder("pieces")), IsEmpty());
    }
    const auto result = run(tiny, recipe, "pieces", pieces);
    EXPECT_EQ(whole.repeatable(), pieces.repeatable());
    EXPECT_EQ(last_checkpoint(tiny, "whole"), last_checkpoint(tiny, "pieces"));
    EXPECT_EQ(result.best_step, expected.best_step);
    EXPECT_EQ(result.reason, expected.reason);
}

// One that was killed when its patience was at an end, and before it said so, trained on.
TEST(TrainerTrouble, OneWhosePatienceIsAtAnEndDoesNotGoOn) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.layers_rate = recipe.heads_rate = 0;
    recipe.standardized_steps = 100;
    recipe.patience = 2;
    MemoryRecorder recorder;
    const auto first = run(tiny, recipe, "patience", recorder);
    fs::remove_all(first.model);
    const auto again = run(tiny, recipe, "patience", recorder);
    EXPECT_EQ(again.step, 10);
    EXPECT_EQ(again.reason, first.reason);
    EXPECT_TRUE(fs::exists(again.model / "model.json"));
}

// It stayed the latest one: a step back went to it, and with checkpoint.kept = 1 the whole ones were removed before it.
TEST(TrainerTrouble, ADamagedCheckpointIsSetAside) {
    const TinyTraining tiny;
    Recipe recipe = TinyTraining::recipe();
    recipe.checkpoints_kept = 1;
    MemoryRecorder recorder;
    recorder.before_step = [](MemoryRecorder& own) {
        if (own.latest == 9 && own.answers.empty()) own.leave(CommandKind::Stop);
    };
    run(tiny, recipe, "damaged", recorder);
    const Checkpoints checkpoints(tiny.folder("damaged") / "checkpoints");
    ASSERT_THAT(checkpoints.steps(), Contains(9));
    const auto before = checkpoints.steps().front();
    ASSERT_LT(before, 9) << "the best one stays as well";
    write_file(checkpoints.at(9) / "state.json", "{");
    bool asked = false;
    recorder.before_step = [&](MemoryRecorder&) {
        if (std::exchange(asked, true)) return;
        EXPECT_THAT(checkpoints.steps(), ElementsAre(before));
    };
    const auto result = run(tiny, recipe, "damaged", recorder);
    EXPECT_EQ(result.step, 12);
    EXPECT_THAT(recorder.texts_of(EventKind::Warning), Contains(HasSubstr("the checkpoint before is used")));
    EXPECT_TRUE(fs::exists(tiny.folder("damaged") / "checkpoints/000009.damaged"));
    // Where all are, the error names one, and nothing is moved.
    for (const auto step : checkpoints.steps()) write_file(checkpoints.at(step) / "state.json", "{");
    const auto all = checkpoints.steps();
    EXPECT_THAT(error_of([&] { run(tiny, recipe, "damaged", recorder); }), HasSubstr("state.json: it is not JSON"));
    EXPECT_EQ(checkpoints.steps(), all);
}

// A recipe.json that was edited or lost was taken at its word, and half of it was in force.
TEST(TrainerTrouble, ItsCheckpointsKnowTheRecipe) {
    const TinyTraining tiny;
    MemoryRecorder recorder;
    run(tiny, TinyTraining::recipe(), "kept", recorder);
    Recipe other = TinyTraining::recipe();
    other.standardized_steps = 14;
    write_file(tiny.folder("kept") / "recipe.json", to_json(other));
    EXPECT_THAT(error_of([&] { run(tiny, other, "kept", recorder); }), HasSubstr("begun with another steps.standardized"));
    fs::remove(tiny.folder("kept") / "recipe.json");
    EXPECT_THAT(error_of([&] { run(tiny, other, "kept", recorder); }), HasSubstr("begun with another steps.standardized"));
    fs::remove(tiny.folder("kept") / "recipe.json");
    EXPECT_EQ(run(tiny, TinyTraining::recipe(), "kept", recorder).step, 12); // with its own it goes on
    EXPECT_TRUE(fs::exists(tiny.folder("kept") / "recipe.json"));
}

// Another collection of the same name gave it other queries without a word.
TEST(TrainerTrouble, ItsCheckpointsKnowTheData) {
    const TinyTraining tiny, larger(60, 50);
    MemoryRecorder recorder;
    run(tiny, TinyTraining::recipe(), "data", recorder);
    auto data = tiny.data();
    data.collection = larger.collection();
    Progress progress;
    EXPECT_THAT(error_of([&] { train(TinyTraining::recipe(), data, tiny.folder("data"), recorder, progress); }),
                HasSubstr("than collection debian and teacher.run have now"));
}

class TrainerGate : public testing::Test {
protected:
    /// What a training of a mixture in one form warns of, and the step of the first warning.
    std::vector<Event> warnings(MoeForm form) {
        const std::string name = form == MoeForm::Reference ? "reference" : "corrected";
        create_sbmoe({.name = name, .from = model_data("bert-mlm").string(), .form = form, .experts = 4, .query_tokens = 16, .document_tokens = 24});
        Recipe recipe = TinyTraining::recipe();
        recipe.standardized_steps = 50;
        recipe.validate_every = 50;
        recipe.checkpoint_every = 50;
        recipe.temperature = form == MoeForm::Reference ? 1 : 0.1;
        auto data = m_tiny.data();
        data.model = folders().models() / name;
        MemoryRecorder recorder;
        Progress progress;
        train(recipe, data, m_tiny.folder(name), recorder, progress);
        EXPECT_GT(recorder.metric("gradient.experts", 50), 0);
        std::vector<Event> found;
        std::ranges::copy_if(recorder.events, std::back_inserter(found), [](const Event& event) { return event.kind == EventKind::Warning; });
        return found;
    }

    TinyTraining m_tiny;
};

TEST_F(TrainerGate, WithoutGradientIsSaidWithinFiftySteps) {
    const auto found = warnings(MoeForm::Reference);
    ASSERT_EQ(found.size(), 1u);
    EXPECT_THAT(found[0].text, HasSubstr("the gate receives no gradient"));
    EXPECT_LE(found[0].step, 50);
}

TEST_F(TrainerGate, WithGradientNothingIsSaid) { EXPECT_THAT(warnings(MoeForm::Corrected), IsEmpty()); }

} // namespace
} // namespace cameo
