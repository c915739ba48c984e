#include "app/session/judgment_exchange.hpp"

#include "core/search/engine.hpp"
#include "core/search/query_text.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace cameo {

namespace {

constexpr std::size_t kNamed = 3;

/// Letters and digits of the text, with a line between them.
std::string word_of(const std::string& text) {
    std::string word = "own";
    bool between = true;
    for (const unsigned char letter : text) {
        const bool keeps = std::isalnum(letter) || letter >= 0x80;
        if (keeps && between) word += '-';
        if (keeps) word += static_cast<char>(std::tolower(letter));
        between = !keeps;
    }
    return word;
}

void name_one(std::vector<std::string>& names, const std::string& name) {
    if (names.size() < kNamed && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

std::string listed(const std::vector<std::string>& names, std::size_t all) {
    std::string text = " (";
    for (const std::string& name : names)
        text.append(&name == &names.front() ? "" : ", ").append(name);
    return text.append(names.size() < all ? ", \u2026)" : ")");
}

std::string counted(std::size_t count, const char* one, const char* many) { return std::to_string(count).append(1, ' ').append(count == 1 ? one : many); }

} // namespace

QueryIds exchange_ids(const JudgmentBook& book, const std::string& collection, const std::vector<std::string>& texts) {
    QueryIds ids;
    std::set<std::string> named;
    for (const auto& [key, query] : book.queries())
        if (key.first == collection && !query.id.empty() && ids.emplace(query.id, key.second).second) named.insert(key.second);
    const auto add = [&](const std::string& text) {
        if (!named.insert(text).second) return;
        const std::string word = word_of(text);
        std::string id = word;
        for (int number = 2; ids.contains(id); ++number) id = word + "-" + std::to_string(number);
        ids.emplace(std::move(id), text);
    };
    for (const auto& [key, query] : book.queries())
        if (key.first == collection) add(key.second);
    for (const std::string& text : texts) add(text);
    return ids;
}

Qrels exported(const JudgmentBook& book, const std::string& collection, const QueryIds& ids) {
    Qrels qrels;
    for (const auto& [id, text] : ids)
        if (const auto grades = book.grades(collection, text)) qrels[id] = *grades;
    return qrels;
}

ImportedJudgments matched(const Qrels& qrels, const Collection& collection, const QueryIds& own, Progress& progress) {
    ImportedJudgments imported;
    std::map<std::string, std::string> texts;
    for (const Query& query : collection.queries({}))
        texts.emplace(query.id, clean_query(query.text, kMaxQueryBytes).text); // as results have it
    progress.begin("matching judgments", Unit::Queries, static_cast<std::int64_t>(qrels.size()));
    for (const auto& [id, grades] : qrels) {
        imported.read += grades.size();
        progress.advance();
        const auto in_collection = texts.find(id);
        const auto in_own = own.find(id);
        if (in_collection == texts.end() && in_own == own.end()) {
            imported.unknown_queries += grades.size();
            name_one(imported.queries, id);
            continue;
        }
        const bool of_collection = in_collection != texts.end();
        for (const auto& [document, grade] : grades) {
            if (!collection.find(document)) {
                ++imported.unknown_documents;
                name_one(imported.documents, document);
                continue;
            }
            imported.changes.push_back({.collection = collection.name(), .query = of_collection ? in_collection->second : in_own->second, .query_id = of_collection ? id : std::string(),
                                        .document = document, .before = {}, .after = grade});
        }
    }
    return imported;
}

std::string import_words(const ImportedJudgments& imported, std::size_t changed, const std::string& file, const std::string& collection) {
    std::string text = "Read " + counted(imported.read, "judgment", "judgments") + " from " + file + ": ";
    text += changed == 0 ? std::string("none is new or other than before.") : counted(changed, "is", "are") + " new or other than before.";
    if (imported.unknown_documents > 0)
        text.append(1, ' ').append(counted(imported.unknown_documents, "names a document", "name documents")).append(" that " + collection + " does not have" + listed(imported.documents, imported.unknown_documents) + ".");
    if (imported.unknown_queries > 0)
        text.append(1, ' ').append(counted(imported.unknown_queries, "is", "are")).append(" of queries that are not known here" + listed(imported.queries, imported.unknown_queries) + ".");
    return text;
}

} // namespace cameo
