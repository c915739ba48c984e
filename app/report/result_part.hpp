#pragma once

#include "core/search/trace.hpp"
#include "views/palette.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// "#005C92", and the sign that stands beside it so that colour never tells alone.
std::string css_color(ExpertStyle style);
/// The same, of which so much shows: "rgba(0,92,146,0.40)"
std::string css_tint(ExpertStyle style, double share);
std::string_view sign_of(ExpertStyle style);

/// One result as a part of a page: the list with each expert's share, the document with what matched in it, token pairs.
/// @param document id of the one that is opened; empty or unknown: the best one
/// @param id of the part, unique in the page
/// @param says_why whether a sentence above has said why the document stands where it stands
std::string result_part(const Trace& trace, std::string_view document, std::string_view id, bool says_why);

/// Query tokens against the document's tokens that count, as SVG with a word for each cell; empty where an expert has none.
std::string matrix_figure(const Trace& trace, const ExpertLedger& part, ExpertStyle style, std::string_view title);

} // namespace cameo
