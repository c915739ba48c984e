#include "core/eval/correlation.hpp"

#include "core/base/error.hpp"

#include <cmath>
#include <cstddef>
#include <numeric>

namespace cameo {

double correlation(std::span<const double> a, std::span<const double> b) {
    check(a.size() == b.size(), "correlation: values without a partner");
    const auto count = static_cast<double>(a.size());
    const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / count, mean_b = std::accumulate(b.begin(), b.end(), 0.0) / count;
    double ab = 0, aa = 0, bb = 0;
    for (std::size_t at = 0; at < a.size(); ++at) {
        ab += (a[at] - mean_a) * (b[at] - mean_b);
        aa += (a[at] - mean_a) * (a[at] - mean_a);
        bb += (b[at] - mean_b) * (b[at] - mean_b);
    }
    return ab / std::sqrt(aa * bb);
}

} // namespace cameo
