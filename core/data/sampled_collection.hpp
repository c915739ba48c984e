#pragma once

#include "core/data/collection.hpp"

#include <memory>
#include <string>
#include <vector>

namespace cameo {

/// At most `documents` of a collection as a collection of its own, for experiments that cannot afford all: those that the
/// splits' queries have judgments for, whatever their number, and others spread evenly over the rest. Measures over it are
/// higher than over the whole, so they are compared among each other only. The same documents every time.
std::shared_ptr<const Collection> sampled_collection(std::shared_ptr<const Collection> whole,
                                                    const std::vector<std::string>& splits, std::int64_t documents);

} // namespace cameo
