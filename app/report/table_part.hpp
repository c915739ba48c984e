#pragma once

#include "views/view_table.hpp"

#include <string>

namespace cameo {

/// A view's figures as a table that can be unfolded and sorted. @param opens whether it is unfolded
std::string table_part(const ViewTable& table, bool opens);

} // namespace cameo
