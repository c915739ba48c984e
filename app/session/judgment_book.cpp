#include "app/session/judgment_book.hpp"

#include "core/base/error.hpp"
#include "core/base/now_ms.hpp"

#include <utility>

namespace cameo {

JudgmentBook::JudgmentBook(const std::vector<SessionJudgment>& judgments) {
    std::map<std::pair<std::string, std::string>, Grades> grades;
    for (const SessionJudgment& one : judgments) {
        if (!one.query_id.empty()) m_queries[{one.collection, one.query}].id = one.query_id;
        grades[{one.collection, one.query}][one.document] = one.grade;
    }
    for (auto& [key, own] : grades) {
        m_documents += own.size();
        m_queries[key].grades = std::make_shared<const Grades>(std::move(own));
    }
}

std::shared_ptr<const Grades> JudgmentBook::grades(const std::string& collection, const std::string& query) const {
    const auto found = m_queries.find({collection, query});
    return found == m_queries.end() ? nullptr : found->second.grades;
}

std::optional<int> JudgmentBook::grade(const std::string& collection, const std::string& query, const std::string& document) const {
    const auto own = grades(collection, query);
    if (!own) return {};
    const auto found = own->find(document);
    return found == own->end() ? std::nullopt : std::optional(found->second);
}

JudgmentBook::Turn::Draft& JudgmentBook::draft(const JudgmentChange& change, Turn& turn) const {
    const auto [found, is_first] = turn.queries.try_emplace({change.collection, change.query});
    const auto before = is_first ? grades(change.collection, change.query) : nullptr;
    if (before) found->second.grades = *before;
    return found->second;
}

void JudgmentBook::put(const JudgmentChange& change, const std::optional<int>& grade, Turn& turn) const {
    auto& [id, own] = draft(change, turn);
    if (id.empty()) id = change.query_id;
    if (grade) own[change.document] = *grade;
    else own.erase(change.document);
    turn.touched[{change.collection, change.query, change.document}] = {
        {.collection = change.collection, .query = change.query, .query_id = change.query_id, .document = change.document, .grade = grade.value_or(0), .at_ms = now_ms()}, grade.has_value()};
}

/// Frames may still draw the grades that were there: they are replaced, never changed.
JudgmentBook::Writes JudgmentBook::end(Turn turn) {
    for (auto& [key, draft] : turn.queries) {
        if (const auto before = grades(key.first, key.second)) m_documents -= before->size();
        m_documents += draft.grades.size();
        if (draft.grades.empty()) {
            m_queries.erase(key);
            continue;
        }
        Query& query = m_queries[key];
        if (query.id.empty()) query.id = draft.id;
        query.grades = std::make_shared<const Grades>(std::move(draft.grades));
    }
    Writes writes;
    for (const auto& [key, written] : turn.touched)
        (written.second ? writes.set : writes.removed).push_back(written.first);
    return writes;
}

JudgmentBook::Writes JudgmentBook::apply(std::vector<JudgmentChange> changes) {
    Turn turn;
    std::vector<JudgmentChange> step;
    for (JudgmentChange& change : changes) {
        const Grades& own = draft(change, turn).grades;
        const auto found = own.find(change.document);
        change.before = found == own.end() ? std::nullopt : std::optional(found->second);
        if (change.before == change.after) continue;
        put(change, change.after, turn);
        step.push_back(std::move(change));
    }
    if (step.empty()) return {};
    m_steps.resize(m_in_force);
    m_steps.push_back(std::move(step));
    ++m_in_force;
    return end(std::move(turn));
}

JudgmentBook::Writes JudgmentBook::turn_to(std::size_t steps) {
    check(steps <= m_steps.size(), "turn_to: so many steps were not made");
    Turn turn;
    while (m_in_force > steps) {
        --m_in_force;
        for (auto change = m_steps[m_in_force].rbegin(); change != m_steps[m_in_force].rend(); ++change)
            put(*change, change->before, turn);
    }
    while (m_in_force < steps) {
        for (const JudgmentChange& change : m_steps[m_in_force])
            put(change, change.after, turn);
        ++m_in_force;
    }
    return end(std::move(turn));
}

} // namespace cameo
