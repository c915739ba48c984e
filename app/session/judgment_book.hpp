#pragma once

#include "core/data/collection.hpp"
#include "sessions/session.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// One document's grade for one query, before and after.
struct JudgmentChange {
    std::string collection, query, query_id, document;
    std::optional<int> before, after; ///< empty: not judged
};

/// The judgments of a session, and the steps in which they were made, for undo and redo: steps are counted, and those in
/// force can be turned back to any number. Lives on the window's thread.
class JudgmentBook {
public:
    /// What has to be written into the session.
    struct Writes {
        std::vector<SessionJudgment> set, removed;
        bool empty() const { return set.empty() && removed.empty(); }
    };
    struct Query {
        std::string id; ///< of the collection's query; empty: none of its own
        std::shared_ptr<const Grades> grades;
    };
    using Queries = std::map<std::pair<std::string, std::string>, Query>; ///< by collection and text

    JudgmentBook() = default;
    /// As the session has them: no step can be taken back.
    explicit JudgmentBook(const std::vector<SessionJudgment>& judgments);

    /// One step of all of them; `before` is filled in, and what changes nothing is left out. Without a change there is no step.
    /// Steps that were turned back are gone.
    Writes apply(std::vector<JudgmentChange> changes);
    std::size_t steps() const { return m_in_force; }
    /// Undoes or redoes. @pre so many were made
    Writes turn_to(std::size_t steps);

    const Queries& queries() const { return m_queries; }
    /// Null where none of that query's documents is judged.
    std::shared_ptr<const Grades> grades(const std::string& collection, const std::string& query) const;
    std::optional<int> grade(const std::string& collection, const std::string& query, const std::string& document) const;
    std::size_t documents() const { return m_documents; } ///< over all queries

private:
    /// What each document touched has come to: a step may touch one twice.
    using Touched = std::map<std::array<std::string, 3>, std::pair<SessionJudgment, bool>>; ///< true: it has a grade
    /// Changes under way: a query's grades are copied once, however many of them change.
    struct Turn {
        struct Draft {
            std::string id;
            Grades grades;
        };
        std::map<std::pair<std::string, std::string>, Draft> queries;
        Touched touched;
    };
    Turn::Draft& draft(const JudgmentChange& change, Turn& turn) const;
    void put(const JudgmentChange& change, const std::optional<int>& grade, Turn& turn) const;
    Writes end(Turn turn);

    Queries m_queries;
    std::size_t m_documents = 0;
    std::vector<std::vector<JudgmentChange>> m_steps;
    std::size_t m_in_force = 0;
};

} // namespace cameo
