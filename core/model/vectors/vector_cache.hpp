#pragma once

#include "core/model/vectors/vector_store.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

namespace cameo {

/// Where vectors are kept from one run of the program to the next, in "MAKER.vectors" each.
struct VectorCache {
    std::filesystem::path folder; ///< made when it is needed; empty: nothing is kept
    std::uintmax_t most_bytes_a_maker = std::uintmax_t{1} << 30;
    std::uintmax_t most_bytes = std::uintmax_t{4} << 30; ///< when a file is opened, those not used for longest make room
    /// Gets one sentence the first time that something cannot be kept; any thread.
    std::function<void(const std::string&)> tell;
};

/// From now on, for the whole process: encoders are made in many places, and none of their callers would want another
/// cache than the rest. A process that does not call this keeps nothing, as tests do not. Thread-safe.
void keep_vectors(VectorCache cache);

/// Whether keep_vectors() was called with a folder: finding out who the maker is costs some milliseconds.
bool vectors_are_kept();

/// The file of that maker, shared by all who ask for it at the same time; null: nothing is kept. Never throws for a disk.
/// @param maker 16 letters: a fingerprint of all that decides a bit of the vectors   @param width H
std::shared_ptr<VectorStore> kept_vectors(const std::string& maker, std::size_t width);

/// To the disk what was gathered, so that other processes find it: after a bulk job.
void flush_kept_vectors();

} // namespace cameo
