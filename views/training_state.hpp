#pragma once

#include "core/train/recipe/recipe.hpp"
#include "core/train/record/probe.hpp"
#include "core/train/record/training_cost.hpp"
#include "core/train/record/training_record.hpp"
#include "core/train/record/training_summary.hpp"
#include "views/diagnosis.hpp"
#include "views/phase.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// What a person has written beside a training; it lies in its folder and travels with it.
struct TrainingMarks {
    std::vector<std::string> tags;
    std::string note;
    bool archived = false; ///< not listed unless somebody asks for it
    bool operator==(const TrainingMarks&) const = default;
};

struct TrainingLine {
    TrainingSummary summary;
    TrainingMarks marks;
    bool elsewhere = false; ///< its folder is not in the library: somebody has opened it from another place
};

/// What every validation has found for the probe queries.
struct ProbeMoment {
    std::int64_t step = 0;
    std::vector<ProbeRecord> records; ///< [Q]
};

/// A training whose curves are drawn. The record grows between frames.
struct ShownTraining {
    std::filesystem::path folder;
    std::string name; ///< the folder's
    std::size_t color = 0; ///< it keeps its own while others come and go
    Recipe begun;     ///< as its recipe.json has it
    Recipe recipe;    ///< with what commands have changed since
    std::shared_ptr<const TrainingRecord> record; ///< null: it is being read for the first time
    std::string error; ///< why it cannot be read just now; what was read before is still there
    std::optional<TrainingCost> estimate = {}; ///< what was said beforehand
    std::int64_t disk_bytes = 0; ///< of its folder, when something happened there last
};

/// Trainings that are drawn over each other at most.
inline constexpr std::size_t kMostShown = 8;

/// A training that is to be started: what the form shows.
struct TrainingDraft {
    std::string from; ///< where its settings come from: "demo-sbmoe.json", "training came-1 at step 250"
    Recipe recipe, before; ///< as it is, and as it came
    int threads = 1, most_threads = 1; ///< of the processor
    std::string refusal;   ///< why it cannot be started like this; empty: it can
    std::string input_error; ///< what is wrong with what was typed last
    Phase cost_phase = Phase::Empty; ///< of what it will take. Empty: nobody finds out
    std::optional<TrainingCost> cost = {};
    std::string cost_error = {}; ///< why that cannot be told
};

struct RecipeOffer {
    std::string name, file; ///< "demo-sbmoe", where it lies
    bool operator==(const RecipeOffer&) const = default;
};

/// The trainings that there are, those that are looked at, and the one that is to be started.
struct Trainings {
    Phase phase = Phase::Empty; ///< of the list. Empty: nobody has looked yet
    std::string error;
    std::shared_ptr<const std::vector<TrainingLine>> list; ///< the last sign of life first
    std::vector<ShownTraining> shown; ///< the one that is looked at first; empty: none
    std::int64_t now_ms = 0;          ///< when the list was read; milliseconds since 1970, UTC

    // Of the one that is looked at:
    Phase probes_phase = Phase::Empty; ///< of the probes. Empty: nobody has read them yet
    std::string probes_error;          ///< why they cannot be read; those that were read before are still there
    std::shared_ptr<const ProbeSet> probe_set; ///< null: there are no probes, or none that were read
    std::vector<std::shared_ptr<const ProbeMoment>> moments; ///< by step
    std::vector<std::int64_t> checkpoints; ///< steps whose model is still in its folder, ascending
    std::int64_t moment = -1; ///< the step that is looked at; -1: the last one
    Diagnosis diagnosis;

    std::optional<TrainingDraft> draft;
    std::shared_ptr<const std::vector<RecipeOffer>> recipes; ///< that can be begun with
};

} // namespace cameo
