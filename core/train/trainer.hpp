#pragma once

#include "core/base/folder_lock.hpp"
#include "core/data/collection.hpp"
#include "core/index/bm25.hpp"
#include "core/jobs/progress.hpp"
#include "core/train/frozen_memory.hpp"
#include "core/train/processes.hpp"
#include "core/train/recipe/recipe.hpp"
#include "core/train/record/recorder.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace cameo {

/// What a training is given beside its recipe.
struct TrainingData {
    std::filesystem::path model; ///< the folder it begins with
    std::shared_ptr<const Collection> collection;
    std::shared_ptr<const Bm25> bm25;
    std::shared_ptr<FrozenMemory> memory = nullptr; ///< of trainings before; null: none
};

struct TrainingResult {
    std::int64_t step = 0;          ///< where it ended
    std::int64_t best_step = -1;    ///< of the model it leaves
    double best = 0;                ///< the dev measure there; NaN where the best one was lost and this is the latest
    std::string reason;             ///< one sentence
    std::filesystem::path model;    ///< "<folder>/model"
};

/// Nobody else trains in the folder, which is there, as long as it is held.
/// @throws Error(Environment) when somebody does
std::unique_ptr<const FolderLock> lock_training(const std::filesystem::path& folder);

/// Fine-tunes a model as the recipe says, in `folder`:
///   recipe.json          all keys with their values
///   checkpoints/000250/  a model with what else is needed to go on (checkpoint.hpp)
///   mined/000250/        what the model of a checkpoint found in the collection
///   model/               the result: the best checkpoint's model
/// Called again with the same recipe it goes on from the last whole checkpoint, on a processor with the same bits as if it
/// had never stopped. Everything that happens goes to the recorder, and its commands are honoured before the next step.
/// @throws Error: a recipe that does not fit the model or the folder's, a full disk (the last checkpoint stays), numbers
/// that diverge again and again; Cancelled, after a checkpoint.
TrainingResult train(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                     TrainingRecorder& recorder, Progress& progress);

/// The same with other processes, which follow(). The numbers are those of one process, but for the order of sums; on
/// processors of the same kind with as many threads each, the same number of processes gives the same bits. This process
/// alone records, validates, mines, writes and honours commands.
/// @param processes of which this one leads   @param lock the folder's, of a caller that has taken it; null: it is taken
/// @throws also Error(Environment) when another one is lost; the last
/// checkpoint stays, and called again with all of them it goes on from there.
TrainingResult train(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                     TrainingRecorder& recorder, Progress& progress, Processes& processes,
                     std::unique_ptr<const FolderLock> lock = nullptr);

/// Another process's part in a training: the same recipe, data and folder. The wish to stop is handed on to process 0, so
/// that all stop after the step with a checkpoint. @return what it knows: step and reason   @throws Error as train();
/// Cancelled when all have stopped.
TrainingResult follow(const Recipe& recipe, const TrainingData& data, const std::filesystem::path& folder,
                      Progress& progress, Processes& processes);

} // namespace cameo
