#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace cameo {

/// What a training takes of the machine that it runs on: as it was estimated beforehand, or as it was.
struct TrainingCost {
    double seconds = 0;            ///< from its start to its end, without pauses and the time in which no process had it
    std::int64_t memory_bytes = 0; ///< of its process at its most
    std::int64_t disk_bytes = 0;   ///< of its folder: estimated at its most, measured as it is
    bool operator==(const TrainingCost&) const = default;
};

/// Of a training's folder: what was said beforehand.
inline constexpr const char* kEstimateFile = "estimate.json";

std::string to_json(const TrainingCost& cost);
/// @throws Error(InvalidInput) naming the source
TrainingCost cost_from_json(std::string_view text, const std::string& source);
/// Nothing when there is no such file, or none that can be read: it is worth no more than a remark.
std::optional<TrainingCost> read_estimate(const std::filesystem::path& folder);

} // namespace cameo
