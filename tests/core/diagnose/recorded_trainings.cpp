#include "tests/core/diagnose/recorded_trainings.hpp"

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace cameo {

const std::vector<RecordedTraining>& recorded_trainings() {
    static const std::vector<RecordedTraining> all = [] {
        std::vector<RecordedTraining> read;
        std::ifstream file(CAMEO_TEST_DATA "/trainings/recorded.jsonl");
        for (std::string line; std::getline(file, line);) {
            const auto json = nlohmann::json::parse(line);
            RecordedTraining one;
            one.healthy = json["healthy"];
            one.produced = json["produced"];
            if (!json["shared_layers"].is_null()) one.evidence.shared_layers = json["shared_layers"].get<std::int64_t>();
            one.expected = json["expected"];
            one.evidence.name = json["name"];
            one.evidence.recipe = recipe_from_json(json["recipe"].dump(), one.evidence.name);
            for (const auto& event : json["events"]) one.evidence.events.push_back({event[0], event[1], event[2]});
            for (const auto& [metric, points] : json["metrics"].items())
                for (const auto& point : points)
                    one.evidence.metrics[metric].push_back({point[0], point[1].is_null() ? std::numeric_limits<double>::quiet_NaN() : point[1].get<double>()});
            read.push_back(std::move(one));
        }
        return read;
    }();
    return all;
}

const TrainingEvidence& recorded_training(const std::string& name) {
    for (const RecordedTraining& training : recorded_trainings())
        if (training.evidence.name == name) return training.evidence;
    throw std::runtime_error("there is no recorded training " + name);
}

} // namespace cameo
