#include "app/typed_path.hpp"

#include <algorithm>
#include <cstdlib>

namespace cameo {

std::filesystem::path typed_path(std::string_view text) {
    constexpr std::string_view kBlanks = " \t\r\n";
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
    const char* home = std::getenv("HOME");
    if (home && (text == "~" || text.starts_with("~/")))
        return std::filesystem::path(home) / text.substr(std::min<std::size_t>(2, text.size()));
    return text;
}

} // namespace cameo
