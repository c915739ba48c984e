#include "core/train/checkpoint.hpp"

#include "core/base/error.hpp"
#include "core/model/new_folder.hpp"
#include "core/train/record/checkpoint_names.hpp"
#include "core/train/tensor_file.hpp"
#include "core/train/checkpoint_state.hpp"

#include <ATen/core/grad_mode.h>
#include <algorithm>

namespace cameo {

namespace {

constexpr const char* kOptimizer = "optimizer.safetensors";
constexpr const char* kBuffers = "buffers.safetensors";
constexpr const char* kState = "state.json";

} // namespace

Checkpoints::Checkpoints(std::filesystem::path folder) : m_folder(std::move(folder)) {
    std::error_code failed;
    std::filesystem::create_directories(m_folder, failed);
    if (failed)
        throw Error(ErrorKind::Environment, m_folder.string() + ": cannot be made: " + failed.message());
}

void Checkpoints::sweep() { sweep_new_folders(m_folder); }

std::filesystem::path Checkpoints::at(std::int64_t step) const { return checkpoint_folder(m_folder, step); }

std::vector<std::int64_t> Checkpoints::steps() const { return checkpoint_steps(m_folder); }

void Checkpoints::write(const std::string& model_name, const CheckpointState& state, const Trainee& trainee,
                        const AdamW& optimizer) {
    NewFolder folder(at(state.step));
    trainee.write_model(folder.path(), model_name + "-" + std::to_string(state.step));
    write_tensors(folder.path() / kOptimizer, optimizer.state());
    if (const auto buffers = trainee.buffers(); !buffers.empty())
        write_tensors(folder.path() / kBuffers, buffers);
    write_state(folder.path() / kState, state);
    folder.commit();
}

CheckpointState Checkpoints::read_state(std::int64_t step) const {
    const auto file = at(step) / kState;
    CheckpointState state = cameo::read_state(file);
    if (state.step != step)
        throw Error(ErrorKind::InvalidInput, file.string() + ": its step is " + std::to_string(state.step) + ", expected " +
                                                 std::to_string(step));
    return state;
}

void Checkpoints::restore(std::int64_t step, const Trainee& trainee, AdamW& optimizer) const {
    optimizer.load_state(read_tensors(at(step) / kOptimizer));
    const auto buffers = trainee.buffers();
    if (buffers.empty())
        return;
    const at::NoGradGuard no_gradients;
    const auto kept = read_tensors(at(step) / kBuffers);
    for (const auto& [name, tensor] : buffers) {
        const auto found = std::ranges::find(kept, name, &NamedTensors::value_type::first);
        if (found == kept.end() || found->second.sizes() != tensor.sizes())
            throw Error(ErrorKind::InvalidInput, (at(step) / kBuffers).string() + ": it does not fit the model, " + name +
                                                     " is missing or of another shape");
        at::Tensor(tensor).copy_(found->second);
    }
}

void Checkpoints::remove(std::int64_t step) { remove_whole(at(step)); }

void Checkpoints::set_aside(std::int64_t step) {
    const std::filesystem::path aside = at(step).string() + ".damaged";
    remove_whole(aside);
    std::error_code failed;
    std::filesystem::rename(at(step), aside, failed);
    if (failed)
        throw Error(ErrorKind::Environment, at(step).string() + ": cannot be renamed: " + failed.message());
}

} // namespace cameo
