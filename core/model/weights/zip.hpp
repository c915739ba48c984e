#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>

namespace cameo {

/// The files of a zip archive in memory, by name, as views into it. Only files that are stored without compression,
/// as torch.save writes them; zip64 is understood.
/// @throws Error naming the file: no directory, an entry outside the file, overlapping or compressed entries.
std::map<std::string, std::span<const std::byte>, std::less<>> read_zip(const std::filesystem::path& path,
                                                                        std::span<const std::byte> bytes);

} // namespace cameo
