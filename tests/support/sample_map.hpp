#pragma once

#include "views/snapshot.hpp"

#include <cstddef>

namespace cameo {

/// The sample's result, and a map of made-up documents under the global expert: the result's own first, in a ring; the rest in
/// knots of a section each. The first document's neighbours are the three after it.
Snapshot sample_map(std::size_t documents = 300);

} // namespace cameo
