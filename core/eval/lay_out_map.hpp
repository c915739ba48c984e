#pragma once

#include "core/eval/document_map.hpp"
#include "core/jobs/progress.hpp"
#include "core/search/engine.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace cameo {

struct MapOptions {
    MapLayout layout = MapLayout::Directions;
    std::int64_t most = 20'000; ///< documents, evenly spread over the index where it has more
};

/// @throws Error(InvalidInput) when there is no such expert, or fewer than three documents; Cancelled.
DocumentMap lay_out_map(const SearchEngine& engine, std::size_t expert_idx, const MapOptions& options, Progress& progress);

/// The documents that the expert finds with this one as the query, best first, without itself: in the space, not in the
/// picture. Of token vectors only the first count, as many as a query may have.
std::vector<std::pair<DocumentName, float>> map_neighbours(const SearchEngine& engine, std::size_t expert_idx, std::string_view document_id, std::size_t k);

} // namespace cameo
