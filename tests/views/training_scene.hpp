#pragma once

#include "tests/support/sample_training.hpp"
#include "tests/views/scene.hpp"

namespace cameo {

/// A view over a training that runs.
template <typename V> struct TrainingScene : Scene<V> {
    explicit TrainingScene(SampleTraining kind = SampleTraining::Gated) : Scene<V>(sample_training(kind)) { this->size = {1300, 900}; }
    Trainings& trainings() { return this->now.trainings; }
    std::filesystem::path folder() { return trainings().shown.front().folder; }
    void set_state(TrainingState state, std::int64_t step = 100) {
        auto lines = *trainings().list;
        lines.front().summary.state = state;
        lines.front().summary.step = step;
        lines.front().summary.words = "what its process said";
        trainings().list = std::make_shared<const std::vector<TrainingLine>>(lines);
    }
};

} // namespace cameo
