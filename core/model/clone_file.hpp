#pragma once

#include <filesystem>

namespace cameo {

/// A file of its own with the same bytes, flushed to the disk: what is written into the one is never seen in the other.
/// Shares the bytes until then where the filesystem can (Btrfs, XFS), copies them otherwise. `to` must not exist.
/// @throws Error(Environment) naming both files and what the system said, such as a full disk; `to` may be left half
/// written then.
void clone_file(const std::filesystem::path& from, const std::filesystem::path& to);

} // namespace cameo
