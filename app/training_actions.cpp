#include "app/training_actions.hpp"

#include "app/app.hpp"
#include "views/icons.hpp"
#include "views/training_words.hpp"

#include <functional>
#include <string>

namespace cameo {

namespace {

const TrainingLine* looked_at(const App& app) {
    const ShownTraining* const shown = shown_training(app.now().trainings);
    return shown ? line_of(app.now().trainings, shown->folder) : nullptr;
}

/// Why what needs a training in such a state cannot be done; empty: it can.
std::string unless(const App& app, const std::function<bool(const TrainingSummary&)>& fits, const char* reason) {
    const TrainingLine* const line = looked_at(app);
    if (!line) return "no training is looked at";
    return fits(line->summary) ? std::string() : std::string(reason);
}

bool is_finished(const TrainingSummary& training) { return training.state == TrainingState::Finished; }
bool listens(const TrainingSummary& training) { return training.state == TrainingState::Running || training.state == TrainingState::Paused; }
/// One that was told to end before its last step as well.
bool goes_on(const TrainingSummary& training) {
    const TrainingState state = training.state;
    return state == TrainingState::Interrupted || state == TrainingState::Failed || state == TrainingState::Died || state == TrainingState::Elsewhere || (is_finished(training) && training.step < training.steps);
}

void add_command(App& app, CommandTable& table, CommandKind kind, const char* title, const char* help, const char* icon, bool first = false) {
    table.add({.id = "training." + std::string(name(kind)), .title = title, .menu = "Training", .help = help, .icon = icon,
               .run = [&app, kind] { app.act(SteerTraining{looked_at(app)->summary.folder, kind, {}}); },
               .why_disabled = [&app] { return unless(app, listens, "the training that is looked at does not run"); },
               .separator_before = first});
}

} // namespace

void add_training_actions(App& app, CommandTable& table) {
    table.add({.id = "training.new", .title = "New training \u2026", .menu = "Training", .help = "Prepares a training of the model in use: its settings first, then it is started.",
               .icon = icon::kPlus, .run = [&app] { app.act(DraftTraining{}); }});
    table.add({.id = "training.judged", .title = "Train on what I judged \u2026", .menu = "Training",
               .help = "Prepares a training of the model in use with the documents that were judged in this session, beside the collection's own queries.", .icon = icon::kPlus,
               .run = [&app] { app.act(DraftFromJudgments{}); }});
    table.add({.id = "training.start", .title = "Start the prepared training", .menu = "Training", .help = "Starts a process for what the view New training shows.", .icon = icon::kPlay,
               .run = [&app] { app.act(StartDraft{}); },
               .why_disabled = [&app]() -> std::string {
                   const auto& draft = app.now().trainings.draft;
                   return !draft ? "no training is prepared" : draft->refusal;
               }});
    table.add({.id = "training.open", .title = "Open a training's folder \u2026", .menu = "Training", .help = "One that lies outside the library, such as a copy from another machine.",
               .icon = icon::kFolder, .run = [&app] { app.act(OpenTraining{}); }});
    add_command(app, table, CommandKind::Pause, "Pause the training", "Waits before the next step.", icon::kPause, true);
    add_command(app, table, CommandKind::Resume, "Go on with the paused training", "Goes on with the next step.", icon::kPlay);
    add_command(app, table, CommandKind::Checkpoint, "Write a checkpoint", "Keeps where it stands, so that it can be gone back to.", nullptr);
    add_command(app, table, CommandKind::FinishEpoch, "Finish the epoch", "Ends once every query was seen as often as the others.", nullptr);
    add_command(app, table, CommandKind::StopAndKeepBest, "Stop and keep the best", "Ends; the step with the best measure on dev becomes its model.", icon::kStop);
    table.add({.id = "training.restart", .title = "Resume the training", .menu = "Training", .help = "Starts a process that goes on from its last checkpoint.", .icon = icon::kPlay,
               .run = [&app] { app.act(ResumeTraining{looked_at(app)->summary.folder}); },
               .why_disabled = [&app] { return unless(app, goes_on, "the training that is looked at has a process, or has done all its steps"); }});
    table.add({.id = "training.use", .title = "Use its model", .menu = "Training", .help = "Makes the training's result the model in use, once the collection is indexed for it.", .icon = icon::kModel,
               .run = [&app] { app.act(UseCheckpoint{looked_at(app)->summary.folder, -1}); },
               .why_disabled = [&app] { return unless(app, is_finished, "the training that is looked at has no result yet"); },
               .separator_before = true});
    table.add({.id = "training.back", .title = "Go back to the model before", .menu = "Training", .help = "The model that was in use before a training's took its place.", .icon = icon::kUndo,
               .run = [&app] { app.act(GoBack{}); },
               .why_disabled = [&app]() -> std::string { return app.now().swap.phase == Phase::Ready ? "" : "no training's model is in use"; }});
}

void add_momentary_training_actions(App& app, std::vector<Action>& actions) {
    const Trainings& trainings = app.now().trainings;
    if (trainings.list)
        for (const TrainingLine& line : *trainings.list)
            actions.push_back({.id = "training.show." + line.summary.name, .title = "Training: " + line.summary.name, .help = "Looks at this training.", .icon = icon::kPlay,
                               .run = [&app, folder = line.summary.folder] { app.act(ShowTraining{folder}); }});
    if (trainings.recipes)
        for (const RecipeOffer& offer : *trainings.recipes)
            actions.push_back({.id = "training.recipe." + offer.name, .title = "New training from recipe " + offer.name, .help = offer.file, .icon = icon::kPlus,
                               .run = [&app, file = offer.file] { app.act(DraftTraining{.recipe = file, .training = {}, .step = -1, .set = {}}); }});
}

} // namespace cameo
