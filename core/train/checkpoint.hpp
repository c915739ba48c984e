#pragma once

#include "core/train/adamw.hpp"
#include "core/train/trainee.hpp"
#include "core/train/checkpoint_state.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// The checkpoints of a training: "<folder>/000250/", each a model that Model::load reads, with optimizer.safetensors and
/// state.json, which has the checksums of all the others. One is whole or not there.
class Checkpoints {
public:
    explicit Checkpoints(std::filesystem::path folder);

    /// @throws Error(Environment) on a full disk, leaving those there are.
    void write(const std::string& model_name, const CheckpointState& state, const Trainee& trainee, const AdamW& optimizer);
    /// Takes away what killed processes left half written or half removed. For the one that writes here.
    void sweep();
    /// Ascending.
    std::vector<std::int64_t> steps() const;
    std::filesystem::path at(std::int64_t step) const;
    /// The state of a checkpoint, after its files' checksums. @throws Error naming the file that is missing or damaged.
    CheckpointState read_state(std::int64_t step) const;
    /// Puts moments and buffers back. @pre the trainee was made from at(step)
    void restore(std::int64_t step, const Trainee& trainee, AdamW& optimizer) const;
    /// It goes as a whole, too.
    void remove(std::int64_t step);
    /// Out of steps(), under the name "000250.damaged".
    void set_aside(std::int64_t step);

private:
    std::filesystem::path m_folder;
};

} // namespace cameo
