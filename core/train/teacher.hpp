#pragma once

#include "core/data/collection.hpp"
#include "core/train/training_data.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// What a teacher makes of documents for the training queries: a run file (core/data/run_file.hpp) of a cross-encoder, of
/// another model, or of a fusion. Read once; then any thread.
class Teacher {
public:
    /// Queries that are not trained on and documents that the collection lacks are left out.
    /// @throws Error as read_run_file; Error(InvalidInput) when no score is left for any query.
    Teacher(const std::filesystem::path& run_file, const Collection& collection, const std::vector<TrainingQuery>& queries);

    /// [queries] The documents it has scored, best first, at most `depth`, without the right ones: what negatives are
    /// drawn from.
    std::vector<std::vector<std::int32_t>> negatives(const std::vector<TrainingQuery>& queries, std::int64_t depth) const;
    /// Fills TrainingBatch::teacher.
    void score(TrainingBatch& batch) const;
    /// Of all scores: a training goes on with what it began with.
    std::string checksum() const;

private:
    struct Scored {
        std::int32_t document;
        float score;
    };
    std::vector<std::vector<Scored>> m_scored; ///< [queries] by document, ascending
};

} // namespace cameo
