#include "core/train/teacher.hpp"

#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/data/run_file.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

namespace cameo {

Teacher::Teacher(const std::filesystem::path& run_file, const Collection& collection, const std::vector<TrainingQuery>& queries)
    : m_scored(queries.size()) {
    const RunFile run = read_run_file(run_file);
    bool any = false;
    for (std::size_t q = 0; q < queries.size(); ++q) {
        const auto found = run.queries.find(queries[q].id);
        if (found == run.queries.end())
            continue;
        for (const auto& [id, score] : found->second) {
            if (!std::isfinite(float(score)))
                throw Error(ErrorKind::InvalidInput, run_file.string() + ": the score of document " + id + " for query " +
                                                         queries[q].id + " is infinite, expected a finite number");
            if (const auto ordinal = collection.find(id)) {
                m_scored[q].push_back({std::int32_t(*ordinal), float(score)});
                any = true;
            }
        }
        std::ranges::sort(m_scored[q], {}, &Scored::document);
    }
    if (!any)
        throw Error(ErrorKind::InvalidInput, run_file.string() + ": scores no document of collection " + collection.name() +
                                                 " for any of its training queries");
}

std::vector<std::vector<std::int32_t>> Teacher::negatives(const std::vector<TrainingQuery>& queries, std::int64_t depth) const {
    check(queries.size() == m_scored.size(), "Teacher: other queries");
    std::vector<std::vector<std::int32_t>> negatives(queries.size());
    for (std::size_t q = 0; q < queries.size(); ++q) {
        auto best = m_scored[q];
        std::ranges::stable_sort(best, std::ranges::greater(), &Scored::score);
        for (const auto& [document, score] : best)
            if (std::int64_t(negatives[q].size()) < depth &&
                std::ranges::find(queries[q].positives, document) == queries[q].positives.end())
                negatives[q].push_back(document);
    }
    return negatives;
}

void Teacher::score(TrainingBatch& batch) const {
    batch.teacher.assign(batch.queries.size() * batch.documents.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t q = 0; q < batch.queries.size(); ++q) {
        const auto& scored = m_scored[batch.queries[q]];
        for (std::size_t d = 0; d < batch.documents.size(); ++d) {
            const auto found = std::ranges::lower_bound(scored, batch.documents[d], {}, &Scored::document);
            if (found != scored.end() && found->document == batch.documents[d])
                batch.teacher[q * batch.documents.size() + d] = found->score;
        }
    }
}

std::string Teacher::checksum() const {
    std::uint64_t sum = 0;
    for (std::size_t q = 0; q < m_scored.size(); ++q)
        if (!m_scored[q].empty()) {
            sum = checksum64(std::as_bytes(std::span(&q, 1)), sum);
            sum = checksum64(std::as_bytes(std::span(m_scored[q])), sum);
        }
    return to_hex(sum);
}

} // namespace cameo
