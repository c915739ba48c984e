#include "app/trainings/read_evidence.hpp"

#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "core/model/assembly/manifest.hpp"
#include "sessions/training_watch.hpp"

namespace cameo {

namespace {

/// Of the first model.json in the folder that there is: they differ in weights only.
std::optional<std::int64_t> shared_layers(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> models{folder / "model"};
    std::error_code none;
    for (const auto& checkpoint : std::filesystem::directory_iterator(folder / "checkpoints", none)) models.push_back(checkpoint.path());
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

TrainingEvidence read_evidence(const std::filesystem::path& folder) {
    const TrainingWatch watch(folder / kTrainingRecord);
    TrainingEvidence training{.name = folder.filename().string(), .recipe = read_recipe(folder / "recipe.json"), .metrics = {}, .events = {}, .shared_layers = shared_layers(folder)};
    for (const RecordedEvent& event : watch.events()) training.events.push_back({event.step, event.kind, event.text});
    for (const std::string& metric : watch.metric_names()) training.metrics[metric] = watch.metric(metric);
    for (const LeftCommand& command : watch.commands()) {
        if (command.state != CommandState::Done || command.kind != name(CommandKind::Set)) continue;
        try {
            set_live_field(training.recipe, command.argument);
        } catch (const Error&) {
            // A later version's key: this one has no finding that asks for it.
        }
    }
    return training;
}

} // namespace cameo
