#pragma once

#include "core/train/recipe/recipe.hpp"
#include "core/train/record/recorder.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct EvidenceEvent {
    std::int64_t step = 0;
    std::string kind; ///< name(EventKind), or a later version's
    std::string text;
};

/// What a training has recorded so far. Asked for numbers that are not there it answers NaN, so that findings leave them out.
struct TrainingEvidence {
    std::string name;
    Recipe recipe; ///< as it was in the end, with what commands have changed
    std::map<std::string, std::vector<MetricPoint>, std::less<>> metrics; ///< by step
    std::vector<EvidenceEvent> events;                                    ///< as they happened
    std::optional<std::int64_t> shared_layers; ///< of a CAME model; not said of another, or where no checkpoint is left

    bool is_routed() const { return has("load.query.1") || has("dev.gate." + recipe.measure); } ///< an SB-MoE block
    /// Of the experts: in "dev.X.MRR@10", "weight.X", …; without "fusion" and "weighted", and for a routed one without its own "gate".
    std::vector<std::string> experts() const;
    std::int64_t last_step() const;
    bool has(std::string_view metric) const { return metrics.find(metric) != metrics.end(); }
    /// Empty where there is none.
    std::vector<double> values(std::string_view metric) const;
    double first(std::string_view metric) const;
    double last(std::string_view metric) const;
    double best(std::string_view metric) const;
    /// Mean of the last tenth of the values, at least 20 but no more than half, and of the first: batches differ, and one says little.
    double tail(std::string_view metric) const;
    double head(std::string_view metric) const;
    /// Means of up to `count` stretches of equal length.
    std::vector<double> stretches(std::string_view metric, std::size_t count) const;
    std::size_t count(std::string_view event_kind) const;
};

/// "dev." expert "." measure of the recipe.
std::string dev_metric(const TrainingEvidence& training, std::string_view expert);

} // namespace cameo
