#pragma once

#include <string>

namespace cameo {

/// A model's name becomes the name of folders: of the model itself and of its indexes.
/// @throws Error(InvalidInput), beginning with `where`, for anything but letters, digits, '.', '-' and '_', or one that
/// begins with '.' or '-', or is empty or longer than 100 bytes.
void check_model_name(const std::string& name, const std::string& where = {});

} // namespace cameo
