#include "core/diagnose/trend.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <numeric>
#include <vector>

namespace cameo {
namespace {

constexpr std::size_t kFewest = 4;
constexpr std::ptrdiff_t kSmoothedAround = 1; ///< values on either side that a smoothed one is the mean of
constexpr double kNearTop = 0.1;      ///< of the range

double upper_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

double mean_around(std::span<const double> values, std::ptrdiff_t place) {
    const auto last = static_cast<std::ptrdiff_t>(values.size()) - 1;
    double sum = 0;
    const std::ptrdiff_t from = std::max<std::ptrdiff_t>(place - kSmoothedAround, 0), to = std::min(place + kSmoothedAround, last);
    for (std::ptrdiff_t each = from; each <= to; ++each) sum += values[static_cast<std::size_t>(each)];
    return sum / static_cast<double>(to - from + 1);
}

} // namespace

Trend trend(std::span<const double> values) {
    std::vector<double> kept;
    std::ranges::copy_if(values, std::back_inserter(kept), [](double value) { return std::isfinite(value); });
    const auto count = static_cast<double>(kept.size());
    Trend found;
    if (kept.size() < kFewest) return found;
    double s = 0;
    for (std::size_t one = 0; one < kept.size(); ++one)
        for (std::size_t later = one + 1; later < kept.size(); ++later) s += (kept[later] > kept[one]) - (kept[later] < kept[one]);
    std::map<double, double> ties;
    for (const double value : kept) ++ties[value];
    double variance = count * (count - 1) * (2 * count + 5);
    for (const auto& [value, alike] : ties) variance -= alike * (alike - 1) * (2 * alike + 5);
    variance /= 18;
    found.tau = s / (count * (count - 1) / 2);
    if (variance <= 0) return found; // all are alike
    found.p_rising = upper_tail((s - 1) / std::sqrt(variance));
    found.p_falling = upper_tail((-s - 1) / std::sqrt(variance));
    return found;
}

Decline decline(std::span<const double> values) {
    std::vector<double> kept;
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < values.size(); ++place)
        if (std::isfinite(values[place])) {
            kept.push_back(values[place]);
            places.push_back(place);
        }
    Decline found{.begins = values.size()};
    if (kept.size() < kFewest) return found;
    std::vector<double> smooth;
    for (std::size_t place = 0; place < kept.size(); ++place) smooth.push_back(mean_around(kept, static_cast<std::ptrdiff_t>(place)));
    const auto [low, high] = std::ranges::minmax(smooth);
    const auto risen = static_cast<std::size_t>(std::ranges::find_if(smooth, [&](double value) { return value >= high - kNearTop * (high - low); }) - smooth.begin());
    const std::span<const double> after = std::span(kept).subspan(risen);
    const std::size_t count = after.size();
    if (count < kFewest) return found;
    // How many of the pairs across the place fall, less those that rise.
    double across = 0, most = 0;
    std::size_t place = 0;
    for (std::size_t each = 0; each + 1 < count; ++each) {
        for (const double other : after) across += (after[each] > other) - (after[each] < other);
        if (across > most) {
            most = across;
            place = each;
        }
    }
    if (most <= 0) return found;
    const auto n = static_cast<double>(count);
    const auto mean = [](std::span<const double> part) { return std::accumulate(part.begin(), part.end(), 0.0) / static_cast<double>(part.size()); };
    return {.begins = places[risen + place], .from = mean(after.first(place + 1)), .to = mean(after.subspan(place + 1)), .p = std::min(1.0, std::exp(-6 * most * most / (n * n * n + n * n)))};
}

} // namespace cameo
