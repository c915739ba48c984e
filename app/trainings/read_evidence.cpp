#include "app/trainings/read_evidence.hpp"

#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "core/model/assembly/manifest.hpp"
#include "core/train/record/checkpoint_names.hpp"
#include "sessions/training_watch.hpp"

namespace cameo {

namespace {

/// Of the first model.json in the folder that there is: they differ in weights only.
std::optional<std::int64_t> shared_layers(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> models{folder / "model"};
    for (const std::int64_t step : checkpoint_steps(folder / kCheckpoints)) models.push_back(checkpoint_folder(folder / kCheckpoints, step));
    for (const std::filesystem::path& model : models) {
        try {
            const Manifest manifest = read_manifest(model / "model.json");
            if (manifest.kind == "came") return manifest.shared_layers;
            return std::nullopt;
        } catch (const Error&) {
            // Not written yet, or pruned meanwhile.
        }
    }
    return std::nullopt;
}

} // namespace

Recipe recipe_now(Recipe recipe, std::span<const LeftCommand> commands) {
    for (const LeftCommand& command : commands) {
        if (command.state != CommandState::Done || command.kind != name(CommandKind::Set)) continue;
        try {
            set_live_field(recipe, command.argument);
        } catch (const Error&) {
            // A later version's key: nobody here asks for it.
        }
    }
    return recipe;
}

TrainingEvidence read_evidence(const std::filesystem::path& folder) {
    const TrainingWatch watch(folder / kTrainingRecord);
    const TrainingNews news = watch.news();
    TrainingEvidence training{.name = folder.filename().string(), .recipe = recipe_now(read_recipe(folder / "recipe.json"), news.commands), .metrics = {}, .events = {}, .shared_layers = shared_layers(folder)};
    for (const RecordedEvent& event : news.events) training.events.push_back({event.step, event.kind, event.text});
    for (const RecordedMetric& metric : news.metrics) training.metrics[metric.name] = metric.points;
    return training;
}

} // namespace cameo
