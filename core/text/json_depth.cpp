#include "core/text/json_depth.hpp"

#include <cstddef>

namespace cameo {

bool json_too_deep(std::string_view text) {
    int depth = 0;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char symbol = text[at];
        if (quoted) {
            if (symbol == '\\') ++at;
            if (symbol == '"') quoted = false;
        } else if (symbol == '"') {
            quoted = true;
        } else if (symbol == '[' || symbol == '{') {
            if (++depth > kMaxJsonDepth) return true;
        } else if (symbol == ']' || symbol == '}') {
            --depth;
        }
    }
    return false;
}

} // namespace cameo
