#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct ParsedElement {
    std::string tag; ///< without its name space
    std::map<std::string, std::string> attributes;
    std::string text; ///< all of it, also of the elements within
};

/// What another program's parser makes of it, in the order of the file.
/// @throws std::runtime_error with that parser's message when it is not well-formed.
std::vector<ParsedElement> parsed_xml(std::string_view xml);

/// Those of a tag.
std::vector<ParsedElement> elements(const std::vector<ParsedElement>& all, std::string_view tag);
/// The texts of those, a line each.
std::string texts(const std::vector<ParsedElement>& all, std::string_view tag);

} // namespace cameo
