#pragma once

#include "app/drop/recognise.hpp"

namespace cameo {

/// @pre it is a regular file   @throws Error, std::filesystem::filesystem_error where it cannot be read
Thing recognise_file(const std::filesystem::path& file);

} // namespace cameo
