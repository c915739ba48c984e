// How long it takes to bring a million points of a metric into the columns of a window, against one pass over all of them.
#include "core/train/record/curve.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

/// Milliseconds, the median of `times` calls.
template <typename Work>
double median_ms(int times, Work&& work) {
    std::vector<double> took;
    for (int time = 0; time < times; ++time) {
        const auto began = Clock::now();
        work();
        took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    }
    std::ranges::nth_element(took, took.begin() + times / 2);
    return took[static_cast<std::size_t>(times / 2)];
}

std::vector<double> edges(double from, double to, int columns) {
    std::vector<double> all;
    for (int column = 0; column <= columns; ++column) all.push_back(from + (to - from) * column / columns);
    return all;
}

} // namespace

int main() {
    constexpr std::int64_t kPoints = 1'000'000;
    constexpr int kColumns = 1280;
    std::mt19937_64 random(1);
    std::normal_distribution<double> noise;
    cameo::Curve curve;
    const auto began = Clock::now();
    for (std::int64_t step = 0; step < kPoints; ++step) curve.add({step, noise(random)});
    const double filled_s = std::chrono::duration<double>(Clock::now() - began).count();
    double kept = 0; // so that nothing is left out
    const auto columns = [&](double from, double to) {
        return median_ms(101, [&, all = edges(from, to, kColumns)] { kept += curve.columns(all).back().high; });
    };
    const double whole = columns(0, kPoints), tenth = columns(0.4 * kPoints, 0.5 * kPoints);
    const double pass = median_ms(11, [&] {
        std::vector<double> low(kColumns, 1e9), high(kColumns, -1e9);
        for (std::size_t point = 0; point < curve.size(); ++point) {
            const auto column = static_cast<std::size_t>(curve[point].step * kColumns / kPoints);
            low[column] = std::min(low[column], curve[point].value);
            high[column] = std::max(high[column], curve[point].value);
        }
        kept += high.back() - low.front();
    });
    std::printf("%lld points, %d columns: all of them %.3f ms, a tenth %.3f ms; one pass over all points %.3f ms (%.0f times as long); a point added %.0f ns%s\n",
                static_cast<long long>(kPoints), kColumns, whole, tenth, pass, pass / whole, filled_s / kPoints * 1e9, std::isnan(kept) ? "!" : "");
}
