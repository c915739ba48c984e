#include "app/session/merge_results.hpp"

#include <limits>
#include <set>
#include <tuple>

namespace cameo {

std::size_t merge_results(Session& into, const Session& from, Progress& progress) {
    constexpr std::size_t kAll = std::numeric_limits<std::int32_t>::max();
    const auto results = from.traces(0, kAll);
    progress.begin("taking over results", Unit::Queries, static_cast<std::int64_t>(results.size()));
    std::size_t added = 0;
    for (const TraceEntry& entry : results) {
        progress.advance();
        if (into.trace_entry(entry.id)) continue;
        if (const auto bytes = from.trace(entry.id)) added += into.add_trace(entry, *bytes);
    }
    std::set<std::tuple<std::int64_t, std::string, std::string>> known;
    for (const HistoryEntry& past : into.history(0, kAll)) known.emplace(past.at_ms, past.query, past.trace_id);
    for (const HistoryEntry& past : from.history(0, kAll)) {
        progress.check_cancelled();
        if (known.emplace(past.at_ms, past.query, past.trace_id).second) into.add_history(past);
    }
    return added;
}

} // namespace cameo
