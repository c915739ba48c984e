#pragma once

#include <filesystem>
#include <string_view>

namespace cameo {

/// What somebody typed or pasted as a path: without the blanks around it, "~" at the front is $HOME as in a shell.
std::filesystem::path typed_path(std::string_view text);

} // namespace cameo
