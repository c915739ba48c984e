#pragma once

#include "app/drop/recognise.hpp"

#include <string>

namespace cameo {

/// @pre it is a folder   @throws Error, std::filesystem::filesystem_error where it cannot be read
Thing recognise_folder(const std::filesystem::path& folder);
bool looks_like_training(const std::filesystem::path& folder);

/// "about 1,400 documents", "1 query".
std::string counted_words(std::int64_t count, bool about, const char* one, const char* many);
/// "3.1 MB".
std::string size_words(std::uint64_t bytes);

} // namespace cameo
