#include "app/workbench/controller.hpp"

#include "core/base/error.hpp"
#include "core/search/most_candidates.hpp"
#include "core/search/query_text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

// Changes of the query on the screen that somebody tries out.

namespace cameo {

bool WorkbenchController::can_try() {
    if (!m_trace) return false;
    const bool fits = m_engine && m_engine->model().version() == m_trace->model_version &&
                      m_engine->collection().grew_from(m_trace->collection_version);
    if (!fits)
        m_notices.add(Notice::Level::Warning,
                      fmt::format("This result was made with {} and {}: its query can be changed once they are open, with an index.",
                                  m_trace->model, m_trace->collection));
    return fits;
}

void WorkbenchController::try_terms(std::vector<TermEdit> edits, bool settled) {
    if (!m_trace) return;
    try_change(m_trace->query, std::move(edits), settled);
}

void WorkbenchController::try_words(const std::vector<QueryWord>& words) {
    if (!m_trace) return;
    m_words = words;
    try_change(text_of(words), term_edits(), true);
}

void WorkbenchController::weigh_words() { m_importance.find(m_trace, m_document, m_engine); }

void WorkbenchController::try_change(std::string text, std::vector<TermEdit> edits, bool settled) {
    const bool untouched = m_trace->parent.empty();
    if (untouched) m_untried = m_trace;
    const std::string origin = untouched ? m_trace->id : m_trace->parent;
    // The original itself; it may lie in a session only.
    const auto original = m_untried && m_untried->id == origin ? m_untried : nullptr;
    if (edits.empty() && original && text == original->query && m_trace->depth == original->depth) {
        drop_query();
        put(m_untried, m_recorded);
        if (on_trial) on_trial(m_trace, false); // it is kept already
        return;
    }
    if (!can_try()) return;
    // The original's own trace is the parent, however many changes there were since.
    const Trace& asked = original ? *original : *m_trace;
    const bool changed = !edits.empty() || text != asked.query;
    const auto encoded = original && original->query == text && !m_recorded ? original : nullptr;
    try_out({.text = std::move(text), .depth = m_trace->depth, .parent = changed ? origin : std::string(), .encoded = encoded, .term_edits = std::move(edits)}, settled);
}

void WorkbenchController::search_deeper(std::int32_t depth) {
    if (!can_try()) return;
    if (depth > kMostCandidates) {
        depth = kMostCandidates;
        m_notices.add(Notice::Level::Info, fmt::format("Each expert is asked for {} candidates: more are not scored at once.", depth));
    }
    const std::string& origin = m_trace->parent.empty() ? m_trace->id : m_trace->parent;
    try_out({.text = m_trace->query, .depth = depth, .parent = origin, .term_edits = m_trace->term_edits}, true);
}

void WorkbenchController::try_out(QueryRequest request, bool settled) {
    m_missing.query_asked(request.text);
    m_query_phase = Phase::Loading;
    m_running_query = request.text;
    m_query_error.clear();
    m_trying = request.term_edits;
    run(std::move(request), [this, settled] {
        if (on_trial) on_trial(m_trace, settled);
    });
}

void WorkbenchController::explain_missing(const ExplainMissing& question) {
    ExplainMissing asked = question;
    asked.query = clean_query(question.query, kMaxQueryBytes).text; // as results have it
    const bool on_screen = asked.query.empty() || (m_trace && m_trace->query == asked.query && m_running_query.empty());
    const bool under_way = on_screen || m_running_query == asked.query;
    if (on_screen) asked.query.clear();
    m_missing.ask(asked);
    if (!under_way) run_query(asked.query);
}

std::vector<TermEdit> WorkbenchController::term_edits() const {
    if (m_trying) return *m_trying;
    return m_trace ? m_trace->term_edits : std::vector<TermEdit>();
}

void WorkbenchController::add_term(const std::string& word, float weight) {
    if (!can_try()) return;
    try {
        auto edits = term_edits();
        const TermEdit added{.term = m_engine->term(word), .weight = weight};
        std::erase_if(edits, [&](const TermEdit& each) { return each.term == added.term; });
        edits.push_back(added);
        try_terms(std::move(edits), true);
    } catch (const Error& error) {
        m_notices.add(Notice::Level::Warning, error.what());
    }
}

} // namespace cameo
