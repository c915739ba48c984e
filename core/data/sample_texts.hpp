#pragma once

#include "core/data/collection.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

/// What models read of at most `most` documents, spread over the collection, so that neighbours do not decide.
std::vector<std::string> sample_texts(const Collection& collection, std::int64_t most);

} // namespace cameo
