#include "app/trainings/draft_desk.hpp"

#include "app/trainings/draft.hpp"
#include "app/trainings/estimate_training.hpp"
#include "app/trainings/keep_judged.hpp"
#include "core/base/folders.hpp"

namespace cameo {
namespace {

constexpr const char* kEstimate = "estimate";

/// What decides the cost of a draft: its name does not.
std::pair<Recipe, int> what_costs(const TrainingDraft& draft) {
    std::pair what(draft.recipe, draft.threads);
    what.first.name = kEstimate;
    return what;
}

} // namespace

DraftDesk::DraftDesk(JobManager& jobs, NoticeBoard& notices, TrainerProcess how) : m_jobs(jobs), m_notices(notices), m_how(std::move(how)) {}

void DraftDesk::begin(const DraftTraining& wanted, const std::string& model, const std::string& collection) {
    prepare([wanted, model, collection] { return make_draft(wanted, model, collection); });
}

void DraftDesk::begin(std::vector<JudgedQuery> judged, const std::string& model, const std::string& collection) {
    prepare([judged = std::move(judged), model, collection] {
        const std::vector<std::string> set{"model=" + model, "collection=" + collection, "judged.file=" + keep_judged(judged, collection).string()};
        TrainingDraft draft = make_draft({.recipe = (folders().assets / "recipes/judged.json").string(), .training = {}, .step = -1, .set = set}, model, collection);
        draft.from = "model " + model + " and what you have judged: " + std::to_string(judged.size()) + (judged.size() == 1 ? " query" : " queries");
        return draft;
    });
}

void DraftDesk::prepare(std::function<TrainingDraft()> make) {
    m_jobs.submit({.name = "Prepare a training", .tag = "draft", .listing = Listing::Never}, [make = std::move(make)](JobContext&) { return make(); },
                  [this](JobOutcome<TrainingDraft> outcome) {
                      if (outcome.state == JobState::Failed) m_notices.error(outcome.error);
                      if (!outcome.value) return;
                      m_draft = std::move(*outcome.value);
                      m_estimated.reset();
                      estimate();
                  });
}

void DraftDesk::edit(const std::string& assignment) {
    if (!m_draft) return;
    edit_draft(*m_draft, assignment);
    if (m_estimated && *m_estimated != what_costs(*m_draft)) forget_estimate(); // nothing is known of it as it is now
    check();
}

void DraftDesk::check() {
    m_jobs.submit({.name = "Check a training", .tag = "check draft", .listing = Listing::Never}, [draft = *m_draft](JobContext&) { return why_not(draft); },
                  [this](JobOutcome<std::string> outcome) {
                      if (!m_draft || !outcome.value) return;
                      m_draft->refusal = std::move(*outcome.value);
                      estimate();
                  });
}

void DraftDesk::estimate() {
    if (!m_how.estimates || !m_draft->refusal.empty() || m_estimated == what_costs(*m_draft)) return;
    m_estimated = what_costs(*m_draft);
    m_draft->cost_phase = Phase::Loading;
    TrainerProcess how = m_how;
    how.threads = m_draft->threads;
    m_jobs.submit({.name = "Estimate a training", .tag = kEstimate, .lane = Lane::Outside, .listing = Listing::Never},
                  [recipe = m_estimated->first, how](JobContext& job) { return estimate_training(recipe, how, job); },
                  [this, of = *m_estimated](JobOutcome<TrainingCost> outcome) {
                      if (!m_draft || m_estimated != of) return;
                      m_draft->cost = outcome.value;
                      m_draft->cost_error = outcome.error;
                      m_draft->cost_phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      if (outcome.value) check(); // whether it fits
                  });
}

void DraftDesk::stop_estimating() {
    if (m_draft && m_draft->cost_phase == Phase::Loading) forget_estimate();
}

void DraftDesk::forget_estimate() {
    m_draft->cost.reset();
    m_draft->cost_error.clear();
    m_draft->cost_phase = Phase::Empty;
    m_estimated.reset();
    m_jobs.cancel_tag(kEstimate);
}

void DraftDesk::drop() {
    if (m_draft) forget_estimate();
    m_draft.reset();
}

} // namespace cameo
