#pragma once

#include "core/train/adamw.hpp"
#include "core/train/checkpoint.hpp"
#include "core/train/miner.hpp"
#include "core/train/processes.hpp"
#include "core/train/teacher.hpp"
#include "core/train/trainee.hpp"
#include "core/train/trainer.hpp"

#include <memory>
#include <optional>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// What a step came to, over all its parts.
struct StepResult {
    double loss = 0, tokens = 0;
    std::vector<Metric> metrics; ///< "loss" first
    std::vector<CompetitionRecord> competition;
    bool stop = false; ///< somebody has asked one of the processes to stop
};

/// What every process of a training has: the data, the model with its optimiser, and the arithmetic of a step. Of a step's
/// parts (Recipe::accumulate) process r of W has r, r + W, r + 2W, …; each is a batch of its own, and what they add to the
/// gradients and to what else a step changes is added up over all processes. So the number of processes changes nothing but
/// the order of that addition.
class Learner {
public:
    /// @param processes kept by reference, like data   @throws Error as training_splits; Cancelled
    Learner(Recipe recipe, const TrainingData& data, std::filesystem::path folder, Processes& processes, Progress& progress);

    /// Where nothing has been learnt yet.
    /// @param prepares false: the model is taken as it is, to try how long steps take
    void begin(bool prepares = true);
    /// From a checkpoint.
    void load(std::int64_t step);
    /// From now on.
    void use(const Mined& mined);
    void use(const Recipe& changed); ///< @throws Error(InvalidInput) naming the key that this training cannot change

    /// What the round found, or finds now. Any thread.
    Mined mine(const MiningRound& round, Progress& progress) const;
    /// The same, found by another process. @param start the round's
    Mined read_mined(std::int64_t start) const;

    /// The gradients of the next step. @return on process 0; half of it elsewhere
    StepResult gradients(bool stop = false);
    /// The step itself. @param norm of all gradients, on which clipping depends
    void update(double norm);
    double rate_factor() const; ///< of this step
    /// Process 0's parameters, moments and buffers on all: processors of different kinds may round differently.
    void settle();

    std::int64_t epoch_end() const; ///< the step with which all queries have been asked as often, not before the one done
    std::int64_t total() const { return m_recipe.standardized_steps + m_recipe.specialized_steps; }
    const Recipe& recipe() const { return m_recipe; } ///< as given; what commands change is state().recipe
    const std::vector<TrainingQuery>& train_queries() const { return m_train; }
    const std::vector<TrainingQuery>& dev_queries() const { return m_dev; }
    const std::vector<MiningRound>& rounds() const { return m_rounds; }
    Checkpoints& checkpoints() { return m_checkpoints; }
    CheckpointState& state() { return m_state; }
    Trainee& trainee() { return *m_trainee; }
    AdamW& optimizer() { return *m_optimizer; }
    std::filesystem::path mined_folder(std::int64_t start) const;
    std::string data_sum() const; ///< of all that it learns from

private:
    TrainingBatch batch(std::int64_t part) const; ///< parts counted from the training's start
    void add_up_gradients();

    const Recipe m_recipe;
    const TrainingData& m_data;
    const std::filesystem::path m_folder;
    Processes& m_processes;
    const std::vector<MiningRound> m_rounds;
    std::vector<TrainingQuery> m_train, m_dev;
    std::optional<Teacher> m_teacher;
    std::vector<std::vector<std::int32_t>> m_given_negatives; ///< BM25's, or the teacher's where it has any
    std::vector<std::vector<std::int32_t>> m_negatives;
    std::optional<BatchSampler> m_sampler;
    Checkpoints m_checkpoints;
    CheckpointState m_state;
    std::unique_ptr<Trainee> m_trainee;
    std::optional<AdamW> m_optimizer;
};

} // namespace cameo
