#include "core/model/encoder/bert_config.hpp"

#include "core/base/error.hpp"
#include "core/model/json_file.hpp"

#include <bit>

namespace cameo {

namespace {

std::string architecture_of(const nlohmann::json& config) {
    const auto found = config.find("architectures");
    if (found != config.end() && found->is_array() && !found->empty() && found->front().is_string())
        return " (" + found->front().get<std::string>() + ")";
    return "";
}

Activation activation_named(const std::string& name, const std::filesystem::path& path) {
    if (name == "gelu")
        return Activation::Gelu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh")
        return Activation::GeluTanh;
    if (name == "relu")
        return Activation::Relu;
    throw Error(ErrorKind::Unsupported, path.string() + ": its activation is " + name +
                                            ", expected gelu, gelu_new, gelu_pytorch_tanh or relu");
}

} // namespace

BertConfig read_bert_config(const std::filesystem::path& path) {
    const auto json = read_json(path);
    const auto type = field_or<std::string>(json, "model_type", "", path);
    if (type != "bert" && type != "distilbert")
        throw Error(ErrorKind::Unsupported, path.string() + ": a model of the architecture " +
                                                (type.empty() ? "(model_type is missing)" : type) +
                                                architecture_of(json) + "; Cameo reads bert and distilbert");
    const bool distil = type == "distilbert";
    BertConfig config;
    config.family = distil ? BertConfig::Family::DistilBert : BertConfig::Family::Bert;
    const auto positive = [&](const char* key, std::int64_t most) {
        const auto value = field_or<std::int64_t>(json, key, 0, path);
        if (value < 1 || value > most)
            throw Error(ErrorKind::InvalidInput, path.string() + ": field " + key + " is " + std::to_string(value) +
                                                     ", expected 1 to " + std::to_string(most));
        return value;
    };
    config.vocabulary = positive("vocab_size", 10'000'000);
    config.positions = positive("max_position_embeddings", 1'000'000);
    config.hidden = positive(distil ? "dim" : "hidden_size", 65'536);
    config.layers = positive(distil ? "n_layers" : "num_hidden_layers", 1'000);
    config.heads = positive(distil ? "n_heads" : "num_attention_heads", 1'024);
    config.intermediate = positive(distil ? "hidden_dim" : "intermediate_size", 1'000'000);
    if (!distil)
        config.token_types = positive("type_vocab_size", 1'000);
    if (config.hidden % config.heads != 0)
        throw Error(ErrorKind::InvalidInput, path.string() + ": its width " + std::to_string(config.hidden) +
                                                 " is not divisible by its " + std::to_string(config.heads) +
                                                 " attention heads");
    const auto positions = field_or<std::string>(json, "position_embedding_type", "absolute", path);
    if (positions != "absolute")
        throw Error(ErrorKind::Unsupported,
                    path.string() + ": its position embeddings are " + positions + ", expected absolute");
    config.epsilon = float(distil ? 1e-12 : field_or<double>(json, "layer_norm_eps", 1e-12, path));
    config.activation =
        activation_named(field_or<std::string>(json, distil ? "activation" : "hidden_act", "gelu", path), path);
    return config;
}

std::string meaning(const BertConfig& config) {
    std::string words;
    for (const std::int64_t number :
         {std::int64_t(config.family), config.vocabulary, config.hidden, config.layers, config.heads, config.intermediate,
          config.positions, config.token_types, std::int64_t(std::bit_cast<std::int32_t>(config.epsilon)),
          std::int64_t(config.activation)})
        words += std::to_string(number) + " ";
    return words;
}

} // namespace cameo
