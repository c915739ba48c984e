#pragma once

#include "core/train/adamw.hpp"
#include "core/train/bank.hpp"
#include "core/train/record/recorder.hpp"
#include "core/train/recipe/recipe.hpp"
#include "core/train/training_data.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

struct FrozenMemory;

/// A part of a step: which texts, and what weighs on them.
struct StepPart {
    std::int64_t step = 0;
    std::int64_t part = 0; ///< of Recipe::accumulate
    TrainingBatch batch;
    bool specialized = false; ///< CAME's second stage
    double share = 1;         ///< of the step's loss that this part's is
};

struct PartResult {
    double loss = 0;             ///< not multiplied by `share`
    std::vector<Metric> metrics; ///< "loss.lexical", "terms.query", "load.2", …: averaged over a step's parts
    std::vector<CompetitionRecord> competition;
    std::int64_t tokens = 0; ///< that went through the encoder
};

/// What is trained, as the trainer sees it: parameters with a loss, and a model to be written. One thread.
class Trainee {
public:
    virtual ~Trainee() = default;

    /// The parameters at the recipe's rates; a group named "gate" is watched for being without gradient. Their names are
    /// unique over all groups. The tensors are the trainee's own.
    virtual std::vector<ParameterGroup> groups(const Recipe& recipe) = 0;
    /// Whether it can be trained that way. @throws Error(InvalidInput) saying why not
    virtual void check_recipe(const Recipe& /*recipe*/) const {}
    /// Before the very first step of a training, with batches of the kind that will come.
    virtual void prepare(std::span<const TrainingBatch> /*batches*/, const Recipe& /*recipe*/) {}
    /// From now on positives are ranked there; nothing to those whose experts do not compete.
    virtual void use(std::shared_ptr<const Bank> /*bank*/) {}
    /// Computes the part's loss and adds share times its gradient to the parameters'.
    /// @param recipe as commands have changed it since
    virtual PartResult backward(const StepPart& part, const Recipe& recipe) = 0;
    /// What backward() has gathered for after_step over a step's parts so far, in float32: where parts are spread over
    /// processes, what all of them gathered is added up into these tensors first.
    virtual std::vector<at::Tensor> statistics() const { return {}; }
    /// What is not a parameter but changes with the steps, such as a balancing bias: after each step.
    virtual void after_step(const Recipe& /*recipe*/) {}
    /// The tensors that after_step changes, by name, to be saved and copied back into.
    virtual NamedTensors buffers() const { return {}; }

    /// Puts a model folder's files (model.json and what training changed) into an existing, empty folder.
    /// Model::load reads it, and make_trainee of it has the same bits.
    virtual void write_model(const std::filesystem::path& folder, const std::string& name) const = 0;
};

} // namespace cameo
