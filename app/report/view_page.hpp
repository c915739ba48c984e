#pragma once

#include "app/report/figure_part.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// One view as an HTML page that needs nothing else: its picture, its figures as a table, and where they come from. A table that is
/// too long to be read is left out, and the page says how it is had.
std::string view_page(Figure figure, const std::vector<std::pair<std::string, std::string>>& provenance);

} // namespace cameo
