#include "core/eval/own_slices.hpp"

#include "core/base/ignoring_case.hpp"

#include <algorithm>
#include <string_view>

namespace cameo {

bool is_in(const OwnSlice& slice, const Query& query) {
    if (slice.words.empty()) return std::ranges::find(slice.ids, query.id) != slice.ids.end();
    std::string_view rest = slice.words;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('|'), rest.size());
        if (end > 0 && contains_ignoring_case(query.text, rest.substr(0, end))) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::vector<std::string> own_parts(std::span<const OwnSlice> slices, std::span<const Query> queries) {
    std::vector<std::string> parts;
    if (slices.empty()) return parts;
    for (const Query& query : queries) {
        const auto found = std::ranges::find_if(slices, [&](const OwnSlice& slice) { return is_in(slice, query); });
        parts.push_back(found == slices.end() ? kOtherQueries : found->name);
    }
    return parts;
}

} // namespace cameo
