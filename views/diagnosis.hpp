#pragma once

#include "core/diagnose/finding.hpp"
#include "views/phase.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// What is wrong with something, or worth knowing.
struct Diagnosis {
    Phase phase = Phase::Empty; ///< Empty: there is nothing yet that could be judged
    std::string error;
    std::string of; ///< the model, or the training
    std::shared_ptr<const std::vector<Finding>> findings; ///< the worst first; null: not found out yet
};

} // namespace cameo
