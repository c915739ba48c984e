#pragma once

#include "core/train/checkpoint.hpp"
#include "core/train/trainer.hpp"
#include "tests/core/train/tiny_training.hpp"
#include "tests/support/memory_recorder.hpp"

#include <map>
#include <string>

namespace cameo {

inline TrainingResult run(const TinyTraining& tiny, const Recipe& recipe, const std::string& folder, MemoryRecorder& recorder) {
    Progress progress;
    return train(recipe, tiny.data(), tiny.folder(folder), recorder, progress);
}

/// Everything but the time of day: the files of the last checkpoint.
inline std::map<std::string, std::string> last_checkpoint(const TinyTraining& tiny, const std::string& folder) {
    const Checkpoints checkpoints(tiny.folder(folder) / "checkpoints");
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(checkpoints.at(checkpoints.steps().back())))
        files[entry.path().filename().string()] = read_file(entry.path());
    return files;
}

} // namespace cameo
