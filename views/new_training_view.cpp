#include "views/new_training_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/training_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <imgui_stdlib.h>

namespace cameo {
namespace {

/// Models that can be trained, and the one that is chosen, wherever it lies.
std::vector<std::string> trainable(const Workbench& bench, const std::string& chosen) {
    std::vector<std::string> names;
    for (const ModelSummary& model : bench.models)
        if (model.kind == "came" || model.kind == "sbmoe") names.push_back(model.name);
    if (std::ranges::find(names, chosen) == names.end() && !chosen.empty()) names.push_back(chosen);
    return names;
}

std::vector<std::string> collections(const Workbench& bench) {
    std::vector<std::string> names;
    for (const CollectionSummary& collection : bench.collections) names.push_back(collection.name);
    return names;
}

} // namespace

NewTrainingView::NewTrainingView()
    : View("New training",
           {.what = "All that decides a training, before it is started.",
            .formula = "The same recipe, model and collection give the same bits on the same processor. A training keeps its recipe: another one is another training.",
            .reading = "Begin with a recipe, with another training's settings, or with the model in use, and change what you like: a dot stands before what is not as it came. Settings that may "
                       "change while it runs can be changed there as well.",
            .healthy = {},
            .sick = {}}) {}

void NewTrainingView::draw_contents(const Snapshot& now, Commands& out) {
    if (!now.trainings.draft) {
        if (empty_state(icon::kPlus, "Start a training",
                        "It fine-tunes a CAME or SB-MoE model on a collection's judged queries, in a process of its own that goes on when the window is closed. Begin with a recipe, with another "
                        "training's settings, or with the model in use.",
                        "Choose its settings"))
            out.emplace_back(DraftTraining{});
        return;
    }
    const TrainingDraft& draft = *now.trainings.draft;
    label("From " + draft.from, TextStyle::Strong, colors().text);
    draw_sources(now, out);
    draw_start(draft, out);
    ImGui::SetNextItemWidth(std::min(ImGui::GetContentRegionAvail().x, dp(280)));
    ImGui::InputTextWithHint("##setting", "Find a setting", &m_filter);
    ImGui::Dummy({0, dp(2)});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##settings", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        RecipeFields::What what{.value = &draft.recipe, .before = &draft.before, .live_only = false, .filter = m_filter, .choices = {}};
        what.choices["model"] = trainable(now.workbench, draft.recipe.model);
        what.choices["collection"] = collections(now.workbench);
        if (const auto entered = m_fields.draw(what)) out.emplace_back(EditDraft{*entered});
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void NewTrainingView::draw_sources(const Snapshot& now, Commands& out) const {
    ImGui::SetNextItemWidth(dp(230));
    if (ImGui::BeginCombo("##recipes", "Begin with a recipe\u2026")) {
        if (now.trainings.recipes)
            for (const RecipeOffer& offer : *now.trainings.recipes) {
                if (ImGui::Selectable(offer.name.c_str())) out.emplace_back(DraftTraining{.recipe = offer.file, .training = {}, .step = -1, .set = {}});
                hover_text(offer.file);
            }
        ImGui::EndCombo();
    }
    flow_next(dp(230), dp(6));
    ImGui::SetNextItemWidth(dp(230));
    if (ImGui::BeginCombo("##others", "With a training's settings\u2026")) {
        if (now.trainings.list)
            for (const TrainingLine& line : *now.trainings.list)
                if (ImGui::Selectable((line.summary.name + "##" + line.summary.folder.string()).c_str())) out.emplace_back(DraftTraining{.recipe = {}, .training = line.summary.folder, .step = -1, .set = {}});
        ImGui::EndCombo();
    }
    flow_next(button_width("With the model in use", false), dp(6));
    if (button("With the model in use", ButtonKind::Plain)) out.emplace_back(DraftTraining{});
    flow_next(button_width("With what I judged", false), dp(6));
    if (button("With what I judged", ButtonKind::Plain)) out.emplace_back(DraftFromJudgments{});
    hover_text(std::string_view("The model in use, trained on the documents that you have judged in this session as well as on the collection's own queries"));
}

void NewTrainingView::draw_cost(const TrainingDraft& draft) const {
    switch (draft.cost_phase) {
    case Phase::Empty: break;
    case Phase::Loading: paragraph("Trying a few steps, to see what it will take\u2026 It may be started all the same.", TextStyle::Body, colors().dim); break;
    case Phase::Failed: paragraph("What it will take cannot be told, but it may be started all the same: " + draft.cost_error, TextStyle::Body, colors().error); break;
    default:
        paragraph("About " + cost_words(*draft.cost) + ".", TextStyle::Body, colors().text);
        hover_text(std::string_view("Found out by a process like the one that will train: two steps, a small validation and a checkpoint, on this machine as it is now"));
    }
}

void NewTrainingView::draw_start(const TrainingDraft& draft, Commands& out) {
    const auto steps = draft.recipe.standardized_steps + draft.recipe.specialized_steps;
    if (!draft.input_error.empty()) strip(StripKind::Error, draft.input_error + ".");
    if (!draft.refusal.empty()) strip(StripKind::Error, heading(draft.refusal));
    ImGui::BeginDisabled(!draft.refusal.empty());
    if (button("Start " + draft.recipe.name, ButtonKind::Primary, icon::kPlay)) out.emplace_back(StartDraft{});
    ImGui::EndDisabled();
    flow_next(button_width("Leave it", false), dp(6));
    if (button("Leave it", ButtonKind::Quiet)) out.emplace_back(DropDraft{});
    flow_next(dp(300), dp(10));
    ImGui::SetNextItemWidth(dp(140));
    int threads = draft.threads;
    if (draft.most_threads > 1) {
        if (ImGui::SliderInt("##threads", &threads, 1, draft.most_threads, "", ImGuiSliderFlags_AlwaysClamp)) out.emplace_back(EditDraft{"threads=" + std::to_string(threads)});
        hover_text("Processors that it may use at most. What it leaves, the window has; and it steps back behind everything else.");
        ImGui::SameLine(0, dp(8));
        label(format_count(draft.threads) + " of " + format_count(draft.most_threads) + " processors", TextStyle::Small, colors().dim);
    }
    draw_cost(draft);
    paragraph(format_amount(steps, Unit::Steps) + " of " + format_amount(draft.recipe.queries, Unit::Queries) + " each, validated every " + format_amount(draft.recipe.validate_every, Unit::Steps) + ".",
              TextStyle::Small, colors().dim);
    ImGui::Dummy({0, dp(2)});
}

} // namespace cameo
