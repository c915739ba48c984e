#include "core/model/assembly/default_fusion.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

namespace cameo {

namespace {

constexpr std::string_view kNames[] = {"sum", "minmax", "zscore", "rrf", "rank", "weighted", "adaptive"};

constexpr double kLargestNumber = 1e12;

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && std::abs(value) <= kLargestNumber ? std::optional(value)
                                                                                                       : std::nullopt;
}

} // namespace

bool known_fusion(std::string_view text, std::size_t experts) {
    const auto colon = text.find(':');
    const auto method = text.substr(0, colon);
    if (std::find(std::begin(kNames), std::end(kNames), method) == std::end(kNames))
        return false;
    std::size_t weights = 0;
    for (std::size_t at = colon; at != text.npos;) {
        const auto comma = text.find(',', at + 1);
        auto item = text.substr(at + 1, comma == text.npos ? comma : comma - at - 1);
        const bool constant = method == "rrf" && item.starts_with("k=");
        if (constant)
            item.remove_prefix(2);
        const auto value = number(item);
        if (!value || (constant && *value < 0))
            return false;
        weights += constant ? 0 : 1;
        at = comma;
    }
    return weights == experts || weights == 0;
}

} // namespace cameo
