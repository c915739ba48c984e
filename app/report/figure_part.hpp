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

/// The picture, with the figures beneath, which can be unfolded. @param opens whether they are
std::string figure_part(const Figure& figure, bool opens = false);

} // namespace cameo
