#include "core/train/training_data.hpp"

#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"
#include "core/train/draws.hpp"

#include <algorithm>
#include <unordered_map>

namespace cameo {

namespace {

constexpr std::uint64_t kPositives = 2, kNegatives = 3; // purposes of draws

} // namespace

std::vector<TrainingQuery> training_queries(const Collection& collection, const std::string& split) {
    const Qrels qrels = collection.qrels(split);
    std::vector<TrainingQuery> queries;
    for (const Query& query : collection.queries(split)) {
        const auto grades = qrels.find(query.id);
        if (grades == qrels.end())
            continue;
        TrainingQuery own{query.id, query.text, query.category, {}, {}};
        for (const auto& [document, grade] : grades->second)
            if (const auto ordinal = grade > 0 ? collection.find(document) : std::nullopt)
                own.positives.push_back(std::int32_t(*ordinal));
        if (!own.positives.empty())
            queries.push_back(std::move(own));
    }
    if (queries.empty()) {
        std::string splits;
        for (const auto& each : collection.splits())
            splits += (splits.empty() ? "" : ", ") + each;
        throw Error(ErrorKind::InvalidInput,
                    "collection " + collection.name() + " has no judged queries in its split " + split +
                        " whose documents it holds; its splits are " + (splits.empty() ? "none" : splits));
    }
    return queries;
}

std::string training_data_sum(const Collection& collection, const std::vector<TrainingQuery>& queries) {
    std::uint64_t sum = 0;
    const auto take = [&](const auto& range) { sum = checksum64(std::as_bytes(std::span(range)), sum); };
    const std::string version = collection.version();
    take(version);
    for (const auto& query : queries) {
        take(query.id);
        take(query.text);
        take(query.positives);
        if (!query.negatives.empty())
            take(query.negatives);
    }
    return to_hex(sum);
}

std::vector<std::vector<std::int32_t>> bm25_negatives(const Bm25& bm25, const std::vector<TrainingQuery>& queries,
                                                      std::int64_t depth, Progress& progress) {
    progress.begin("looking for negatives", Unit::Queries, std::int64_t(queries.size()));
    std::vector<std::vector<std::int32_t>> negatives(queries.size());
    constexpr std::size_t kTogether = 64;
    parallel_for(queries.size(), kTogether, [&](std::size_t begin, std::size_t end) {
        for (std::size_t q = begin; q < end; ++q) {
            const auto& right = queries[q].positives;
            for (const auto& hit : bm25.search(queries[q].text, std::size_t(depth) + right.size())) {
                const auto ordinal = std::int32_t(hit.document);
                if (std::int64_t(negatives[q].size()) < depth && std::ranges::find(right, ordinal) == right.end())
                    negatives[q].push_back(ordinal);
            }
            progress.advance();
        }
    });
    return negatives;
}

BatchSampler::BatchSampler(const std::vector<TrainingQuery>& queries, std::uint64_t seed, std::int64_t batch_queries,
                           std::int64_t negatives)
    : m_queries(queries), m_seed(seed), m_batch_queries(batch_queries), m_negatives(negatives) {
    check(batch_queries >= 1 && negatives >= 0 && !queries.empty(), "BatchSampler: nothing to draw");
}

std::int64_t BatchSampler::steps_an_epoch() const {
    const auto count = std::int64_t(m_queries.size());
    return (count + m_batch_queries - 1) / m_batch_queries;
}

std::vector<std::uint32_t> BatchSampler::queries_of(std::int64_t step) const {
    std::vector<std::uint32_t> queries;
    const auto count = std::int64_t(m_queries.size());
    // Queries follow each other through the epochs without a gap, so every step has its full number.
    for (std::int64_t at = step * m_batch_queries; at < (step + 1) * m_batch_queries; ++at) {
        if (at / count != m_epoch) {
            m_epoch = at / count;
            m_order = shuffled(std::uint32_t(count), m_seed, std::uint64_t(m_epoch));
        }
        queries.push_back(m_order[std::size_t(at % count)]);
    }
    return queries;
}

std::vector<std::uint32_t> BatchSampler::queries_between(std::int64_t first, std::int64_t last) const {
    std::vector<bool> seen(m_queries.size(), false);
    // More than two epochs have seen them all.
    for (std::int64_t step = first; step < std::min(last, first + 2 * steps_an_epoch() + 2); ++step)
        for (const auto query : queries_of(step))
            seen[query] = true;
    std::vector<std::uint32_t> queries;
    for (std::uint32_t query = 0; query < seen.size(); ++query)
        if (seen[query])
            queries.push_back(query);
    return queries;
}

TrainingBatch BatchSampler::batch(std::int64_t step, const std::vector<std::vector<std::int32_t>>& candidates) const {
    check(candidates.size() == m_queries.size(), "BatchSampler: candidates of other queries");
    TrainingBatch batch;
    batch.queries = queries_of(step);
    std::unordered_map<std::int32_t, std::int64_t> column;
    const auto place = [&](std::int32_t document) {
        const auto [found, fresh] = column.emplace(document, std::int64_t(batch.documents.size()));
        if (fresh)
            batch.documents.push_back(document);
        return found->second;
    };
    for (std::size_t q = 0; q < batch.queries.size(); ++q) {
        const auto& positives = m_queries[batch.queries[q]].positives;
        Draws draws(m_seed, kPositives, std::uint64_t(step), q);
        batch.positive.push_back(place(positives[draws.below(positives.size())]));
    }
    for (std::size_t q = 0; q < batch.queries.size(); ++q) {
        Draws draws(m_seed, kNegatives, std::uint64_t(step), q);
        const auto& judged = m_queries[batch.queries[q]].negatives;
        const auto of_judged = std::min(judged.size(), std::size_t(m_negatives));
        for (const auto document : draw_some(judged, of_judged, draws))
            place(document);
        for (const auto document : draw_some(candidates[batch.queries[q]], std::size_t(m_negatives) - of_judged, draws))
            place(document);
    }
    batch.counts.assign(batch.queries.size() * batch.documents.size(), 1);
    for (std::size_t q = 0; q < batch.queries.size(); ++q)
        for (const auto document : m_queries[batch.queries[q]].positives)
            if (const auto found = column.find(document); found != column.end() && found->second != batch.positive[q])
                batch.counts[q * batch.documents.size() + std::size_t(found->second)] = 0;
    return batch;
}

} // namespace cameo
