#include "core/train/likeness.hpp"

#include "core/base/error.hpp"
#include "core/eval/correlation.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

std::vector<Metric> likeness(std::span<const std::string> experts, std::span<const std::vector<double>> measured) {
    check(experts.size() == measured.size(), "likeness: one list of measures an expert");
    double sum = 0, pairs = 0, most = -1;
    for (std::size_t one = 0; one < experts.size(); ++one)
        for (std::size_t other = one + 1; other < experts.size(); ++other) {
            if (experts[one] == "gate" || experts[other] == "gate")
                continue;
            const double alike = correlation(measured[one], measured[other]);
            if (!std::isfinite(alike))
                continue;
            sum += alike;
            pairs += 1;
            most = std::max(most, alike);
        }
    if (pairs == 0)
        return {};
    return {{"experts.alike", sum / pairs}, {"experts.alike.most", most}};
}

} // namespace cameo
