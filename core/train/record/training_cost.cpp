#include "core/train/record/training_cost.hpp"

#include "core/base/error.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace cameo {

std::string to_json(const TrainingCost& cost) {
    return nlohmann::ordered_json{{"seconds", cost.seconds}, {"memory_bytes", cost.memory_bytes}, {"disk_bytes", cost.disk_bytes}}.dump() + "\n";
}

TrainingCost cost_from_json(std::string_view text, const std::string& source) {
    try {
        const auto json = nlohmann::json::parse(text);
        return {json.at("seconds").get<double>(), json.at("memory_bytes").get<std::int64_t>(), json.at("disk_bytes").get<std::int64_t>()};
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::InvalidInput, source + R"(: it is no estimate, expected {"seconds": 60, "memory_bytes": 1000000, "disk_bytes": 1000000})");
    }
}

std::optional<TrainingCost> read_estimate(const std::filesystem::path& folder) {
    std::ifstream in(folder / kEstimateFile, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return {};
    try {
        return cost_from_json(text.str(), (folder / kEstimateFile).string());
    } catch (const Error&) {
        return {};
    }
}

} // namespace cameo
