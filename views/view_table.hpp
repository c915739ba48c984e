#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace cameo {

/// A figure is exported with every digit that its double carries.
using ViewCell = std::variant<std::monostate, std::string, double, std::int64_t>;

/// What a view shows, as rows: for copies and files. Made when somebody asks, not every frame.
struct ViewTable {
    std::string title; ///< of the view, for file names
    std::vector<std::string> columns;
    std::vector<std::vector<ViewCell>> rows; ///< each as long as `columns`
};

enum class TableFormat { Markdown, Csv, Json };
enum class PictureFormat { Png, Svg }; ///< of the view itself

} // namespace cameo
