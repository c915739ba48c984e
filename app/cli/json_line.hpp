#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace cameo {

/// One line of what --json prints. A path need not be UTF-8: what is none has a sign in its place.
inline std::string json_line(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

} // namespace cameo
