#include "app/workbench/pinned.hpp"

#include "core/search/fusion.hpp"

#include <utility>

namespace cameo {

namespace {

std::string setting_words(const std::string& model, const FusionSpec& fusion) { return model + ", " + describe(fusion); }

std::string brief_words(const std::string& model, const FusionSpec& fusion) { return model + ", " + describe(FusionSpec{.method = fusion.method}); }

} // namespace

void Pinned::pin_setting(SearchEnginePointer engine, const FusionSpec& fusion) {
    release();
    m_kind = Pin::Kind::Setting;
    m_engine = std::move(engine);
    m_fusion = fusion;
}

void Pinned::pin_result(std::shared_ptr<const Trace> trace) {
    release();
    m_kind = Pin::Kind::Result;
    m_result = std::move(trace);
}

void Pinned::pin(What what) {
    release();
    m_kind = what.kind;
    m_engine = std::move(what.engine);
    m_fusion = what.fusion;
    m_result = std::move(what.result);
}

void Pinned::release() {
    m_jobs.cancel_tag("pinned query");
    m_kind.reset();
    m_engine.reset();
    m_result.reset();
    m_answer.reset();
    m_asked.clear();
    m_asking = false;
    m_error.clear();
    m_measured = {};
    m_followed.reset();
    m_followed_original.reset();
    m_open.reset();
    set_reference(nullptr, nullptr);
}

void Pinned::set_reference(std::shared_ptr<const Trace> trace, const SearchEnginePointer& engine) {
    m_reference = std::move(trace);
    m_ledger.find(m_reference, m_document, engine);
}

void Pinned::follow(const std::shared_ptr<const Trace>& trace, const std::shared_ptr<const Trace>& original, const std::string& document,
                    const SearchEnginePointer& engine) {
    m_followed = trace;
    m_followed_original = original;
    m_open = engine;
    m_document = document;
    m_original = false;
    if (!trace) return set_reference(nullptr, nullptr);
    if (m_kind == Pin::Kind::Result) return set_reference(m_result, engine);
    if (!m_kind) {
        m_original = original && original != trace && !trace->parent.empty() && original->id == trace->parent;
        // Under one fusion, so that only the change of the query is seen.
        if (!m_original) return set_reference(nullptr, nullptr);
        if (original->fusion == trace->fusion) return set_reference(original, engine);
        if (!m_reference || m_reference->id != original->id || m_reference->fusion != trace->fusion)
            m_reference = std::make_shared<const Trace>(with_fusion(*original, trace->fusion));
        return set_reference(m_reference, engine);
    }
    const bool own = trace->model_version == m_engine->model().version() && m_engine->collection().grew_from(trace->collection_version);
    const std::shared_ptr<const Trace>& basis = own ? trace : m_answer;
    if (!own && (!m_answer || m_answer->query != trace->query || m_answer->depth != trace->depth)) return ask(*trace);
    m_error.clear();
    const FusionSpec wanted = fitted(m_fusion, basis->experts.size(), !basis->query_weights.empty());
    if (basis->fusion == wanted) return set_reference(basis, m_engine);
    if (!m_reference || m_reference->id != basis->id || m_reference->fusion != wanted)
        m_reference = std::make_shared<const Trace>(with_fusion(*basis, wanted));
    set_reference(m_reference, m_engine);
}

void Pinned::ask(const Trace& trace) {
    set_reference(nullptr, nullptr);
    if (m_asked == trace.query && m_asked_depth == trace.depth && (m_asking || !m_error.empty())) return; // it is on its way, or has failed
    m_asked = trace.query;
    m_asked_depth = trace.depth;
    m_asking = true;
    m_error.clear();
    QueryRequest request{.text = trace.query, .fusion = m_fusion, .depth = trace.depth};
    m_jobs.submit({.name = "Pinned: " + trace.query.substr(0, 60), .tag = "pinned query", .listing = Listing::Never},
                  [engine = m_engine, request = std::move(request)](JobContext& job) { return std::make_shared<const Trace>(engine->run(request, job)); },
                  [this, engine = m_engine, query = trace.query, depth = trace.depth](JobOutcome<std::shared_ptr<const Trace>> outcome) {
                      if (engine != m_engine || query != m_asked || depth != m_asked_depth) return; // it was let go, or another query is asked
                      m_asking = false;
                      if (outcome.value) {
                          m_answer = std::move(*outcome.value);
                          follow(m_followed, m_followed_original, m_document, m_open); // perhaps another query is on screen by now
                      } else if (outcome.state == JobState::Failed) {
                          m_error = outcome.error;
                      }
                  });
}

void Pinned::keep(const Snapshot& measured, const SearchEnginePointer& engine, const FusionSpec& fusion) {
    if (m_kind != Pin::Kind::Setting || engine != m_engine || simplified(fusion) != simplified(m_fusion)) return;
    m_measured.judged = measured.judged;
    m_measured.gate = measured.gate;
    m_measured.map = measured.map;
}

std::optional<Pin> Pinned::pin(const Selection& selection) const {
    if (!m_kind && !m_original) return {};
    Pin made;
    made.kind = m_original ? Pin::Kind::Original : *m_kind;
    auto then = std::make_shared<Snapshot>(m_measured);
    then->selection = selection;
    then->trace = m_reference;
    then->query_error = m_error;
    then->query_phase = m_reference ? Phase::Ready : m_asking ? Phase::Loading : !m_error.empty() ? Phase::Failed : Phase::Empty;
    then->ledger = m_ledger.ledger();
    then->ledger_phase = m_ledger.phase();
    then->ledger_error = m_ledger.error();
    then->fusion = m_kind == Pin::Kind::Setting ? m_fusion : m_reference ? m_reference->fusion : FusionSpec{};
    switch (made.kind) {
    case Pin::Kind::Setting:
        made.label = setting_words(m_engine->model().name(), m_fusion);
        made.brief = brief_words(m_engine->model().name(), m_fusion);
        break;
    case Pin::Kind::Result:
        made.label = setting_words(m_result->model, m_result->fusion) + ": " + m_result->query;
        made.brief = brief_words(m_result->model, m_result->fusion);
        break;
    case Pin::Kind::Original: made.label = "the query as it was asked"; break;
    }
    made.then = std::move(then);
    return made;
}

} // namespace cameo
