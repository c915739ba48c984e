#include "app/workbench/importance_finder.hpp"

#include <fmt/format.h>
#include <utility>

namespace cameo {

namespace {
constexpr const char* kTag = "importance";
}

void ImportanceFinder::find(std::shared_ptr<const Trace> trace, const std::string& document, const SearchEnginePointer& engine) {
    if (!trace || document.empty()) return;
    const bool under_way = m_state.phase == Phase::Loading && m_state.of == trace->id && m_state.fusion == trace->fusion && m_state.document == document;
    if (under_way) return;
    m_state = {.phase = Phase::Loading, .of = trace->id, .fusion = trace->fusion, .document = document};
    if (!engine || engine->model().name() != trace->model || engine->collection().name() != trace->collection) {
        m_state.phase = Phase::Failed;
        m_state.error = fmt::format("It needs {} and {}, which made this result: open them and run the query again.", trace->model, trace->collection);
        return;
    }
    using Found = std::shared_ptr<const QueryImportance>;
    m_jobs.submit({.name = "Leave out each word: " + trace->query.substr(0, 50), .tag = kTag, .listing = Listing::Active},
                  [engine, trace, document](JobContext& job) { return std::make_shared<const QueryImportance>(word_importance(*engine, *trace, document, job)); },
                  [this, trace, document](JobOutcome<Found> outcome) {
                      if (trace->id != m_state.of || trace->fusion != m_state.fusion || document != m_state.document) return;
                      m_state.phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      m_state.error = outcome.error;
                      if (outcome.value) m_state.importance = std::move(*outcome.value);
                  });
}

void ImportanceFinder::forget() {
    m_jobs.cancel_tag(kTag);
    m_state = {};
}

} // namespace cameo
