#pragma once

#include "core/diagnose/finding.hpp"

#include <string>
#include <vector>

namespace cameo {

/// What was found, by name and in order.
inline std::vector<std::string> ids(const std::vector<Finding>& findings) {
    std::vector<std::string> names;
    for (const Finding& finding : findings) names.push_back(finding.id);
    return names;
}

} // namespace cameo
