#pragma once

#include "core/index/index_folder.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace cameo {

/// Documents of a shard, at most: a kill costs seconds where there are few, and half a minute where a file for every few would be many.
std::int64_t shard_documents(const IndexOptions& options, std::int64_t documents);

/// Documents whose structures are built together, at most: so many that `memory` bytes suffice, whatever the collection's size.
/// 0: no limit
std::int64_t most_in_segment(const IndexOptions& options);

/// The segments of an index over all documents: those that are finished, the rest in pieces, and behind them small ones merged
/// into larger ones, so that documents added now and then make as many segments as the logarithm of their number, and each
/// is built into a larger one as often.
/// @param shard_ends of all shards, ascending: segments end where one of them ends   @param most documents of a segment, about
std::vector<SegmentRange> plan_segments(std::vector<SegmentRange> finished, std::span<const std::int64_t> shard_ends, std::int64_t documents,
                                        std::int64_t most);

} // namespace cameo
