// cameo train: begins a training, goes on with one, or leaves a command for one that runs.

#include "app/cli/json_line.hpp"
#include "app/cli/processor_share.hpp"
#include "app/cli/verbs.hpp"
#include "app/demo.hpp"
#include "app/trainings/find_training.hpp"
#include "app/trainings/list_trainings.hpp"
#include "app/trainings/turn.hpp"
#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/base/folders.hpp"
#include "core/index/bm25.hpp"
#include "core/model/new_folder.hpp"
#include "core/train/estimate.hpp"
#include "core/train/trainer.hpp"
#include "core/train/training_folder.hpp"
#include "sessions/training_file.hpp"
#include "sessions/training_watch.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <csignal>
#include <cstdlib>
#include <ostream>
#include <random>
#include <thread>

namespace cameo {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct TrainOptions {
    std::string what;   ///< a recipe's file, or the name or folder of a training
    std::string folder; ///< of a new training; empty: under its name
    std::string command;
    std::vector<std::string> assignments;
    std::size_t keep_mib = kFrozenMemoryBytes >> 20;
    bool schema = false, list = false, in_turn = false, estimate = false, json = false;
};

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(-1, ' ', false, Json::error_handler_t::replace); }

void print_schema(bool json, std::ostream& out) {
    const Json defaults = Json::parse(to_json(Recipe{}));
    Json fields = Json::array();
    for (const RecipeField& field : recipe_schema()) {
        std::string pointer = "/" + std::string(field.key);
        std::replace(pointer.begin(), pointer.end(), '.', '/');
        const Json value = defaults.at(Json::json_pointer(pointer));
        if (json)
            fields.push_back({{"key", field.key}, {"default", value}, {"range", range_of(field)}, {"live", field.live}, {"help", field.help}});
        else
            out << fmt::format("{:<28} {:<12} {}\n{:<28} {}{}\n", field.key, text_of(value), field.help, "", range_of(field),
                               field.live ? "; may change while it runs" : "");
    }
    if (json) out << json_line({{"fields", std::move(fields)}});
}

void print_list(bool json, std::ostream& out) {
    const auto trainings = list_trainings();
    if (!json && trainings.empty()) out << "there are no trainings yet\n";
    Json all = Json::array();
    for (const TrainingSummary& training : trainings) {
        const bool validated = !std::isnan(training.best);
        if (json)
            all.push_back({{"name", training.name}, {"folder", training.folder.string()}, {"state", name(training.state)}, {"words", training.words}, {"model", training.model},
                           {"collection", training.collection}, {"step", training.step}, {"steps", training.steps}, {"measure", training.measure},
                           {"best", validated ? Json(training.best) : Json()}, {"best_step", training.best_step}, {"started_ms", training.started_ms}, {"last_ms", training.last_ms}});
        else
            out << fmt::format("{:<32} {:<11} {:>6} / {:<6} {} {}{}\n", training.name, name(training.state), training.step, training.steps, training.measure,
                               validated ? fmt::format("{:.4f} at {}", training.best, training.best_step) : "\u2013", training.words.empty() ? "" : "  " + training.words);
    }
    if (json) out << json_line({{"trainings", std::move(all)}});
}

/// A recipe and where it is to be trained.
struct Job {
    Recipe recipe;
    fs::path folder;
};

Job job_of(const TrainOptions& options) {
    const fs::path given(options.what);
    if (fs::is_regular_file(given)) {
        Job job{read_recipe(given), options.folder};
        for (const std::string& assignment : options.assignments)
            set_field(job.recipe, assignment);
        if (job.folder.empty()) job.folder = training_folder(job.recipe.name);
        // Both are looked up again when it goes on, perhaps from elsewhere.
        job.folder = whole_path(job.folder);
        if (fs::is_directory(job.recipe.model) && find_model(job.recipe.model) == job.recipe.model)
            job.recipe.model = whole_path(job.recipe.model).string();
        for (std::string* const file : {&job.recipe.teacher, &job.recipe.judged})
            if (!file->empty()) *file = whole_path(*file).string();
        return job;
    }
    // One that exists: its own recipe counts, and a changed one would be another training.
    const fs::path folder = find_training(options.what);
    if (!options.assignments.empty() || !options.folder.empty())
        throw Error(ErrorKind::InvalidInput,
                    fmt::format("{}: a training that was begun keeps its recipe; --command \"set key=value\" changes what "
                                "may change while it runs",
                                options.what));
    return {read_recipe(folder / "recipe.json"), folder};
}

/// Commands that were left while nobody trained were meant for a training that ran then, but for settings.
/// @pre nobody trains: the folder's lock is held
void refuse_old_commands(TrainingFile& record) {
    for (const TrainingCommand& command : record.pending())
        if (command.kind != CommandKind::Set && command.kind != CommandKind::Checkpoint)
            record.answer(command, 0, "it was left before the training was started again");
}

/// Its own error says what is wrong with the file; what to do about it is added.
std::unique_ptr<TrainingFile> open_record(const fs::path& folder) {
    try {
        return std::make_unique<TrainingFile>(folder / kTrainingRecord);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::InvalidInput) throw;
        throw Error(error.kind(), fmt::format("{}; move it elsewhere with what lies beside it ({}-…), and the training goes on "
                                              "with a new one",
                                              error.what(), kTrainingRecord));
    }
}

/// How long the processes of a training wait for each other.
std::chrono::milliseconds patience() {
    constexpr const char* kVariable = "CAMEO_PROCESSES_TIMEOUT";
    const char* text = std::getenv(kVariable);
    if (!text || !*text) return kPatience;
    constexpr double kMost = 7 * 24 * 3600;
    char* end = nullptr;
    const double seconds = std::strtod(text, &end);
    if (*end || !(seconds >= 1 && seconds <= kMost))
        throw Error(ErrorKind::InvalidInput, fmt::format("{} is {}, expected seconds from 1 to {}", kVariable, text, kMost));
    return std::chrono::milliseconds(std::int64_t(1000 * seconds));
}

TrainingData data_of(const Job& job, Progress& progress) {
    if (job.recipe.model.empty())
        throw Error(ErrorKind::InvalidInput, "the recipe: model is not set; `cameo model list` lists those that are stored, "
                                             "`cameo model create` makes one to be trained");
    progress.begin("opening the collection", Unit::Steps);
    return {find_model(job.recipe.model), open_collection(job.recipe.collection), nullptr};
}

/// What process 0 makes and the others only read, before all of them train.
TrainingData prepare(const Job& job, Processes& processes, Console& console, ConsoleProgress& progress) {
    // Whoever trains there will still do so when all is prepared.
    if (processes.lead() && FolderLock::held(job.folder))
        throw Error(ErrorKind::Environment, job.folder.string() + ": another process trains here");
    TrainingData data = data_of(job, progress);
    if (!processes.lead()) processes.hear();
    std::string remark;
    {
        KeepAlive alive(processes);
        std::error_code failed;
        fs::create_directories(job.folder, failed);
        if (failed)
            throw Error(ErrorKind::Environment, fmt::format("{}: cannot be made: {}", job.folder.string(), failed.message()));
        data.bm25 = Bm25::load_or_build(bm25_file(data.collection->name()), *data.collection, progress, &remark);
    }
    if (!remark.empty()) console.err << remark << '\n';
    if (processes.lead()) processes.tell("ready");
    return data;
}

void print(const TrainingResult& result, const Job& job, bool json, std::ostream& out) {
    if (json)
        out << json_line({{"name", job.recipe.name},
                          {"folder", job.folder.string()},
                          {"step", result.step},
                          {"best_step", result.best_step},
                          {"measure", job.recipe.measure},
                          {"best", result.best},
                          {"reason", result.reason},
                          {"model", result.model.string()}});
    else
        out << fmt::format("{} after step {}; {} on dev {} at step {}\nthe model is in {}\n", result.reason, result.step, job.recipe.measure,
                           std::isnan(result.best) ? "not known" : fmt::format("{:.4f}", result.best), result.best_step, result.model.string());
}

/// Trains nothing: tries a little of it in a folder that is taken away again.
void say_estimate(const TrainOptions& options, Console& console, ConsoleProgress& progress) {
    const Job job = job_of(options);
    const fs::path place = options.folder.empty() ? trainings_library() : fs::path(options.folder);
    fs::create_directories(place);
    const NewFolder scratch(place / "estimate"); // which it never becomes
    // Whoever ends it wants the processor at once, perhaps for the training itself, and takes away the folder that was named.
    std::signal(SIGTERM, SIG_DFL);
    TrainingData data = data_of(job, progress);
    data.bm25 = Bm25::load_or_build(bm25_file(data.collection->name()), *data.collection, progress);
    data.memory = make_frozen_memory(options.keep_mib << 20);
    const auto cost = estimate(job.recipe, data, scratch.path(), std::random_device{}(), progress);
    progress.clear_line();
    if (options.json)
        console.out << to_json(cost);
    else
        console.out << fmt::format("about {:.0f} s, {:.2f} GB of memory and {:.2f} GB on the disk\n", cost.seconds, double(cost.memory_bytes) / 1e9, double(cost.disk_bytes) / 1e9);
}

/// Until the trainings of the library that began before it have ended.
std::unique_ptr<const Turn> await_turn(const Job& job, ConsoleProgress& progress) {
    auto turn = std::make_unique<const Turn>(job.folder);
    for (fs::path before, last; !(before = turn->waits_for()).empty(); last = before) {
        if (before != last) progress.begin(fmt::format("waiting until {} has ended", before.filename().string()), Unit::Steps);
        progress.check_cancelled();
        if (turn->is_withdrawn()) break;
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    if (turn->is_withdrawn()) throw Cancelled{};
    return turn;
}

void run(const TrainOptions& options, Console& console, ConsoleProgress& progress) {
    const auto place = ProcessPlace::in_environment();
    const Job job = job_of(options);
    const auto turn = options.in_turn && place.rank == 0 ? await_turn(job, progress) : nullptr;
    const auto processes = join(place, patience(), progress);
    together(*processes, [&] {
        TrainingData data = prepare(job, *processes, console, progress);
        data.memory = make_frozen_memory(options.keep_mib << 20);
        if (!processes->lead()) {
            console.err << fmt::format("process {} of {} of training {}\n", place.rank, place.size, job.recipe.name);
            follow(job.recipe, data, job.folder, progress, *processes);
            progress.clear_line();
            return;
        }
        const auto record = open_record(job.folder);
        auto lock = lock_training(job.folder);
        // It was still in the queue while what it needs was prepared; from now on it trains for all to see.
        if (turn && turn->is_withdrawn()) throw Cancelled{};
        refuse_old_commands(*record);
        console.err << fmt::format("training {} in {}\n", job.recipe.name, job.folder.string());
        const TrainingResult result = train(job.recipe, data, job.folder, *record, progress, *processes, std::move(lock));
        progress.clear_line();
        print(result, job, options.json, console.out);
    });
}

/// "pause", "set competition.temperature=0.3"
void leave(const TrainOptions& options, Console& console, Progress& progress) {
    const Job job = job_of({.what = options.what});
    const auto space = options.command.find(' ');
    const std::string word = options.command.substr(0, space);
    const auto kind = command_kind(word);
    if (!kind)
        throw Error(ErrorKind::InvalidInput, fmt::format("there is no command \"{}\"; there are pause, resume, stop, "
                                                         "stop_and_keep_best, finish_epoch, checkpoint and set key=value",
                                                         word));
    const std::string argument = space == std::string::npos ? "" : options.command.substr(space + 1);
    if (*kind == CommandKind::Set) {
        Recipe tried = job.recipe; // what is wrong with it is better told here than there
        set_live_field(tried, argument);
    } else if (!argument.empty()) {
        throw Error(ErrorKind::InvalidInput, fmt::format("the command {} takes nothing more, found \"{}\"", word, argument));
    }
    const TrainingWatch watch(job.folder / kTrainingRecord);
    const bool trains = FolderLock::held(job.folder);
    if (!trains && *kind != CommandKind::Set)
        throw Error(ErrorKind::InvalidInput, fmt::format("{}: nobody trains there now; `cameo train {}` goes on with it",
                                                         job.folder.string(), options.what));
    const auto id = watch.leave(*kind, argument);
    if (!trains) {
        console.out << "left; nobody trains there now, and whoever goes on with it will take it up\n";
        return;
    }
    // A step is seconds; who is not answered by then is told that the command waits.
    constexpr int kPatienceS = 30;
    for (int tenth = 0; tenth < 10 * kPatienceS; ++tenth) {
        progress.check_cancelled();
        const auto left = watch.commands(id - 1);
        if (!left.empty() && left[0].state == CommandState::Refused) throw Error(ErrorKind::InvalidInput, left[0].refusal);
        if (!left.empty() && left[0].state == CommandState::Done) {
            console.out << fmt::format("done before step {}\n", left[0].step + 1);
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    console.out << "left; nobody has taken it up yet\n";
}

} // namespace

void add_train(VerbContext context) {
    auto* verb = context.program.add_subcommand("train", "fine-tune a CAME or SB-MoE model, or go on with a training");
    auto options = std::make_shared<TrainOptions>();
    auto* what = verb->add_option("TRAINING", options->what, "a recipe's JSON file, or the name or folder of a training to go on with");
    verb->add_option("--set", options->assignments, "key=value on top of the recipe, may be repeated")->allow_extra_args(false);
    verb->add_option("--folder", options->folder, "where a new training is kept, or tried (--estimate); without: under its name, or beside the others");
    verb->add_option("--command", options->command,
                     "for a training that runs: pause, resume, stop, stop_and_keep_best, finish_epoch, checkpoint, \"set key=value\"");
    auto* schema = verb->add_flag("--schema", options->schema, "all keys of a recipe, with defaults and ranges");
    auto* list = verb->add_flag("--list", options->list, "all trainings there are, and how each of them stands");
    verb->add_option("--keep", options->keep_mib, "MiB at most for what frozen layers make of texts, kept from step to step")
        ->check(CLI::Range(0, 1 << 20))
        ->capture_default_str();
    verb->add_flag("--in-turn", options->in_turn, "wait until the trainings that were begun before have ended");
    verb->add_flag("--estimate", options->estimate, "say what time, memory and disk it will take, by doing a little of it, and train nothing");
    add_processor_share(*verb);
    verb->add_flag("--json", options->json, "as JSON");
    verb->callback([=] {
        if (!*schema && !*list && !*what) throw CLI::RequiredError("TRAINING");
        context.action = [options](Console& console, ConsoleProgress& progress) {
            if (options->schema)
                print_schema(options->json, console.out);
            else if (options->list)
                print_list(options->json, console.out);
            else if (!options->command.empty())
                leave(*options, console, progress);
            else if (options->estimate)
                say_estimate(*options, console, progress);
            else
                run(*options, console, progress);
        };
    });
}

} // namespace cameo
