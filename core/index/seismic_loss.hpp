#pragma once

#include "core/index/index.hpp"

#include <functional>

namespace cameo {

/// Where an approximate sparse search loses a document: by searching again with more.
/// @param finds whether a search with that effort finds it
/// @param terms of the query
/// @return stage "lists": it stands in none of the lists that are looked at; "blocks": it does, and its block is skipped; nothing: it is found
std::optional<SearchLoss> seismic_loss(const std::function<bool(const LexicalEffort&)>& finds, LexicalEffort effort, std::size_t terms);

} // namespace cameo
