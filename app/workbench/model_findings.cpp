#include "app/workbench/model_findings.hpp"

#include "core/diagnose/diagnose_model.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace cameo {

void ModelFindings::follow(const Judged& judged, const GateReading& gate, const SearchEnginePointer& engine, const FusionSpec& fusion) {
    if (judged.scores == m_scores && gate.report == m_report && fusion == m_fusion) return;
    m_scores = judged.scores;
    m_report = gate.report;
    m_fusion = fusion;
    m_jobs.cancel_tag("model findings");
    if (!engine || (!m_scores && !m_report)) {
        m_diagnosis = {};
        return;
    }
    if (!m_diagnosis.findings) m_diagnosis.phase = Phase::Loading;
    using Found = std::vector<Finding>;
    const auto find = [scores = m_scores, report = m_report, fusion, gated = engine->model().gate_rule().has_value()](JobContext& job) {
        Found found;
        if (scores) found = diagnose(*scores, fusion, gated, job);
        if (report) std::ranges::move(diagnose(*report), std::back_inserter(found));
        sort_findings(found);
        return found;
    };
    m_jobs.submit({.name = "Judge the model in use", .tag = "model findings", .lane = Lane::Long, .listing = Listing::Never}, find,
                  [this, model = engine->model().name(), scores = m_scores, report = m_report](JobOutcome<Found> outcome) {
                      if (scores != m_scores || report != m_report) return;
                      m_diagnosis = {.phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty,
                                     .error = outcome.error,
                                     .of = model,
                                     .findings = outcome.value ? std::make_shared<const Found>(std::move(*outcome.value)) : nullptr};
                  });
}

} // namespace cameo
