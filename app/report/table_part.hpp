#pragma once

#include "views/view_table.hpp"

#include <string>

namespace cameo {

/// A view's figures as a table that can be unfolded and sorted.
std::string table_part(const ViewTable& table);

} // namespace cameo
