#include "app/workbench/controller.hpp"

#include "core/search/fusion.hpp"

#include <fmt/format.h>
#include <utility>

// What was asked and what was found: WorkbenchController's queries, the result on screen and what follows it.

namespace cameo {

FusionSpec WorkbenchController::fusion() const {
    const FusionSpec wanted = m_fusion.value_or(m_default_fusion);
    // An adaptive one that is the model's own stays: where it cannot be used, the query says why.
    const bool adaptive = !m_fusion || m_bench.learned_fusion;
    return m_bench.experts.empty() ? wanted : fitted(wanted, m_bench.experts.size(), adaptive);
}

void WorkbenchController::run_query(std::string text) {
    m_missing.query_asked(text);
    m_query_error.clear();
    m_failed_query.clear();
    m_nothing_to_search = false;
    m_query_phase = Phase::Loading;
    m_running_query = text;
    m_pending_query = std::move(text);
    run_pending();
}

void WorkbenchController::fail_query(std::string text, std::string reason) {
    m_query_phase = Phase::Failed;
    m_missing.query_failed(text, reason);
    m_query_error = std::move(reason);
    m_failed_query = std::move(text);
    m_running_query.clear();
}

void WorkbenchController::fail_pending(const std::string& reason) {
    if (m_pending_query.empty()) return;
    fail_query(std::exchange(m_pending_query, {}), reason);
    m_nothing_to_search = true;
    // The view that shows it is behind Welcome where nothing is set up yet.
    if (m_bench.phase == Phase::Empty) m_notices.add(Notice::Level::Info, reason);
}

void WorkbenchController::run_pending() {
    if (m_pending_query.empty()) return;
    if (!m_engine) {
        if (m_bench.phase == Phase::Loading || m_building) return; // it will run when there is something to search
        fail_pending(m_bench.phase == Phase::Ready
                         ? fmt::format("There is no index of {} for {} yet: build it first.", m_bench.collection, m_bench.model)
                     : m_bench.phase == Phase::Failed ? m_bench.error
                                                      : kNothingYet);
        return;
    }
    m_trying.reset();
    QueryRequest request;
    request.text = std::move(m_pending_query);
    m_pending_query.clear();
    run(std::move(request), [this] {
        m_untried = m_trace;
        if (on_trace) on_trace(m_trace);
    });
}

void WorkbenchController::run(QueryRequest request, std::function<void()> answered) {
    request.fusion = fusion();
    const std::string text = request.text;
    m_jobs.submit({.name = "Query: " + text.substr(0, 60), .tag = "query", .listing = Listing::Never},
                  [engine = m_engine, request = std::move(request)](JobContext& job) {
                      return std::make_shared<const Trace>(engine->run(request, job));
                  },
                  [this, text, answered = std::move(answered)](JobOutcome<std::shared_ptr<const Trace>> outcome) {
                      if (m_running_query != text) return; // something else was wanted since
                      m_running_query.clear();
                      m_trying.reset();
                      if (outcome.state == JobState::Failed) return fail_query(text, outcome.error);
                      if (outcome.value) {
                          put(std::move(*outcome.value), false);
                          return answered();
                      }
                      m_query_phase = m_trace ? Phase::Ready : Phase::Empty; // somebody has stopped it
                      m_missing.query_failed(text, "The query was stopped before it was answered.");
                  });
}

void WorkbenchController::drop_query() {
    m_jobs.cancel_tag("query");
    m_trying.reset();
    m_running_query.clear();
    m_pending_query.clear();
    m_missing.query_asked({});
    if (m_query_phase == Phase::Loading) m_query_phase = m_trace ? Phase::Ready : Phase::Empty;
}

void WorkbenchController::show(std::shared_ptr<const Trace> trace, bool recorded) {
    m_untried.reset();
    m_trying.reset();
    put(std::move(trace), recorded);
}

void WorkbenchController::put(std::shared_ptr<const Trace> trace, bool recorded) {
    m_trace = std::move(trace);
    m_trace_fusion = m_trace->fusion;
    m_recorded = recorded;
    fuse_trace();
    if (m_running_query.empty()) m_query_phase = Phase::Ready;
    m_query_error.clear();
    m_failed_query.clear();
    find_ledgers();
}

void WorkbenchController::set_fusion(std::optional<FusionSpec> fusion) {
    m_fusion = std::move(fusion);
    m_measurements.use(this->fusion());
    fuse_trace();
    find_ledgers();
}

/// What was made for another model is not used, neither here nor for the next query: they would be refused.
void WorkbenchController::fuse_trace() {
    if (!m_trace) return;
    const bool of_this_model = m_model && m_model->name() == m_trace->model;
    const FusionSpec wanted =
        fitted(m_fusion ? *m_fusion : of_this_model ? m_default_fusion : m_trace_fusion, m_trace->experts.size(),
               !m_trace->query_weights.empty());
    if (m_trace->fusion != wanted) m_trace = std::make_shared<const Trace>(with_fusion(*m_trace, wanted));
}

void WorkbenchController::select(const std::string& document, const std::string& reference) {
    if (document == m_document && reference == m_reference) return;
    m_document = document;
    m_reference = reference;
    m_map.select(document);
    find_ledgers();
}

void WorkbenchController::find_ledgers() {
    m_ledger.find(m_trace, m_document, m_engine);
    m_reference_ledger.find(m_trace, m_reference, m_engine);
    m_pinned.follow(m_trace, m_untried, m_document, m_engine);
    m_missing.follow(m_trace, m_engine);
}

void WorkbenchController::pin_setting() {
    if (!m_engine) return;
    m_pinned.pin_setting(m_engine, fusion());
    find_ledgers();
}

void WorkbenchController::pin_result() {
    if (m_trace) pin_result(m_trace);
}

void WorkbenchController::pin_result(std::shared_ptr<const Trace> trace) {
    m_pinned.pin_result(std::move(trace));
    find_ledgers();
}

void WorkbenchController::pin(Pinned::What what) {
    m_pinned.pin(std::move(what));
    find_ledgers();
}

void WorkbenchController::unpin() {
    m_pinned.release();
    find_ledgers();
}

void WorkbenchController::fill(Snapshot& snapshot) {
    snapshot.workbench = m_bench;
    snapshot.workbench.building = m_building;
    m_findings.follow(m_measurements.judged(), m_measurements.gate(), m_engine, fusion());
    snapshot.diagnosis = m_findings.diagnosis();
    snapshot.swap = swap();
    snapshot.index_plan = m_index_desk.plan();
    snapshot.fusion = fusion();
    snapshot.query_phase = m_query_phase;
    snapshot.query_error = m_query_error;
    snapshot.failed_query = m_failed_query;
    snapshot.trace = m_trace;
    snapshot.trace_recorded = m_recorded && !m_engine;
    snapshot.running_query = m_running_query;
    snapshot.term_edits = term_edits();
    snapshot.ledger_phase = m_ledger.phase();
    snapshot.ledger_error = m_ledger.error();
    snapshot.ledger = m_ledger.ledger();
    snapshot.reference_phase = m_reference_ledger.phase();
    snapshot.reference_error = m_reference_ledger.error();
    snapshot.reference = m_reference_ledger.ledger();
    snapshot.status.device = m_device;
    snapshot.judged = m_measurements.judged();
    snapshot.slices = m_measurements.slices();
    snapshot.gate = m_measurements.gate();
    snapshot.storm = m_measurements.storm();
    snapshot.map = m_map.state();
    snapshot.importance = m_importance.state();
    const bool changed = m_trace && m_untried && m_untried != m_trace && m_untried->id == m_trace->parent;
    snapshot.original = changed ? m_untried : nullptr;
    if (!m_trace) snapshot.words.clear();
    else if (changed && text_of(m_words) == m_trace->query) snapshot.words = m_words;
    else snapshot.words = changed ? query_words(m_untried->query, m_trace->query) : query_words(m_trace->query);
    m_pinned.keep(snapshot, m_engine, fusion());
    snapshot.pin = m_pinned.pin(snapshot.selection);
    snapshot.missing = m_missing.state();
    snapshot.documents = m_missing.documents();
}

} // namespace cameo
