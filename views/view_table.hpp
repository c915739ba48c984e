#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
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
    std::vector<std::size_t> keys{0};        ///< columns that say which row is which, where two tables are compared
    std::vector<std::string> names;          ///< of the rows, for people, where their keys are for programs; empty: the keys will do
    /// Columns whose figures are on a scale of their own, and what makes it: under another one they are not subtracted.
    std::vector<std::pair<std::size_t, std::string>> scales;
    std::vector<std::size_t> apart;          ///< columns whose figures mean nothing beside those of another table
    /// Where the figures come from and what they depend on, in the order written; empty: the result on screen.
    std::vector<std::pair<std::string, std::string>> about;
    bool ranked = false;                     ///< the order of the rows says something itself
    std::optional<std::size_t> documents;    ///< the column of document ids, if there is one
};

enum class TableFormat { Markdown, Csv, Json };
enum class PictureFormat { Png, Svg, Page }; ///< of the view itself; Page: as HTML or PDF, with its figures beneath

} // namespace cameo
