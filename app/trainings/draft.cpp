#include "app/trainings/draft.hpp"

#include "app/trainings/estimate_training.hpp"
#include "app/trainings/find_training.hpp"
#include "app/trainings/processors.hpp"
#include "app/trainings/read_evidence.hpp"
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/data/collection.hpp"
#include "core/model/model.hpp"
#include "core/model/model_name.hpp"
#include "core/train/record/checkpoint_names.hpp"
#include "core/train/trainable.hpp"
#include "core/train/training_splits.hpp"
#include "sessions/training_watch.hpp"

#include <algorithm>
#include <charconv>

namespace cameo {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kThreads = "threads=";

void add_recipes(const fs::path& folder, std::vector<RecipeOffer>& offers) {
    std::error_code failed;
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed))
        if (at->path().extension() == ".json") offers.push_back({at->path().stem().string(), at->path().string()});
}

/// "came-1", "came-2", …: the first that is free.
std::string free_name(const std::string& wanted) {
    const auto is_free = [](const std::string& name) { return !fs::exists(trainings_library() / name); };
    std::string stem = wanted.empty() ? "training" : wanted;
    if (is_free(stem)) return stem;
    const auto digits = stem.find_last_not_of("0123456789");
    if (digits != stem.npos && stem[digits] == '-' && digits + 1 < stem.size()) stem.resize(digits);
    for (int number = 2;; ++number)
        if (const std::string name = stem + "-" + std::to_string(number); is_free(name)) return name;
}

Recipe recipe_of_training(const fs::path& folder, std::int64_t step) {
    Recipe recipe = read_recipe(folder / "recipe.json");
    if (step < 0) return recipe;
    // What commands had changed by then holds for whoever goes on from there.
    std::vector<LeftCommand> until = TrainingWatch(folder / kTrainingRecord).commands();
    std::erase_if(until, [&](const LeftCommand& command) { return command.step > step; });
    recipe = recipe_now(std::move(recipe), until);
    recipe.model = checkpoint_folder(folder / kCheckpoints, step).string();
    return recipe;
}

} // namespace

std::vector<RecipeOffer> offered_recipes() {
    std::vector<RecipeOffer> offers;
    add_recipes(folders().data / "recipes", offers);
    add_recipes(folders().assets / "recipes", offers);
    // A plan of many trainings is none of one.
    std::erase_if(offers, [](const RecipeOffer& offer) { return offer.name == "experiments"; });
    std::ranges::sort(offers, {}, &RecipeOffer::name);
    return offers;
}

TrainingDraft make_draft(const DraftTraining& wanted, const std::string& model, const std::string& collection) {
    TrainingDraft draft;
    draft.most_threads = usable_processors();
    draft.threads = polite_threads();
    if (!wanted.recipe.empty()) {
        draft.recipe = read_recipe(wanted.recipe);
        if (draft.recipe.model.empty()) draft.recipe.model = model; // many say how to train, not what
        draft.from = "recipe " + fs::path(wanted.recipe).stem().string();
    } else if (!wanted.training.empty()) {
        draft.recipe = recipe_of_training(wanted.training, wanted.step);
        draft.from = "training " + wanted.training.filename().string();
        if (wanted.step >= 0) draft.from += " at step " + std::to_string(wanted.step);
        draft.recipe.name = wanted.training.filename().string();
    } else {
        draft.recipe.model = model;
        draft.recipe.collection = collection;
        draft.recipe.name = model;
        draft.from = "model " + model;
    }
    draft.recipe.name = free_name(draft.recipe.name);
    draft.before = draft.recipe;
    for (const std::string& assignment : wanted.set) set_field(draft.recipe, assignment);
    draft.refusal = why_not(draft);
    return draft;
}

void edit_draft(TrainingDraft& draft, const std::string& assignment) {
    draft.input_error.clear();
    if (assignment.starts_with(kThreads)) {
        int threads = 0;
        const char* const end = assignment.data() + assignment.size();
        const auto read = std::from_chars(assignment.data() + kThreads.size(), end, threads);
        if (read.ec == std::errc() && read.ptr == end) draft.threads = std::clamp(threads, 1, draft.most_threads);
        return;
    }
    try {
        Recipe changed = draft.recipe;
        set_field(changed, assignment);
        draft.recipe = std::move(changed);
    } catch (const Error& error) {
        draft.input_error = error.what();
    }
}

std::string why_not(const TrainingDraft& draft) {
    try {
        check_model_name(draft.recipe.name, "the training's name");
        if (fs::exists(trainings_library() / draft.recipe.name)) return "There is a training \"" + draft.recipe.name + "\" already: give this one another name.";
        if (draft.recipe.model.empty()) return "Choose the model that it begins with.";
        check_trainable(draft.recipe, find_model(draft.recipe.model));
        const auto collection = open_collection(draft.recipe.collection);
        training_splits(draft.recipe, *collection);
    } catch (const Error& error) {
        return error.what();
    }
    return draft.cost ? why_it_does_not_fit(*draft.cost) : std::string();
}

} // namespace cameo
