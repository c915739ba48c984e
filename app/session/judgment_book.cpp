#include "app/session/judgment_book.hpp"

#include "core/base/error.hpp"
#include "core/base/now_ms.hpp"

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

/// Frames may still draw the grades that were there: they are replaced, never changed.
void JudgmentBook::put(const JudgmentChange& change, const std::optional<int>& grade, Touched& touched) {
    const std::pair key(change.collection, change.query);
    const auto before = grades(change.collection, change.query);
    Grades own = before ? *before : Grades();
    m_documents -= own.size();
    if (grade) own[change.document] = *grade;
    else own.erase(change.document);
    m_documents += own.size();
    touched[{change.collection, change.query, change.document}] = {
        {.collection = change.collection, .query = change.query, .query_id = change.query_id, .document = change.document, .grade = grade.value_or(0), .at_ms = now_ms()}, grade.has_value()};
    if (own.empty()) {
        m_queries.erase(key);
        return;
    }
    Query& query = m_queries[key];
    if (query.id.empty()) query.id = change.query_id;
    query.grades = std::make_shared<const Grades>(std::move(own));
}

JudgmentBook::Writes JudgmentBook::writes_of(const Touched& touched) {
    Writes writes;
    for (const auto& [key, written] : touched)
        (written.second ? writes.set : writes.removed).push_back(written.first);
    return writes;
}

JudgmentBook::Writes JudgmentBook::apply(std::vector<JudgmentChange> changes) {
    Touched touched;
    std::vector<JudgmentChange> step;
    for (JudgmentChange& change : changes) {
        change.before = grade(change.collection, change.query, change.document);
        if (change.before == change.after) continue;
        put(change, change.after, touched);
        step.push_back(std::move(change));
    }
    if (step.empty()) return writes_of(touched);
    m_steps.resize(m_in_force);
    m_steps.push_back(std::move(step));
    ++m_in_force;
    return writes_of(touched);
}

JudgmentBook::Writes JudgmentBook::turn_to(std::size_t steps) {
    check(steps <= m_steps.size(), "turn_to: so many steps were not made");
    Touched touched;
    while (m_in_force > steps) {
        --m_in_force;
        for (auto change = m_steps[m_in_force].rbegin(); change != m_steps[m_in_force].rend(); ++change)
            put(*change, change->before, touched);
    }
    while (m_in_force < steps) {
        for (const JudgmentChange& change : m_steps[m_in_force])
            put(change, change.after, touched);
        ++m_in_force;
    }
    return writes_of(touched);
}

} // namespace cameo
