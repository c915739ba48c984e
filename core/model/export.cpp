#include "core/model/export.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/model/assembly/manifest.hpp"
#include "core/model/clone_file.hpp"
#include "core/model/model.hpp"
#include "core/model/model_name.hpp"
#include "core/model/new_folder.hpp"
#include "core/model/weights/safetensors_writer.hpp"
#include "core/model/weights/weights_file.hpp"

#include <ATen/core/Tensor.h>
#include <ATen/ops/from_blob.h>

namespace cameo {

namespace {

/// Matrices: their rounding is noise to a product. Biases and norms are few, and stay as they are.
bool is_halved(const StoredTensor& tensor) { return tensor.type == DType::F32 && tensor.shape.size() >= 2; }

at::Tensor in_half(const StoredTensor& tensor, const std::shared_ptr<const void>& mapping) {
    const FloatData numbers(tensor, mapping);
    auto* data = const_cast<float*>(numbers.values().data()); // read only: the conversion makes a copy
    return at::from_blob(data, {std::int64_t(numbers.values().size())}, at::kFloat).to(at::kHalf);
}

void write_halved(const WeightsFile& file, const std::filesystem::path& to) {
    std::vector<at::Tensor> halves; // what the bytes below point into
    std::vector<TensorToWrite> tensors;
    for (const auto& tensor : file.tensors) {
        if (!is_halved(tensor)) {
            tensors.push_back({tensor.name, tensor.type, tensor.shape, tensor.bytes});
            continue;
        }
        halves.push_back(in_half(tensor, file.mapping));
        tensors.push_back({tensor.name, DType::F16, tensor.shape,
                           {static_cast<const std::byte*>(halves.back().const_data_ptr()), halves.back().nbytes()}});
    }
    write_safetensors(to, tensors);
}

} // namespace

void export_model(const std::filesystem::path& model, const std::filesystem::path& folder, const std::string& name) {
    check_model_name(name);
    Manifest manifest = read_manifest(model / "model.json");
    if (manifest.changes.empty())
        throw Error(ErrorKind::InvalidInput, model.string() + ": nothing was trained in this model, so there is nothing to export");
    if (std::filesystem::exists(folder))
        throw Error(ErrorKind::InvalidInput, folder.string() + ": is there already");
    NewFolder made(folder);
    write_halved(*WeightsFile::open(model / manifest.changes), made.path() / "changes.safetensors");
    for (const auto& entry : std::filesystem::directory_iterator(model))
        if (entry.is_regular_file() && entry.path().filename() != "model.json" && entry.path().filename() != manifest.changes)
            clone_file(entry.path(), made.path() / entry.path().filename());
    manifest.name = name;
    manifest.changes = "changes.safetensors";
    for (auto& spec : manifest.experts)
        if (!spec.weights.starts_with("cache:"))
            spec.weights = std::filesystem::absolute(model / spec.weights).lexically_normal().string();
    AtomicFile file(made.path() / "model.json");
    file.write(to_json(manifest));
    file.commit();
    Model::load(made.path()); // what it cannot read is not worth handing on
    made.commit();
}

} // namespace cameo
