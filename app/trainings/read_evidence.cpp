#include "app/trainings/read_evidence.hpp"

#include "app/trainings/find_training.hpp"
#include "core/base/error.hpp"
#include "sessions/training_watch.hpp"

namespace cameo {

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
    TrainingEvidence training{.name = folder.filename().string(), .recipe = recipe_now(read_recipe(folder / "recipe.json"), news.commands), .metrics = {}, .events = {}};
    for (const RecordedEvent& event : news.events) training.events.push_back({event.step, event.kind, event.text});
    for (const RecordedMetric& metric : news.metrics) training.metrics[metric.name] = metric.points;
    return training;
}

} // namespace cameo
