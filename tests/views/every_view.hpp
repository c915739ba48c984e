#pragma once

#include "views/alignment_view.hpp"
#include "views/competition_view.hpp"
#include "views/document_view.hpp"
#include "views/evaluation_view.hpp"
#include "views/findings_view.hpp"
#include "views/fusion_view.hpp"
#include "views/gate_view.hpp"
#include "views/index_view.hpp"
#include "views/jobs_view.hpp"
#include "views/ledger_view.hpp"
#include "views/map_view.hpp"
#include "views/missing_view.hpp"
#include "views/new_training_view.hpp"
#include "views/query_bench_view.hpp"
#include "views/session_view.hpp"
#include "views/specialisation_view.hpp"
#include "views/terms_view.hpp"
#include "views/time_machine_view.hpp"
#include "views/training_view.hpp"
#include "views/trainings_view.hpp"
#include "views/welcome_view.hpp"
#include "views/words_view.hpp"

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

namespace cameo {

/// One of each view, as the window has them.
struct EveryView {
    EveryView() {
        add<QueryBenchView>();
        add<DocumentView>();
        add<LedgerView>();
        add<TermsView>();
        add<AlignmentView>();
        add<WordsView>();
        add<MissingView>();
        add<FusionView>();
        add<GateView>();
        add<CompetitionView>();
        add<MapView>();
        add<SpecialisationView>();
        add<EvaluationView>();
        add<TrainingsView>();
        add<TrainingView>();
        add<NewTrainingView>();
        add<TimeMachineView>();
        add<FindingsView>();
        add<SessionView>();
        add<IndexView>();
        add<JobsView>();
        add<WelcomeView>();
    }
    /// @pre there is one of that title
    View& named(std::string_view title) const {
        return **std::ranges::find(views, title, [](const auto& view) -> std::string_view { return view->title(); });
    }

    std::vector<std::unique_ptr<View>> views;

private:
    template <typename V> void add() { views.push_back(std::make_unique<V>()); }
};

} // namespace cameo
