// What is asked of trainings.
#include "app/app.hpp"

#include "app/action_steps.hpp"
#include "app/shell/layouts.hpp"
#include "app/trainings/find_training.hpp"
#include "core/train/record/checkpoint_names.hpp"

#include <algorithm>
#include <filesystem>
#include <type_traits>

namespace cameo {

namespace {

/// Those of a collection that have a right document: others teach nothing.
std::vector<JudgedQuery> judged_queries(const JudgmentBook& book, const std::string& collection) {
    std::vector<JudgedQuery> judged;
    for (const auto& [of, query] : book.queries())
        if (of.first == collection && std::ranges::any_of(*query.grades, [](const auto& each) { return each.second > 0; })) judged.push_back({of.second, *query.grades});
    return judged;
}

} // namespace

bool App::sees_trainings() const {
    return std::ranges::any_of(std::initializer_list<const char*>{view_title::kTrainings, view_title::kTraining, view_title::kTimeMachine, view_title::kFindings},
                               [this](const char* title) { return m_shell.is_drawn(title); });
}

bool App::act_on_trainings(const Command& command) {
    return std::visit(
        [this](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, ShowTraining>) {
                m_trainings->show(what.folder);
            } else if constexpr (std::is_same_v<What, OverlayTraining>) {
                m_trainings->overlay(what.folder, what.on);
            } else if constexpr (std::is_same_v<What, OpenTraining>) {
                ask_what_to_read(*this, "Which training?", "Its recipe.json, or its folder",
                                 [this](const std::filesystem::path& picked) {
                                     m_trainings->open_elsewhere(std::filesystem::is_directory(picked) ? picked : picked.parent_path());
                                     m_shell.show_view(view_title::kTraining);
                                 },
                                 "Trainings", "recipe.json");
            } else if constexpr (std::is_same_v<What, CloseTraining>) {
                m_trainings->close_elsewhere(what.folder);
            } else if constexpr (std::is_same_v<What, SteerTraining>) {
                m_trainings->steer(what);
            } else if constexpr (std::is_same_v<What, ResumeTraining>) {
                m_trainings->resume(what.folder);
            } else if constexpr (std::is_same_v<What, WithdrawTraining>) {
                m_trainings->withdraw_waiting(what.folder);
            } else if constexpr (std::is_same_v<What, MarkTraining>) {
                m_trainings->mark(what.folder, what.marks);
            } else if constexpr (std::is_same_v<What, LookAtStep>) {
                m_trainings->look_at_step(what.step);
            } else if constexpr (std::is_same_v<What, DraftTraining>) {
                m_trainings->drafts().begin(what, m_workbench->model(), m_workbench->collection());
                m_shell.show_view(view_title::kNewTraining);
            } else if constexpr (std::is_same_v<What, DraftFromJudgments>) {
                const std::string& collection = m_workbench->collection();
                if (auto judged = judged_queries(m_judgments, collection); judged.empty()) {
                    m_notices.add(Notice::Level::Info, "No document of " + collection + " has been judged right in this session.", "Select a document in the Query bench and press 1 to 9.");
                } else {
                    m_trainings->drafts().begin(std::move(judged), m_workbench->model(), collection);
                    m_shell.show_view(view_title::kNewTraining);
                }
            } else if constexpr (std::is_same_v<What, UseCheckpoint>) {
                const std::string name = what.folder.filename().string();
                m_workbench->use_model(what.step < 0 ? what.folder / "model" : checkpoint_folder(what.folder / kCheckpoints, what.step),
                                       {.label = what.step < 0 ? name : name + " at step " + std::to_string(what.step), .training = what.folder, .step = what.step});
            } else if constexpr (std::is_same_v<What, GoBack>) {
                m_workbench->go_back();
            } else if constexpr (std::is_same_v<What, DropUse>) {
                m_workbench->drop_use();
            } else if constexpr (std::is_same_v<What, EditDraft>) {
                m_trainings->drafts().edit(what.assignment);
            } else if constexpr (std::is_same_v<What, DropDraft>) {
                m_trainings->drafts().drop();
                m_shell.view(view_title::kNewTraining)->set_open(false);
            } else if constexpr (std::is_same_v<What, StartDraft>) {
                m_trainings->start_draft();
            } else {
                return false;
            }
            return true;
        },
        command);
}

} // namespace cameo
