#include "core/train/model_changes.hpp"

#include "core/base/atomic_file.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/weights/safetensors_writer.hpp"

#include <ATen/ops/from_blob.h>
#include <algorithm>

namespace cameo {

namespace {

constexpr const char* kChanges = "changes.safetensors";

} // namespace

ModelSource open_model_source(const std::filesystem::path& folder) {
    ModelSource source;
    source.folder = folder;
    source.manifest = read_manifest(folder / "model.json");
    source.weights_at = weights_folder(folder, source.manifest.experts[0]);
    source.config = read_bert_config(source.weights_at / "config.json");
    std::shared_ptr<const WeightsFile> changes;
    if (!source.manifest.changes.empty())
        changes = WeightsFile::open(folder / source.manifest.changes);
    const auto own = WeightsFile::open(weights_file_in(source.weights_at));
    source.prefix = encoder_prefix(*own);
    source.tensors = std::make_shared<TensorTable>(own, changes);
    return source;
}

void write_changed_model(const std::filesystem::path& folder, const std::string& name, const ModelSource& source,
                         Manifest manifest, const NamedTensors& changes) {
    manifest.name = name;
    manifest.changes = kChanges;
    for (auto& expert : manifest.experts)
        if (!expert.weights.starts_with("cache:"))
            expert.weights = std::filesystem::absolute(source.folder / expert.weights).lexically_normal().string();
    write_tensors(folder / kChanges, changes);
    AtomicFile file(folder / "model.json");
    file.write(to_json(manifest));
    file.commit();
}

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
