#pragma once

#include "core/search/ledger.hpp"
#include "core/search/trace.hpp"

#include <string>
#include <string_view>

namespace cameo {

/// Why a document stands where it stands, in one or two sentences for people who have never heard of an embedding: made of what
/// matched, without figures. `ledger` may be null or of another document: then it only says where the document stands.
/// @param document id; empty, or not in the result: the sentence is about the whole result
std::string plain_caption(const Trace& trace, const Ledger* ledger, std::string_view document);

/// "first", "second", …, "11th", "22nd"
std::string ordinal(std::int32_t rank);

} // namespace cameo
