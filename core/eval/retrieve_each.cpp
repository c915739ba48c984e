#include "core/eval/retrieve_each.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"

#include <algorithm>

namespace cameo {

namespace {
constexpr std::size_t kQueriesAtOnce = 256; ///< queries in memory as representations
}

void retrieve_each(const SearchEngine& engine, const JudgedSplit& judged, std::int32_t depth, std::string stage,
                   Progress& progress, const std::function<void(std::size_t, const Retrieval&)>& take) {
    const std::size_t queries = judged.queries.size();
    progress.begin(std::move(stage), Unit::Queries, static_cast<std::int64_t>(queries));
    for (std::size_t first = 0; first < queries; first += kQueriesAtOnce) {
        std::vector<std::string> texts;
        for (std::size_t query = first; query < std::min(queries, first + kQueriesAtOnce); ++query)
            texts.push_back(judged.queries[query].text);
        Progress inner(progress.stop_token()); // encoding counts documents; queries are counted here
        const auto representations = engine.model().encode(texts, Role::Query, inner);
        parallel_for(texts.size(), 1, [&](std::size_t begin, std::size_t end) {
            for (std::size_t at = begin; at < end; ++at) {
                Progress stop(progress.stop_token());
                const Retrieval found = retrieve(engine, representations[at], depth, stop);
                if (found.unanswered > 0) // what would be measured of a part is not what somebody asks for
                    throw Error(ErrorKind::Environment, "the index does not answer for " + std::to_string(found.unanswered) + " of its documents just now: nothing is measured");
                take(first + at, found);
                progress.advance();
            }
        });
    }
}

} // namespace cameo
