#include "core/index/seismic_loss.hpp"

#include <cmath>

namespace cameo {

namespace {

constexpr double kEveryBlock = 1e6; ///< a factor that skips no block worth a query
constexpr double kTenths = 10;      ///< factors are proposed in tenths

/// The least factor of so many tenths with which it is found: more blocks hardly ever lose what fewer find.
double least_factor(const std::function<bool(double)>& found_with, double lost_with) {
    auto lost = static_cast<std::int64_t>(std::floor(lost_with * kTenths)), found = static_cast<std::int64_t>(kEveryBlock * kTenths);
    while (found - lost > 1) {
        const auto middle = lost + (found - lost) / 2;
        (found_with(static_cast<double>(middle) / kTenths) ? found : lost) = middle;
    }
    return static_cast<double>(found) / kTenths;
}

} // namespace

std::optional<SearchLoss> seismic_loss(const std::function<bool(const LexicalEffort&)>& finds, LexicalEffort effort, std::size_t terms) {
    if (effort.query_cut == 0) effort.query_cut = kQueryCut;
    if (!(effort.heap_factor > 0)) effort.heap_factor = kHeapFactor;
    if (finds(effort)) return {};
    const auto found_with = [&](double factor) { return finds({effort.query_cut, static_cast<float>(factor)}); };
    const double factor = std::round(effort.heap_factor * 1e4) / 1e4; // 0.3 as it was meant, and not the nearest float
    if (found_with(kEveryBlock)) return SearchLoss{"blocks", "heap-factor", factor, least_factor(found_with, factor)};
    for (std::size_t cut = effort.query_cut + 1; cut <= terms; ++cut)
        if (finds({cut, effort.heap_factor})) return SearchLoss{"lists", "lexical-cut", static_cast<double>(effort.query_cut), static_cast<double>(cut)};
    return SearchLoss{"lists", "lexical-cut", static_cast<double>(effort.query_cut), 0};
}

} // namespace cameo
