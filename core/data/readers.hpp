#pragma once

#include "core/data/collection.hpp"
#include "core/data/file_set.hpp"
#include "core/data/line_reader.hpp"

#include <functional>
#include <string_view>

namespace cameo {

// Each of these reads one file from where the reader stands to its end and hands on what it finds, one at a
// time; the reader then stands on the line that ended it. What `take` throws goes through. They throw
// Error(InvalidInput) naming file, line, what was found and what was expected.

using TakeDocument = std::function<void(Document&&)>;
using TakeQuery = std::function<void(Query&&)>;
using TakeJudgment = std::function<void(std::string_view query_id, std::string_view document_id, int grade)>;

/// BEIR's corpus.jsonl: {"_id", "title" (may be missing), "text", "metadata" (may be missing)}. Strings,
/// numbers and booleans of metadata become fields.
void read_jsonl_documents(LineReader& reader, const TakeDocument& take);
/// In any of the three forms.
void read_documents(LineReader& reader, FileSet::Form form, const TakeDocument& take);

/// BEIR's queries.jsonl: {"_id", "text"}, and "category" at the top or in "metadata".
void read_jsonl_queries(LineReader& reader, const TakeQuery& take);

/// MS MARCO: id, text | id, title, text | id, url, title, body: the first line tells which.
void read_tsv_documents(LineReader& reader, const TakeDocument& take);
/// id, text.
void read_tsv_queries(LineReader& reader, const TakeQuery& take);

/// <DOC> … </DOC>: id from DOCNO; title from TITLE, HEADLINE, HEAD, HL, TI or T; text from all TEXT parts, or
/// from everything else when there is none. Tags are dropped, the five XML entities and numeric ones are
/// resolved.
void read_trec_documents(LineReader& reader, const TakeDocument& take);
/// <top> with <num>, <title>, <desc>, or <topic number="…"> with the same or <query>. The title is the query;
/// where a topic has none, its description is.
void read_trec_topics(LineReader& reader, const TakeQuery& take);

/// Judgments in TREC's four columns (query 0 document grade) or BEIR's three (query document grade) with or
/// without a header. All lines have the columns of the first.
void read_judgments(LineReader& reader, const TakeJudgment& take);

} // namespace cameo
