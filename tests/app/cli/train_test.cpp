#include "tests/app/cli/train_fixtures.hpp"

#include "app/trainings/list_trainings.hpp"
#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/train/recipe/recipe.hpp"
#include "tests/support/child.hpp"

#include <sys/stat.h>

namespace cameo {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

namespace fs = std::filesystem;

class TrainVerb : public TrainHome {
protected:
    /// Two steps, unless asked for more.
    std::vector<std::string> quick(std::vector<std::string> more = {}) const {
        std::vector<std::string> words{"train", recipe(), "--set", "name=quick", "--set", "steps.standardized=2", "--set", "steps.specialized=0"};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    /// As quick, but it goes on until somebody ends it.
    std::vector<std::string> endless() const { return quick({"--set", "steps.standardized=1000000", "--set", "checkpoint.every=1000", "--set", "validation.every=1000", "--set", "negatives.mine_every=0"}); }
    static void expect_failure(const Answer& answer, const std::string& words, int code = 1) {
        EXPECT_EQ(answer.code, code) << answer.err;
        EXPECT_THAT(answer.err, HasSubstr(words));
        EXPECT_THAT(answer.out, IsEmpty());
        const auto last = answer.err.rfind("cameo: ");
        ASSERT_NE(last, answer.err.npos) << answer.err;
        EXPECT_EQ(std::ranges::count(answer.err.substr(last), '\n'), 1) << "one sentence: " << answer.err;
    }
    bool step_done(const std::string& training, std::int64_t step) const {
        try {
            const auto points = TrainingWatch(folder(training) / "training.db").metric("loss", step);
            return !points.empty();
        } catch (const Error&) { // it is not there yet
            return false;
        }
    }
};

TEST_F(TrainVerb, ItsTrainingsAreDiagnosed) {
    ASSERT_EQ(here(quick()).code, 0);
    const Answer text = here({"diagnose", "quick"});
    EXPECT_EQ(text.code, 0) << text.err;
    const json found = json::parse(here({"diagnose", folder("quick").string(), "--json"}).out);
    ASSERT_TRUE(found.is_array());
    for (const json& finding : found) EXPECT_THAT(text.out, HasSubstr(finding["title"].get<std::string>()));
    EXPECT_EQ(found.empty(), text.out == "Nothing was found.\n");
    expect_failure(here({"diagnose", "none"}), "none: this is neither a recipe nor a training; a training has its recipe.json in ");
    fs::remove(folder("quick") / "training.db");
    expect_failure(here({"diagnose", "quick"}), "training.db");
}

TEST_F(TrainVerb, NamesWhatIsWrongInARecipe) {
    write("key.json", {{"batch", {{"querys", 3}}}});
    expect_failure(here({"train", recipe("key.json")}), "key.json: there is no key \"batch.querys\"; did you mean \"batch.queries\"?");
    write("section.json", {{"bacth", {{"queries", 3}}}});
    expect_failure(here({"train", recipe("section.json")}), "did you mean \"batch\"?");
    write("value.json", {{"negatives", {{"from", "mind"}}}});
    expect_failure(here({"train", recipe("value.json")}), "negatives.from is \"mind\", expected one of bm25, mined, both, teacher; did you mean \"mined\"?");
    expect_failure(here(quick({"--set", "batch.queries=0"})), "batch.queries is 0, expected 1 to 1000000");
    expect_failure(here(quick({"--set", "seeed=1"})), "did you mean \"seed\"?");
    expect_failure(here(quick({"--set", "seed"})), "expected key=value");
    expect_failure(here(quick({"--set", "name=../quick"})), "\"../quick\" cannot be");
    expect_failure(here(quick({"--set", "steps.specialized=3", "--set", "model=corrected"})), "only the experts of a came model compete");
    std::ofstream(m_scratch / "broken.json") << "{\"seed\": ";
    expect_failure(here({"train", recipe("broken.json")}), "broken.json: not JSON, at byte");
    // What was never begun is bound to nothing: the name is free for the right recipe.
    expect_failure(cameo(quick({"--set", "model=corrected", "--set", "gate.load=1", "--set", "gate.noise=false"})), "gate.load is about noise, so it needs gate.noise");
    EXPECT_EQ(cameo(quick()).code, 0);
}

TEST_F(TrainVerb, NamesWhatIsNotThere) {
    expect_failure(here(quick({"--set", "model=tinny"})), "no model named tinny; there is ");
    expect_failure(here(quick({"--set", "model="})), "the recipe: model is not set");
    expect_failure(here(quick({"--set", "collection=sings"})), "there is no collection \"sings\"; expected one of: songs");
    expect_failure(here({"train", "nobody"}), "nobody: this is neither a recipe nor a training");
    expect_failure(here({"train", recipe("nothing.json")}), "nothing.json: this is neither a recipe nor a training");
    expect_failure(here({"train", m_scratch.path().string()}), "neither a recipe nor a training");
    expect_failure(here({"train", "nobody", "--command", "stop"}), "neither a recipe nor a training");
    expect_failure(here({"train"}), "TRAINING", 2);
    expect_failure(here(quick({"--folder", "/proc/cameo/quick"})), "/proc/cameo/quick: cannot be made");
    expect_failure(here(quick({"--folder", recipe()})), "cannot be made");
}

TEST_F(TrainVerb, ListsEveryKey) {
    const auto fields = here({"train", "--schema", "--json"}).parsed()["fields"];
    const auto table = here({"train", "--schema"});
    ASSERT_EQ(fields.size(), recipe_schema().size());
    for (std::size_t at = 0; at < fields.size(); ++at) {
        const auto& field = recipe_schema()[at];
        EXPECT_EQ(fields[at]["key"], field.key);
        EXPECT_EQ(fields[at]["live"], field.live);
        EXPECT_EQ(fields[at]["help"], field.help);
        EXPECT_THAT(table.out, HasSubstr("\n" + std::string(field.key == "name" ? "" : field.key)));
    }
    EXPECT_EQ(fields[0], (json{{"key", "name"}, {"default", ""}, {"range", "a text"}, {"live", false},
                               {"help", "What the training is called; a recipe file's own name if nothing is said."}}));
    const auto field = [&](const char* key) { return *std::ranges::find_if(fields, [&](const json& each) { return each["key"] == key; }); };
    EXPECT_EQ(field("batch.queries")["range"], "1 to 1000000");
    EXPECT_EQ(field("batch.queries")["default"], 16);
    EXPECT_EQ(field("seed")["range"], "at least 0");
    EXPECT_EQ(field("negatives.from")["range"], "one of bm25, mined, both, teacher");
    EXPECT_EQ(field("gate.noise")["range"], "true or false");
    EXPECT_EQ(field("gate.noise")["default"], true);
    EXPECT_EQ(field("optimizer.layers_rate")["default"], 1e-4);
    EXPECT_EQ(field("competition.temperature")["live"], true);
    EXPECT_THAT(table.out, HasSubstr("optimizer.layers_rate        0.0001       Learning rate of the experts' own layers.\n"
                                     "                             0 to 1; may change while it runs\n"));
}

TEST_F(TrainVerb, BeginsAndGoesOnByNameByFolderAndByRecipe) {
    const auto first = cameo(quick({"--json"}));
    ASSERT_EQ(first.code, 0) << first.err;
    const json result = first.parsed();
    EXPECT_EQ(result["name"], "quick");
    EXPECT_EQ(result["folder"], folder("quick").string());
    EXPECT_EQ(result["step"], 2);
    EXPECT_EQ(result["reason"], "all steps are done");
    EXPECT_EQ(result["measure"], "MRR@10");
    EXPECT_EQ(result["model"], (folder("quick") / "model").string());
    EXPECT_EQ(result.size(), 8u);
    EXPECT_EQ(here({"model", "info", result["model"], "--json"}).parsed()["name"], "quick");
    for (const auto& words : {quick({"--json"}), {"train", "quick", "--json"}, {"train", folder("quick").string() + "/", "--json"}}) {
        const auto again = cameo(words);
        ASSERT_EQ(again.code, 0) << again.err;
        EXPECT_EQ(again.parsed(), result);
    }
    EXPECT_THAT(cameo({"train", "quick"}).out, HasSubstr("all steps are done after step 2; MRR@10 on dev"));
    EXPECT_EQ(texts_of(folder("quick"), EventKind::Resumed).size(), 4u);
    expect_failure(here(quick({"--set", "optimizer.warmup=3"})), "was begun with another optimizer.warmup; give this one another name");
    expect_failure(here({"train", "quick", "--set", "optimizer.warmup=3"}), "a training that was begun keeps its recipe");
    expect_failure(here({"train", "quick", "--folder", "elsewhere"}), "a training that was begun keeps its recipe");
}

// A relative folder was kept relative: in the answer, and in the recipe, from which it goes on wherever it is started.
TEST_F(TrainVerb, FoldersAreAbsolute) {
    const auto before = fs::current_path();
    fs::current_path(m_scratch.path());
    const auto answer = cameo(quick({"--folder", "mine", "--set", "model=home/data/models/tiny", "--json"}));
    fs::current_path(before);
    ASSERT_EQ(answer.code, 0) << answer.err;
    EXPECT_EQ(answer.parsed()["folder"], (m_scratch / "mine").string());
    EXPECT_EQ(read_recipe(m_scratch / "mine/recipe.json").model, (m_scratch / "home/data/models/tiny").string());
    EXPECT_EQ(cameo({"train", (m_scratch / "mine").string()}).code, 0);
}

TEST_F(TrainVerb, HonoursCommands) {
    auto training = start(endless());
    ASSERT_TRUE(training.wait_for([&] { return step_done("quick", 3); })) << training.wait().err;
    const auto left = [&](const std::string& command) { return here({"train", "quick", "--command", command}); };
    EXPECT_THAT(left("set optimizer.layers_rate=0.0005").out, StartsWith("done before step "));
    expect_failure(left("set optimizer.layers_rate=5"), "optimizer.layers_rate is 5, expected 0 to 1");
    expect_failure(left("set batch.queries=5"), "batch.queries cannot change while a training runs; these can: optimizer.layers_rate");
    expect_failure(left("stopp"), "there is no command \"stopp\"; there are pause, resume, stop");
    expect_failure(left("pause now"), "the command pause takes nothing more, found \"now\"");
    EXPECT_THAT(left("pause").out, StartsWith("done before step "));
    EXPECT_THAT(left("checkpoint").out, StartsWith("done before step ")); // also one that waits answers
    // Two at once: refused, and what the first one is asked stays its own.
    expect_failure(cameo(endless()), "quick: another process trains here");
    EXPECT_THAT(left("resume").out, StartsWith("done before step "));
    EXPECT_THAT(left("stop").out, StartsWith("done before step "));
    const auto answer = training.wait();
    EXPECT_EQ(answer.code, 0) << answer.err;
    EXPECT_THAT(answer.out, StartsWith("stopped by a command after step "));
    // Afterwards nobody is there to be told; a setting waits for the next one.
    expect_failure(left("stop"), "nobody trains there now; `cameo train quick` goes on with it");
    EXPECT_EQ(left("set optimizer.layers_rate=0.0007").out, "left; nobody trains there now, and whoever goes on with it will take it up\n");
    auto again = start({"train", "quick"});
    ASSERT_TRUE(again.wait_for([&] { return texts_of(folder("quick"), EventKind::Command).size() == 6; }));
    EXPECT_THAT(texts_of(folder("quick"), EventKind::Command), Contains("set optimizer.layers_rate=0.0007"));
    EXPECT_THAT(left("stop_and_keep_best").out, StartsWith("done before step "));
    EXPECT_EQ(again.wait().code, 0);
}

// A process that was begun beside one that trains answered the commands that waited for the other.
TEST_F(TrainVerb, ASecondOneAnswersNothing) {
    ASSERT_EQ(cameo(quick()).code, 0);
    const TrainingWatch watch(folder("quick") / "training.db");
    {
        const FolderLock held(folder("quick"), "");
        const auto id = watch.leave(CommandKind::Pause);
        expect_failure(cameo({"train", "quick"}), "another process trains here");
        EXPECT_EQ(watch.commands(id - 1).at(0).state, CommandState::Pending);
    }
    EXPECT_EQ(cameo({"train", "quick"}).code, 0);
    EXPECT_EQ(watch.commands().at(0).refusal, "it was left before the training was started again");
}

// The same while the second one made BM25: it had looked for the other before that, and not again.
TEST_F(TrainVerb, ASecondOneAnswersNothingHoweverLongItPrepares) {
    ASSERT_EQ(cameo(quick()).code, 0);
    const TrainingWatch watch(folder("quick") / "training.db");
    const auto pipe = pipe_for_bm25();
    auto second = start({"train", "quick"});
    ASSERT_TRUE(stop_at(pipe, [&] { second.kill(SIGSTOP); }));
    const FolderLock held(folder("quick"), "");
    watch.leave(CommandKind::Pause);
    second.kill(SIGCONT);
    expect_failure(second.wait(), "another process trains here");
    EXPECT_EQ(watch.commands().at(0).state, CommandState::Pending);
}

TEST_F(TrainVerb, AnInterruptKeepsTheLastStep) {
    for (const int signal : {SIGINT, SIGTERM}) {
        auto training = start(endless());
        const auto before = names_in(folder("quick") / "checkpoints");
        const auto reached = before.empty() ? 3 : std::stoll(before.back()) + 3;
        ASSERT_TRUE(training.wait_for([&] { return step_done("quick", reached); })) << training.wait().err;
        training.kill(signal);
        const auto answer = training.wait();
        EXPECT_EQ(answer.code, 1) << answer.err;
        EXPECT_THAT(answer.err, HasSubstr("cameo: stopped; what was finished is kept\n"));
        EXPECT_THAT(answer.out, IsEmpty());
        EXPECT_GE(std::stoll(names_in(folder("quick") / "checkpoints").back()), reached);
        EXPECT_EQ(summarise_training(folder("quick")).state, TrainingState::Interrupted);
    }
    // While it is paused, too.
    auto training = start({"train", "quick"});
    ASSERT_TRUE(training.wait_for([&] { return FolderLock::held(folder("quick")); }));
    EXPECT_EQ(summarise_training(folder("quick")).state, TrainingState::Running);
    EXPECT_EQ(here({"train", "quick", "--command", "pause"}).code, 0);
    EXPECT_EQ(summarise_training(folder("quick")).state, TrainingState::Paused);
    training.kill(SIGINT);
    EXPECT_EQ(training.wait().code, 1);
    const json listed = json::parse(here({"train", "--list", "--json"}).out);
    ASSERT_EQ(listed["trainings"].size(), 1u);
    EXPECT_EQ(listed["trainings"][0]["state"], "interrupted");
    EXPECT_THAT(here({"train", "--list"}).out, HasSubstr("interrupted after step"));
}

TEST_F(TrainVerb, SaysWhatIsDamagedAndWhatToDo) {
    ASSERT_EQ(cameo(quick()).code, 0);
    const auto whole = m_scratch / "whole";
    fs::copy(folder("quick"), whole, fs::copy_options::recursive);
    const auto repair = [&] {
        fs::remove_all(folder("quick"));
        fs::copy(whole, folder("quick"), fs::copy_options::recursive);
    };
    fs::remove(folder("quick") / "recipe.json");
    expect_failure(here({"train", "quick"}), "this is neither a recipe nor a training; a training has its recipe.json in");
    expect_failure(cameo(quick({"--set", "batch.negatives=1"})), "was begun with another batch.negatives");
    fs::remove(folder("quick") / "recipe.json");
    EXPECT_EQ(cameo(quick()).code, 0);

    std::ofstream(folder("quick") / "recipe.json") << "{\"batch\": ";
    expect_failure(here({"train", "quick"}), "recipe.json: not JSON, at byte");
    expect_failure(cameo(quick()), "recipe.json: not JSON, at byte");
    repair();

    for (const auto& damage : {std::string("hello"), bytes_of(folder("quick") / "training.db").substr(0, 5000)}) {
        std::ofstream(folder("quick") / "training.db", std::ios::binary) << damage;
        expect_failure(cameo({"train", "quick"}), "training.db: is");
        expect_failure(cameo({"train", "quick"}), "move it elsewhere with what lies beside it (training.db-…), and the training goes on with a new one");
    }
    fs::remove(folder("quick") / "training.db"); // as it was told
    EXPECT_EQ(cameo({"train", "quick"}).code, 0);
    EXPECT_EQ(texts_of(folder("quick"), EventKind::Resumed).size(), 1u);
    repair();

    const auto checkpoints = folder("quick") / "checkpoints";
    ASSERT_EQ(names_in(checkpoints).size(), 2u);
    std::ofstream(checkpoints / names_in(checkpoints).back() / "state.json") << "{}";
    EXPECT_EQ(cameo({"train", "quick"}).code, 0); // from the one before
    EXPECT_THAT(texts_of(folder("quick"), EventKind::Warning), Contains(HasSubstr("state.json: its format is 0, this Cameo reads 1")));
    repair();
    for (const auto& step : names_in(checkpoints)) std::ofstream(checkpoints / step / "state.json") << "{}";
    expect_failure(cameo({"train", "quick"}), "state.json: its format is 0, this Cameo reads 1");
}

// Where the tests run as root, a child gives that up: permissions say nothing to it.
TEST_F(TrainVerb, AFolderThatCannotBeWrittenIsSaid) {
    ASSERT_EQ(cameo(quick()).code, 0);
    for (const auto& at : {m_scratch.path(), m_scratch / "home", m_scratch / "home/data"}) ::chmod(at.c_str(), 0755);
    ::chmod(folder("quick").c_str(), 0555);
    EXPECT_TRUE(as_nobody([&] {
        const auto began = here({"train", "quick"});
        const auto told = here({"train", "quick", "--command", "set optimizer.layers_rate=0.1"});
        return began.code == 1 && began.out.empty() && says(began.err, "cameo: " + folder("quick").string()) &&
               told.code == 1 && says(told.err, "training.db");
    }));
    ::chmod(folder("quick").c_str(), 0755);
}

} // namespace
} // namespace cameo
