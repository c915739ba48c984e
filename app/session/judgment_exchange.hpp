#pragma once

#include "app/session/judgment_book.hpp"
#include "core/data/collection.hpp"
#include "core/jobs/progress.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace cameo {

// Judgments as other programs know them: by the ids of queries, not by their texts.

/// A query by its id in such files, and its text.
using QueryIds = std::map<std::string, std::string>;

/// The judged queries of a collection, and further texts, by their ids: the collection's own, and for what is none of its
/// queries a word made of the text, "own-play-music-in-the-terminal".
QueryIds exchange_ids(const JudgmentBook& book, const std::string& collection, const std::vector<std::string>& texts = {});

/// All judgments of one collection by these ids.
Qrels exported(const JudgmentBook& book, const std::string& collection, const QueryIds& ids);

/// What a qrels file has for a collection. What it names and the collection does not have is left out, and counted.
struct ImportedJudgments {
    std::vector<JudgmentChange> changes;
    std::size_t read = 0;                                   ///< in the file
    std::size_t unknown_documents = 0, unknown_queries = 0; ///< judgments that name one
    std::vector<std::string> documents, queries;            ///< the first three of each
};
/// @param own queries that are none of the collection's   @throws Cancelled
ImportedJudgments matched(const Qrels& qrels, const Collection& collection, const QueryIds& own, Progress& progress);
/// "Read 12 judgments from x.qrels: 9 are new or other than before. 2 name documents that debian does not have (a, b)."
std::string import_words(const ImportedJudgments& imported, std::size_t changed, const std::string& file, const std::string& collection);

} // namespace cameo
