#pragma once

#include "views/snapshot.hpp"
#include "views/view_table.hpp"

#include <string>
#include <utility>
#include <vector>

namespace cameo {

/// Where figures come from: model and collection with their versions, query, fusion, program. In the order written.
std::vector<std::pair<std::string, std::string>> table_provenance(const Snapshot& now);

/// The same for one view's table: what it says of itself goes before the result on screen.
std::vector<std::pair<std::string, std::string>> table_provenance(const Snapshot& now, const ViewTable& table);

/// The table with its provenance: Markdown below the table, CSV (RFC 4180) in comment lines on top, JSON as members:
/// {"title", "provenance": {…}, "columns": […], "rows": [{column: value}]}. Empty cells are empty, "" and null; figures that
/// are not finite are written as text.
std::string table_text(const ViewTable& table, TableFormat format, const std::vector<std::pair<std::string, std::string>>& provenance);

/// "csv", "json", "md"
const char* extension(TableFormat format);

} // namespace cameo
