#include "app/workbench/ledger_finder.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace cameo {

/// The same run under another fusion: what the experts make of the document stays, its parts of the fused score are new.
bool LedgerFinder::refuse() {
    const bool in_union = std::ranges::find(m_trace->documents, m_document, &UnionDocument::id) != m_trace->documents.end();
    if (!in_union || m_ledger->experts.size() != m_trace->experts.size()) return false;
    Trace context = *m_trace;
    context.ledgers = {*m_ledger};
    context = with_fusion(std::move(context), m_trace->fusion);
    m_ledger = std::make_shared<const Ledger>(std::move(context.ledgers.front()));
    return true;
}

namespace {

/// The same query, or a change of it: what was made under one may stand for a moment under the other.
bool is_related(const Trace& one, const Trace& other) {
    return one.id == other.id || one.parent == other.id || other.parent == one.id || (!one.parent.empty() && one.parent == other.parent);
}

} // namespace

void LedgerFinder::find(std::shared_ptr<const Trace> trace, const std::string& document, const SearchEnginePointer& engine) {
    const bool has_it = m_phase == Phase::Ready || m_phase == Phase::Loading;
    if (has_it && trace == m_trace && document == m_document) return;
    m_error.clear();
    const bool same_run = trace && m_trace && trace->id == m_trace->id && document == m_document;
    if (trace && m_trace && !is_related(*trace, *m_trace)) m_ledger.reset();
    m_trace = std::move(trace);
    m_document = document;
    if (!m_trace || document.empty()) {
        m_ledger.reset();
        m_phase = Phase::Empty;
        m_jobs.cancel_tag(m_tag);
        return;
    }
    const auto found = std::ranges::find(m_trace->ledgers, document, &Ledger::id);
    if (found != m_trace->ledgers.end()) {
        m_ledger = std::shared_ptr<const Ledger>(m_trace, &*found);
        m_phase = Phase::Ready;
        m_jobs.cancel_tag(m_tag);
        return;
    }
    if (same_run && m_phase == Phase::Ready && m_ledger && refuse()) return;
    const bool fits = engine && engine->model().name() == m_trace->model && engine->collection().name() == m_trace->collection;
    if (!fits) {
        m_ledger.reset();
        m_phase = Phase::Failed;
        m_error = fmt::format("Its parts were not recorded with the result: they can be computed once {} and {} are open.",
                              m_trace->model, m_trace->collection);
        return;
    }
    if (m_ledger && m_ledger->id != document) m_ledger.reset();
    m_phase = Phase::Loading;
    m_jobs.submit({.name = "Explain " + document, .tag = m_tag, .listing = Listing::Never},
                  [engine, wanted = m_trace, document](JobContext&) {
                      return std::make_shared<const Ledger>(engine->explain(*wanted, document));
                  },
                  [this, wanted = m_trace, document](JobOutcome<std::shared_ptr<const Ledger>> outcome) {
                      if (wanted != m_trace || document != m_document) return; // answered after it was asked to stop
                      if (outcome.value) {
                          m_ledger = std::move(*outcome.value);
                          m_phase = Phase::Ready;
                      } else if (outcome.state == JobState::Failed) {
                          m_ledger.reset();
                          m_phase = Phase::Failed;
                          m_error = outcome.error;
                      }
                  });
}

} // namespace cameo
