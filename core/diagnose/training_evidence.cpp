#include "core/diagnose/training_evidence.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cameo {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t kFewestOfAnEnd = 20; ///< values that an end of a series is judged by

double mean(std::span<const double> values) {
    double sum = 0, count = 0;
    for (const double value : values)
        if (std::isfinite(value)) {
            sum += value;
            ++count;
        }
    return count > 0 ? sum / count : kNone;
}

/// At most half of them, so that a start and an end do not overlap.
std::size_t end_length(std::size_t values) { return std::min(std::max<std::size_t>(values / 2, 1), std::max(kFewestOfAnEnd, values / 10)); }

} // namespace

std::vector<std::string> TrainingEvidence::experts() const {
    std::vector<std::string> names;
    const std::string ending = "." + recipe.measure;
    for (const auto& [metric, points] : metrics)
        if (metric.starts_with("dev.") && metric.ends_with(ending) && metric.size() > 4 + ending.size()) {
            std::string expert = metric.substr(4, metric.size() - 4 - ending.size());
            if (expert != "fusion" && expert != "weighted" && !(is_routed() && expert == "gate")) names.push_back(std::move(expert));
        }
    return names;
}

std::int64_t TrainingEvidence::last_step() const {
    std::int64_t last = 0;
    for (const auto& [metric, points] : metrics)
        if (!points.empty()) last = std::max(last, points.back().step);
    return last;
}

std::vector<double> TrainingEvidence::values(std::string_view metric) const {
    std::vector<double> found;
    if (const auto at = metrics.find(metric); at != metrics.end())
        for (const MetricPoint& point : at->second) found.push_back(point.value);
    return found;
}

double TrainingEvidence::first(std::string_view metric) const {
    const auto found = values(metric);
    return found.empty() ? kNone : found.front();
}

double TrainingEvidence::last(std::string_view metric) const {
    const auto found = values(metric);
    return found.empty() ? kNone : found.back();
}

double TrainingEvidence::best(std::string_view metric) const {
    double most = kNone;
    for (const double value : values(metric))
        if (std::isnan(most) || value > most) most = value;
    return most;
}

double TrainingEvidence::tail(std::string_view metric) const {
    const auto found = values(metric);
    return mean(std::span(found).last(std::min(end_length(found.size()), found.size())));
}

double TrainingEvidence::head(std::string_view metric) const {
    const auto found = values(metric);
    return mean(std::span(found).first(std::min(end_length(found.size()), found.size())));
}

std::vector<double> TrainingEvidence::stretches(std::string_view metric, std::size_t count) const {
    const auto found = values(metric);
    std::vector<double> means;
    const std::size_t parts = std::min(count, found.size());
    for (std::size_t part = 0; part < parts; ++part) {
        const std::size_t from = part * found.size() / parts, to = (part + 1) * found.size() / parts;
        means.push_back(mean(std::span(found).subspan(from, to - from)));
    }
    return means;
}

std::size_t TrainingEvidence::count(std::string_view event_kind) const {
    return static_cast<std::size_t>(std::ranges::count(events, event_kind, &EvidenceEvent::kind));
}

std::string dev_metric(const TrainingEvidence& training, std::string_view expert) {
    return "dev." + std::string(expert) + "." + training.recipe.measure;
}

} // namespace cameo
