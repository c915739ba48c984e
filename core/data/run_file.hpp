#pragma once

#include "core/data/collection.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

struct RankedDocument {
    std::string document_id;
    double score = 0;
};

/// A ranked list per query, as in TREC's six columns: query Q0 document rank score tag.
/// Lists are kept in the file's order; evaluation sorts them itself and ignores the rank column, as trec_eval
/// does.
struct RunFile {
    std::string tag;
    std::map<std::string, std::vector<RankedDocument>, std::less<>> queries;
};

/// @throws Error naming file and line: wrong column count, a score that is no number, a document twice for a
/// query.
RunFile read_run_file(const std::filesystem::path& file);
/// Scores are written with as many digits as bring back the same double.
void write_run_file(const RunFile& run, const std::filesystem::path& file);

enum class QrelsFormat {
    Trec, ///< four columns between spaces: query 0 document grade
    Beir, ///< three between tabs under a header: query-id corpus-id score
};
/// What read_qrels() reads back as the same. By query, then by document.
/// @throws Error(InvalidInput) naming an id that the format cannot hold: white space in TREC's, a tab or a line's end in BEIR's
void write_qrels(const Qrels& qrels, QrelsFormat format, const std::filesystem::path& file);

/// TREC's four columns (query 0 document grade) or BEIR's three with a header. @throws as above.
Qrels read_qrels(const std::filesystem::path& file);

} // namespace cameo
