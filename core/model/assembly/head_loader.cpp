#include "core/model/assembly/head_loader.hpp"

#include "core/base/error.hpp"
#include "core/model/json_file.hpp"

namespace cameo {

namespace {

// sentence-transformers writes the class, "torch.nn.modules.activation.Tanh".
DenseWeights::Shape dense_activation(const std::string& full, const std::filesystem::path& path) {
    const std::string name = full.substr(full.rfind('.') + 1);
    if (name == "Identity")
        return DenseWeights::Shape::Identity;
    if (name == "Tanh")
        return DenseWeights::Shape::Tanh;
    if (name == "ReLU")
        return DenseWeights::Shape::Relu;
    if (name == "GELU")
        return DenseWeights::Shape::Gelu;
    throw Error(ErrorKind::Unsupported,
                path.string() + ": its activation is " + full + ", expected Identity, Tanh, ReLU or GELU");
}

DenseWeights load_dense(const std::filesystem::path& folder, std::int64_t in, LoadReport& report,
                        Fingerprint& fingerprint) {
    const auto config_at = folder / "config.json";
    const auto config = read_json(config_at);
    // Tanh is what sentence-transformers does when its config says nothing.
    const auto activation = field_or<std::string>(config, "activation_function", "Tanh", config_at);
    if (field_or<bool>(config, "use_residual", false, config_at))
        throw Error(ErrorKind::Unsupported, config_at.string() + ": a Dense module with use_residual");
    TensorTable tensors(WeightsFile::open(weights_file_in(folder)));
    DenseWeights dense;
    dense.activation = dense_activation(activation, config_at);
    dense.linear.weight = tensors.take_matrix("linear.weight", -1, in, "dense module");
    if (field_or<bool>(config, "bias", true, config_at))
        dense.linear.bias = tensors.take("linear.bias", {dense.linear.weight.shape[0]}, "dense module");
    tensors.report(report);
    fingerprint.add(activation);
    add(fingerprint, tensors.file());
    return dense;
}

} // namespace

HeadWeights load_head(const ExpertSpec& spec, const BertConfig& config, TensorTable& tensors,
                      const std::filesystem::path& weights_folder, LoadReport& report, Fingerprint& fingerprint) {
    HeadWeights head;
    head.kind = spec.kind;
    head.pooling = spec.pooling;
    head.normalise = spec.normalise;
    head.logs = spec.logs;
    std::int64_t width = config.hidden;
    if (spec.kind == ExpertKind::Global && spec.pooling == Pooling::Identity) {
        head.pooling = Pooling::Cls;
        head.dense.push_back({read_pooler(config, tensors), DenseWeights::Shape::Tanh});
    }
    if (!spec.projection.empty()) {
        DenseWeights projection;
        projection.linear.weight = tensors.take_matrix(spec.projection, -1, width, "projection of " + spec.name);
        width = projection.linear.weight.shape[0];
        head.dense.push_back(std::move(projection));
    }
    for (const auto& module : spec.dense) {
        head.dense.push_back(load_dense(weights_folder / module, width, report, fingerprint));
        width = head.dense.back().linear.weight.shape[0];
    }
    return head;
}

} // namespace cameo
