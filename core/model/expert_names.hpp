#pragma once

#include "core/model/representation.hpp"

#include <string_view>

namespace cameo {

/// "lexical", "local", "global": as JSON and tables print a kind.
constexpr std::string_view name(ExpertKind kind) {
    switch (kind) {
    case ExpertKind::Lexical:
        return "lexical";
    case ExpertKind::Local:
        return "local";
    case ExpertKind::Global:
        return "global";
    }
    return "";
}

} // namespace cameo
