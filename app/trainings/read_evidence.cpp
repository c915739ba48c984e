#include "app/trainings/read_evidence.hpp"

#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "sessions/training_watch.hpp"

namespace cameo {

TrainingEvidence read_evidence(const std::filesystem::path& folder) {
    const TrainingWatch watch(folder / kTrainingRecord);
    TrainingEvidence training{.name = folder.filename().string(), .recipe = read_recipe(folder / "recipe.json"), .metrics = {}, .events = {}};
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
