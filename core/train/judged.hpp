#pragma once

#include "core/data/collection.hpp"
#include "core/train/training_data.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// One query that a person has judged documents for.
struct JudgedQuery {
    std::string query;
    Grades documents; ///< above 0: right; else wrong
    bool operator==(const JudgedQuery&) const = default;
};

/// A file of JSON lines, one a query: {"query": "play music in the terminal", "documents": {"cmus": 2, "vlc": 0}}
/// @throws Error(InvalidInput) naming file, line, what was found and what was expected; Error(NotFound)
std::vector<JudgedQuery> read_judged(const std::filesystem::path& file);
std::string judged_text(const std::vector<JudgedQuery>& judged);

/// As training sees them: wrong documents are the first negatives that are drawn. Queries without a right document in the
/// collection teach nothing, and are left out.
/// @throws Error(InvalidInput) naming the file when none is left
std::vector<TrainingQuery> judged_training_queries(const std::filesystem::path& file, const Collection& collection);

} // namespace cameo
