#include "app/workbench/missing_finder.hpp"

#include "core/data/find_documents.hpp"
#include "core/search/find_missing.hpp"

#include <fmt/format.h>
#include <utility>

namespace cameo {

namespace {
constexpr const char *kMissing = "missing", *kDocuments = "find documents"; ///< tags of the jobs
constexpr std::size_t kDocumentsListed = 50;
} // namespace

void MissingFinder::reset() {
    for (const char* tag : {kMissing, kDocuments}) m_jobs.cancel_tag(tag);
    m_state = {};
    m_documents = {};
    m_trace.reset();
    m_found_under.reset();
}

void MissingFinder::ask(const ExplainMissing& question) {
    m_jobs.cancel_tag(kMissing);
    m_found_under.reset();
    m_state = {.phase = Phase::Loading, .document = question.document, .within = question.within, .waits_for = question.query};
    if (m_state.waits_for.empty()) look();
}

void MissingFinder::query_failed(const std::string& text, const std::string& reason) {
    if (m_state.waits_for.empty() || m_state.waits_for != text) return;
    m_state.waits_for.clear();
    m_state.phase = Phase::Failed;
    m_state.error = reason;
}

void MissingFinder::query_asked(const std::string& text) {
    if (!m_state.waits_for.empty() && m_state.waits_for != text) m_state = {};
}

void MissingFinder::follow(std::shared_ptr<const Trace> trace, const SearchEnginePointer& engine) {
    const bool other_collection = engine && m_engine && engine->collection().version() != m_engine->collection().version();
    if (!engine || other_collection) {
        m_jobs.cancel_tag(kDocuments);
        m_documents = {};
    }
    m_engine = engine;
    m_trace = std::move(trace);
    if (!m_trace) return;
    if (!m_state.waits_for.empty()) {
        if (m_trace->query != m_state.waits_for) return;
        m_state.waits_for.clear();
        return look();
    }
    // More candidates of the same query: what was asked is asked of them as well.
    const bool deeper = m_found_under && m_trace->id != m_state.of && m_trace->query == m_found_under->query && m_trace->depth != m_found_under->depth &&
                        m_trace->model_version == m_found_under->model_version;
    if (deeper && m_state.phase == Phase::Ready) return look();
    follow_fusion();
}

/// Another fusion of the same run changes what the experts' scores come to, and nothing of the scores.
void MissingFinder::follow_fusion() {
    if (m_state.phase != Phase::Ready || m_trace == m_found_under || m_trace->id != m_state.of) return;
    m_state.found = std::make_shared<const MissingDocument>(under_fusion(*m_state.found, *m_trace));
    m_found_under = m_trace;
}

void MissingFinder::look() {
    const auto fail = [this](std::string why) {
        m_state.phase = Phase::Failed;
        m_state.error = std::move(why);
    };
    if (!m_trace) return fail("There is no result on screen that it could be missing from: run a query first.");
    if (!m_engine || m_engine->model().name() != m_trace->model || m_engine->collection().name() != m_trace->collection)
        return fail(fmt::format("It takes the index that this result was made with: open {} and {}.", m_trace->model, m_trace->collection));
    m_state.phase = Phase::Loading;
    m_state.error.clear();
    m_state.found.reset(); // what is there is of another result
    m_state.of = m_trace->id;
    using Found = std::shared_ptr<const MissingDocument>;
    const auto find = [engine = m_engine, trace = m_trace, document = m_state.document, within = m_state.within](JobContext& job) {
        return std::make_shared<const MissingDocument>(find_missing(*engine, *trace, document, within, job));
    };
    m_jobs.submit({.name = "Why is " + m_state.document + " missing?", .tag = kMissing, .listing = Listing::Active}, find,
                  [this, trace = m_trace, document = m_state.document, within = m_state.within](JobOutcome<Found> outcome) {
                      // Of what has been asked since.
                      if (document != m_state.document || within != m_state.within || trace->id != m_state.of || m_state.phase != Phase::Loading) return;
                      m_state.phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      m_state.error = outcome.error;
                      if (!outcome.value) return;
                      m_state.found = std::move(*outcome.value);
                      m_found_under = trace;
                      if (m_trace) follow_fusion();
                  });
}

void MissingFinder::find_documents(const std::string& words) {
    m_documents.words = words;
    m_documents.error.clear();
    if (words.empty() || !m_engine) {
        m_jobs.cancel_tag(kDocuments);
        m_documents = {};
        return;
    }
    m_documents.phase = Phase::Loading; // what was found before stays meanwhile
    m_jobs.submit({.name = "Find documents", .tag = kDocuments, .listing = Listing::Never},
                  [engine = m_engine, words](JobContext& job) { return cameo::find_documents(engine->collection(), words, kDocumentsListed, job); },
                  [this, words](JobOutcome<DocumentMatches> outcome) {
                      if (words != m_documents.words) return;
                      m_documents.phase = outcome.value ? Phase::Ready : outcome.state == JobState::Failed ? Phase::Failed : Phase::Empty;
                      m_documents.error = outcome.error;
                      m_documents.found.clear();
                      if (!outcome.value) return;
                      for (auto& match : outcome.value->found) m_documents.found.push_back({std::move(match.id), std::move(match.title)});
                      m_documents.more = outcome.value->more;
                  });
}

} // namespace cameo
