#pragma once

#include "core/search/trace.hpp"

#include <cstddef>
#include <string>

namespace cameo {

/// Each expert's best and the fused best, as plain text in columns: rank, score, document and what it is called.
std::string results_text(const Trace& trace, std::size_t rows);

} // namespace cameo
