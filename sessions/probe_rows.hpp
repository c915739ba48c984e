#pragma once

// For .cpp files of sessions only: shows SQLite.

#include "core/train/record/probe.hpp"
#include "sessions/database.hpp"

#include <bit>
#include <cstring>
#include <filesystem>
#include <span>
#include <vector>

namespace cameo {

static_assert(std::endian::native == std::endian::little, "numbers in blobs are stored little-endian");

template <typename Value>
std::vector<Value> values_of(const SQLite::Column& column) {
    std::vector<Value> values(static_cast<std::size_t>(column.getBytes()) / sizeof(Value));
    if (!values.empty()) std::memcpy(values.data(), column.getBlob(), values.size() * sizeof(Value));
    return values;
}

template <typename Value>
void bind_values(SQLite::Statement& statement, int column, const std::vector<Value>& values) {
    // Never a null pointer: SQLite would make NULL of it rather than an empty blob.
    statement.bind(column, values.empty() ? "" : static_cast<const void*>(values.data()),
                   static_cast<int>(values.size() * sizeof(Value)));
}

/// In place of the one that is there, with its probes.
void put_probe_set(SQLite::Database& database, const ProbeSet& set);
ProbeSet read_probe_set(SQLite::Database& database);

/// @pre one for each query of the set, all of them as long
void put_probes(SQLite::Database& database, std::int64_t step, std::span<const ProbeRecord> probes);
/// @throws Error(InvalidInput) naming the file, where the lengths do not fit the set
std::vector<ProbeRecord> read_probes(SQLite::Database& database, std::int64_t step, const std::filesystem::path& file);
std::vector<std::int64_t> probe_steps_in(SQLite::Database& database);

} // namespace cameo
