#pragma once

#include "views/view_table.hpp"

#include <optional>
#include <string>

namespace cameo {

/// A view as it was drawn.
struct Figure {
    std::string title, svg;
    std::optional<ViewTable> table; ///< its figures, where they are few enough to be read
};

/// The picture, with the figures beneath, which can be unfolded. @param alone on its page: they are, and the page says already which view it is
std::string figure_part(const Figure& figure, bool alone = false);

} // namespace cameo
