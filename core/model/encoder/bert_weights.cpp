#include "core/model/encoder/bert_weights.hpp"

#include "core/base/error.hpp"

#include <algorithm>

namespace cameo {

TensorTable::TensorTable(std::shared_ptr<const WeightsFile> file, std::shared_ptr<const WeightsFile> changes) {
    for (auto& each : {std::move(changes), std::move(file)})
        if (each)
            m_sources.push_back({each, std::vector<std::string>(each->tensors.size())});
}

namespace {

// The name that the file uses: the asked one, or LayerNorm's old one.
const StoredTensor* find_alias(const WeightsFile& file, const std::string& name) {
    if (const auto* found = file.find(name))
        return found;
    const auto renamed = [&](std::string_view now, std::string_view old) -> const StoredTensor* {
        if (!name.ends_with(now))
            return nullptr;
        return file.find(name.substr(0, name.size() - now.size()) + std::string(old));
    };
    if (const auto* found = renamed("LayerNorm.weight", "LayerNorm.gamma"))
        return found;
    return renamed("LayerNorm.bias", "LayerNorm.beta");
}

} // namespace

bool TensorTable::has(const std::string& name) const {
    return std::ranges::any_of(m_sources, [&](const Source& source) { return find_alias(*source.file, name) != nullptr; });
}

std::string TensorTable::stored_name(const std::string& name) const {
    for (const auto& source : m_sources)
        if (const auto* found = find_alias(*source.file, name))
            return found->name;
    return name;
}

TensorTable::Found TensorTable::find(const std::string& name, const std::string& expected) {
    for (auto& source : m_sources)
        if (const auto* found = find_alias(*source.file, name))
            return {source, *found};
    std::string where = file().path.string();
    if (m_sources.size() > 1)
        where += " and " + m_sources.front().file->path.string();
    throw Error(ErrorKind::InvalidInput, where + ": tensor " + name + " of shape " + expected +
                                             " is missing; the file has " + std::to_string(file().tensors.size()) +
                                             " others");
}

Parameter TensorTable::Found::take(const std::string& used_as) const {
    source.used_as[std::size_t(&tensor - source.file->tensors.data())] = used_as;
    return {FloatData(tensor, source.file->mapping), tensor.shape};
}

void TensorTable::Found::refuse(const std::string& expected, const std::string& used_as) const {
    throw Error(ErrorKind::InvalidInput, source.file->path.string() + ": tensor " + tensor.name + " has shape " +
                                             shape_text(tensor.shape) + ", expected " + expected + " (" + used_as + ")");
}

Parameter TensorTable::take(const std::string& name, const std::vector<std::int64_t>& shape,
                            const std::string& used_as) {
    const auto found = find(name, shape_text(shape));
    if (found.tensor.shape != shape)
        found.refuse(shape_text(shape), used_as);
    return found.take(used_as);
}

Parameter TensorTable::take_matrix(const std::string& name, std::int64_t rows, std::int64_t columns,
                                   const std::string& used_as) {
    const auto side = [](std::int64_t size) { return size < 0 ? std::string("any") : std::to_string(size); };
    std::string expected = "[";
    expected.append(side(rows)).append(", ").append(side(columns)).append("]");
    const auto found = find(name, expected);
    const auto& shape = found.tensor.shape;
    if (shape.size() != 2 || shape[0] < 1 || shape[1] < 1 || (rows >= 0 && shape[0] != rows) ||
        (columns >= 0 && shape[1] != columns))
        found.refuse(expected, used_as);
    return found.take(used_as);
}

void TensorTable::report(LoadReport& report) const {
    for (const auto& source : m_sources)
        for (std::size_t i = 0; i < source.used_as.size(); ++i)
            report.tensors.push_back(
                {source.file->path.filename().string(), source.file->tensors[i].name, source.used_as[i]});
}

namespace {

constexpr std::string_view kWords = "embeddings.word_embeddings.weight";

std::string find_prefix(const WeightsFile& file) {
    const auto best = encoder_prefix(file);
    if (!best)
        throw Error(ErrorKind::InvalidInput, file.path.string() + ": tensor " + std::string(kWords) +
                                                 " is missing under any prefix, so this is no BERT or DistilBERT");
    return *best;
}

// What DistilBERT calls a layer's tensor that BERT calls so.
std::string distil_name(std::string name) {
    constexpr std::pair<std::string_view, std::string_view> kParts[] = {
        {"encoder.layer.", "transformer.layer."},
        {".attention.self.query", ".attention.q_lin"},
        {".attention.self.key", ".attention.k_lin"},
        {".attention.self.value", ".attention.v_lin"},
        {".attention.output.dense", ".attention.out_lin"},
        {".attention.output.LayerNorm", ".sa_layer_norm"},
        {".intermediate.dense", ".ffn.lin1"},
        {".output.dense", ".ffn.lin2"},
        {".output.LayerNorm", ".output_layer_norm"},
    };
    for (const auto& [bert, distil] : kParts)
        if (const auto at = name.rfind(bert); at != name.npos)
            name.replace(at, bert.size(), distil);
    return name;
}

struct BertReader {
    const BertConfig& config;
    TensorTable& tensors;

    LinearWeights linear(const std::string& name, std::int64_t out, std::int64_t in, const std::string& used_as) {
        return {tensors.take(name + ".weight", {out, in}, used_as), tensors.take(name + ".bias", {out}, used_as)};
    }
    NormWeights norm(const std::string& name, const std::string& used_as) {
        const std::vector<std::int64_t> shape{config.hidden};
        return {tensors.take(name + ".weight", shape, used_as), tensors.take(name + ".bias", shape, used_as)};
    }

    BertLayerWeights layer(const std::string& prefix, std::int64_t layer_idx) {
        const bool distil = config.family == BertConfig::Family::DistilBert;
        return layer(prefix + "encoder.layer." + std::to_string(layer_idx), "layer " + std::to_string(layer_idx), distil);
    }
    BertLayerWeights layer(const std::string& at, const std::string& as, bool distil) {
        const auto h = config.hidden, i = config.intermediate;
        const auto own = [&](const char* part) { return distil ? distil_name(at + part) : at + part; };
        return {linear(own(".attention.self.query"), h, h, as + " query"),
                linear(own(".attention.self.key"), h, h, as + " key"),
                linear(own(".attention.self.value"), h, h, as + " value"),
                linear(own(".attention.output.dense"), h, h, as + " attention output"),
                norm(own(".attention.output.LayerNorm"), as + " attention norm"),
                linear(own(".intermediate.dense"), i, h, as + " feed-forward up"),
                linear(own(".output.dense"), h, i, as + " feed-forward down"),
                norm(own(".output.LayerNorm"), as + " output norm")};
    }

    MaskedLmWeights masked_lm(const std::string& outer, const Parameter& words) {
        const auto h = config.hidden, v = config.vocabulary;
        const bool distil = config.family == BertConfig::Family::DistilBert;
        MaskedLmWeights head;
        head.transform = linear(outer + (distil ? "vocab_transform" : "cls.predictions.transform.dense"), h, h,
                                "masked-LM transform");
        head.norm = norm(outer + (distil ? "vocab_layer_norm" : "cls.predictions.transform.LayerNorm"), "masked-LM norm");
        const std::string decoder = outer + (distil ? "vocab_projector" : "cls.predictions.decoder");
        // Older files have the bias beside the decoder, newer ones inside, most both.
        const std::string bias = !distil && tensors.has(outer + "cls.predictions.bias") ? outer + "cls.predictions.bias"
                                                                                        : decoder + ".bias";
        head.decoder.weight =
            tensors.has(decoder + ".weight") ? tensors.take(decoder + ".weight", {v, h}, "masked-LM decoder") : words;
        head.decoder.bias = tensors.take(bias, {v}, "masked-LM decoder");
        return head;
    }
};

// The head stands outside the encoder's own name: "bert.embeddings…" beside "cls.predictions…".
std::string outer_prefix(const std::string& prefix) {
    for (const std::string_view own : {"distilbert.", "bert."})
        if (prefix.ends_with(own))
            return prefix.substr(0, prefix.size() - own.size());
    return prefix;
}

} // namespace

std::string encoder_tensor_name(const BertConfig& config, const TensorTable& tensors, const std::string& name) {
    const std::string full = find_prefix(tensors.file()) + name;
    return tensors.stored_name(config.family == BertConfig::Family::DistilBert ? distil_name(full) : full);
}

// With several encoders in one file, the shortest prefix (then the first by name): naver's separate query encoders are
// longer than the document's.
std::optional<std::string> encoder_prefix(const WeightsFile& file) {
    std::optional<std::string> best;
    for (const auto& tensor : file.tensors)
        if (tensor.name.ends_with(kWords)) {
            auto prefix = tensor.name.substr(0, tensor.name.size() - kWords.size());
            if (!best || prefix.size() < best->size())
                best = std::move(prefix);
        }
    return best;
}

BertWeights read_bert_weights(const BertConfig& config, TensorTable& tensors) {
    BertReader reader{config, tensors};
    const std::string prefix = find_prefix(tensors.file());
    BertWeights weights;
    weights.config = config;
    weights.words = tensors.take(prefix + std::string(kWords), {config.vocabulary, config.hidden}, "word embeddings");
    weights.positions = tensors.take(prefix + "embeddings.position_embeddings.weight",
                                     {config.positions, config.hidden}, "position embeddings");
    if (config.token_types > 0)
        weights.token_types = tensors.take(prefix + "embeddings.token_type_embeddings.weight",
                                           {config.token_types, config.hidden}, "token type embeddings");
    weights.embedding_norm = reader.norm(prefix + "embeddings.LayerNorm", "embedding norm");
    for (std::int64_t layer_idx = 0; layer_idx < config.layers; ++layer_idx)
        weights.layers.push_back(reader.layer(prefix, layer_idx));
    return weights;
}

BertLayerWeights read_bert_layer(const BertConfig& config, TensorTable& tensors, const std::string& prefix,
                                 const std::string& used_as) {
    return BertReader{config, tensors}.layer(prefix, used_as, /*distil=*/false);
}

BertLayerWeights read_encoder_layer(const BertConfig& config, TensorTable& tensors, std::int64_t layer_idx) {
    return BertReader{config, tensors}.layer(find_prefix(tensors.file()), layer_idx);
}

LinearWeights read_pooler(const BertConfig& config, TensorTable& tensors) {
    return BertReader{config, tensors}.linear(find_prefix(tensors.file()) + "pooler.dense", config.hidden, config.hidden, "pooler");
}

bool has_masked_lm(const BertConfig& config, const TensorTable& tensors) {
    const bool distil = config.family == BertConfig::Family::DistilBert;
    return tensors.has(outer_prefix(find_prefix(tensors.file())) +
                       (distil ? "vocab_transform.weight" : "cls.predictions.transform.dense.weight"));
}

MaskedLmWeights read_masked_lm(const BertConfig& config, TensorTable& tensors, const Parameter& words) {
    return BertReader{config, tensors}.masked_lm(outer_prefix(find_prefix(tensors.file())), words);
}

namespace {

constexpr const char* kWeightsFiles[] = {"model.safetensors", "pytorch_model.bin"};

} // namespace

bool has_weights_file(const std::filesystem::path& folder) {
    return std::ranges::any_of(kWeightsFiles, [&](const char* name) { return std::filesystem::exists(folder / name); });
}

std::filesystem::path weights_file_in(const std::filesystem::path& folder) {
    for (const char* name : kWeightsFiles)
        if (std::filesystem::exists(folder / name))
            return folder / name;
    if (std::filesystem::exists(folder / "model.safetensors.index.json") ||
        std::filesystem::exists(folder / "pytorch_model.bin.index.json"))
        throw Error(ErrorKind::Unsupported, folder.string() + ": its weights are split over several files; save them "
                                                              "as one model.safetensors");
    throw Error(ErrorKind::NotFound,
                folder.string() + ": no weights (looked for model.safetensors and pytorch_model.bin)");
}

} // namespace cameo
