#include "core/train/source_model.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/model/assembly/assembly.hpp"
#include "core/model/weights/safetensors_writer.hpp"

#include <map>

namespace cameo {

namespace {

constexpr const char* kChanges = "changes.safetensors";

/// Query, key and value stand apart in a file.
NamedTensors without_fusion(const NamedTensors& tensors) {
    NamedTensors apart;
    for (const auto& [name, tensor] : tensors) {
        constexpr std::string_view kFused = ".qkv.";
        const auto at = name.find(kFused);
        if (at == name.npos) {
            apart.emplace_back(name, tensor);
            continue;
        }
        const auto rows = tensor.size(0) / 3;
        const char* const parts[] = {".query.", ".key.", ".value."};
        for (std::int64_t part = 0; part < 3; ++part)
            apart.emplace_back(name.substr(0, at) + parts[part] + name.substr(at + kFused.size()),
                               tensor.detach().narrow(0, part * rows, rows));
    }
    return apart;
}

at::Tensor on_host(const at::Tensor& tensor) {
    return tensor.detach().to(at::TensorOptions(at::kCPU).dtype(at::kFloat)).contiguous();
}

TensorToWrite to_write(const std::string& name, const at::Tensor& tensor) {
    return {name, DType::F32, tensor.sizes().vec(),
            std::as_bytes(std::span(tensor.const_data_ptr<float>(), std::size_t(tensor.numel())))};
}

} // namespace

SourceModel::SourceModel(const std::filesystem::path& folder)
    : m_folder(std::filesystem::absolute(folder)), m_manifest(read_manifest(m_folder / "model.json")),
      m_files(open_encoder_files(m_folder, m_manifest, m_manifest.experts.front())),
      m_tensors(m_files.weights, m_files.changes) {}

void SourceModel::write(const std::filesystem::path& folder, Manifest manifest, const NamedTensors& encoder,
                        const NamedTensors& others) const {
    std::map<std::string, at::Tensor> trained; // in the order of their names, so that the same tensors give the same bytes
    for (const auto& [own, tensor] : without_fusion(encoder))
        trained.emplace(encoder_tensor_name(m_files.config, m_tensors, own), on_host(tensor));
    for (const auto& [own, tensor] : without_fusion(others))
        trained.emplace(m_tensors.stored_name(own), on_host(tensor));

    std::vector<TensorToWrite> changes;
    if (!m_manifest.changes.empty()) {
        const auto& before = m_files.changes ? m_files.changes : m_files.weights;
        for (const auto& tensor : before->tensors)
            if (!trained.contains(tensor.name))
                changes.push_back({tensor.name, tensor.type, tensor.shape, tensor.bytes});
    }
    for (const auto& [own, tensor] : trained)
        changes.push_back(to_write(own, tensor));
    write_safetensors(folder / kChanges, changes);

    manifest.changes = kChanges;
    for (auto& spec : manifest.experts)
        spec.weights = settled_weights(m_folder, spec.weights);
    AtomicFile file(folder / "model.json");
    file.write(to_json(manifest));
    file.commit();
}

} // namespace cameo
