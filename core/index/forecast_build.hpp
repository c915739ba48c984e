#pragma once

#include "core/index/shard_work.hpp"

namespace cameo {

/// Encodes a few of the documents that are missing among begin to end - 1, evenly spaced, writes their shard and removes it again: so
/// many seconds and bytes will the others take as well. Does nothing where few are missing. Tells options.on_forecast.
/// @param shards by ordinal
/// @throws Error(Environment) when the disk has too little room; Cancelled.
void forecast_build(const ShardPlace& place, const Shards& shards, std::int64_t begin, std::int64_t end, const IndexOptions& options,
                    Progress& progress);

/// @throws Error(Environment) when the disk has too little room.
void check_room(const IndexForecast& forecast, const std::filesystem::path& folder, std::int32_t local_bits);

/// Bytes of the structures that the manifest names over documents such as the store's, about.
std::uint64_t forecast_structures(const ForwardStore& store, std::int64_t documents, const IndexManifest& manifest);

} // namespace cameo
