#pragma once

#include "core/search/missing.hpp"

#include <cstdint>
#include <string>

namespace cameo {

class Progress;
class SearchEngine;

/// Every expert scores every indexed document: a second or so for ten thousand. Thread-safe.
/// @throws Error as SearchEngine::explain(); Cancelled.
MissingDocument find_missing(const SearchEngine& engine, const Trace& trace, const std::string& document_id, std::int32_t within, Progress& progress);

} // namespace cameo
