#include "core/train/tensor_file.hpp"

#include "core/model/encoder/bert_weights.hpp"
#include "core/model/weights/safetensors_writer.hpp"

#include <ATen/ops/from_blob.h>

namespace cameo {

void write_tensors(const std::filesystem::path& file, const NamedTensors& tensors) {
    std::vector<at::Tensor> kept; // what the bytes below point into
    std::vector<TensorToWrite> to_write;
    for (const auto& [name, tensor] : tensors) {
        kept.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
        const auto& own = kept.back();
        to_write.push_back({name, DType::F32, own.sizes().vec(),
                            std::as_bytes(std::span(own.const_data_ptr<float>(), std::size_t(own.numel())))});
    }
    write_safetensors(file, to_write);
}

NamedTensors read_tensors(const std::filesystem::path& file) {
    const auto opened = WeightsFile::open(file);
    TensorTable table(opened);
    NamedTensors tensors;
    for (const auto& stored : opened->tensors) {
        const Parameter parameter = table.take(stored.name, stored.shape, "training");
        auto* data = const_cast<float*>(parameter.values().data()); // read only: the clone is ours
        tensors.emplace_back(stored.name, at::from_blob(data, parameter.shape, at::kFloat).clone());
    }
    return tensors;
}

} // namespace cameo
