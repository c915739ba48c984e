#pragma once

#include <cstddef>
#include <string_view>

namespace cameo {

/// Whether parse_fusion (core/search/fusion.hpp) takes the text and the fusion has a weight for each expert, or none.
/// core/model knows no fusions, but a wrong word is to be found where model.json is read, not at every query; a test
/// holds the two together.
bool known_fusion(std::string_view text, std::size_t experts);

} // namespace cameo
