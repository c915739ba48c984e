#pragma once

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

/// The texts between quotation marks in C++ source, escapes as they stand; those of #include lines, of raw strings' delimiters, and
/// what stands in comments are left out. Neighbours that the compiler would join are joined.
inline std::vector<std::string> text_literals(std::string_view source) {
    std::vector<std::string> found;
    bool joins = false; ///< only blanks have come since the last one
    for (std::size_t at = 0; at < source.size(); ++at) {
        const std::string_view rest = source.substr(at);
        const auto skip_to = [&](std::string_view end) { at = std::min(source.find(end, at), source.size()) + end.size() - 1; };
        if (rest.starts_with("//")) skip_to("\n");
        else if (rest.starts_with("/*")) skip_to("*/");
        else if (rest.starts_with("#include")) skip_to("\n");
        else if (rest.starts_with("'") && (at == 0 || !std::isalnum(static_cast<unsigned char>(source[at - 1])))) { // not 1'000
            at += rest.starts_with("'\\") ? 2 : 1;
            skip_to("'");
            joins = false;
        } else if (rest.starts_with("R\"")) {
            const std::string end = ")" + std::string(rest.substr(2, rest.find('(') - 2)) + "\"";
            const std::size_t begin = source.find('(', at) + 1;
            found.emplace_back(source.substr(begin, source.find(end, begin) - begin));
            skip_to(end);
            joins = false;
        } else if (rest.starts_with("\"")) {
            if (!joins) found.emplace_back();
            for (++at; at < source.size() && source[at] != '"'; ++at) {
                if (source[at] == '\\') found.back() += source[at++];
                found.back() += source[at];
            }
            joins = true;
        } else if (!std::isspace(static_cast<unsigned char>(source[at]))) {
            joins = false;
        }
    }
    return found;
}

} // namespace cameo
