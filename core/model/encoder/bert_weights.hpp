#pragma once

#include "core/model/encoder/bert_config.hpp"
#include "core/model/model.hpp"
#include "core/model/weights/weights_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// A parameter as float32 on the host, row-major, with its shape checked.
struct Parameter {
    FloatData data;
    std::vector<std::int64_t> shape;
    std::span<const float> values() const { return data.values(); }
};

/// y = x W^T + b. @param weight [out, in], bias [out]
struct LinearWeights {
    Parameter weight;
    std::optional<Parameter> bias;
};
struct NormWeights {
    Parameter gamma, beta; ///< [H]
};

struct BertLayerWeights {
    LinearWeights query, key, value, output; ///< [H, H]
    NormWeights attention_norm;
    LinearWeights up, down; ///< [I, H], [H, I]
    NormWeights output_norm;
};

/// The masked-LM head: decoder(norm(act(transform(h)))) with the decoder's weight tied to the word embeddings unless
/// the file has one of its own.
struct MaskedLmWeights {
    LinearWeights transform; ///< [H, H]
    NormWeights norm;
    LinearWeights decoder; ///< [V, H], bias [V]
};

struct BertWeights {
    BertConfig config;
    Parameter words, positions;          ///< [V, H], [P, H]
    std::optional<Parameter> token_types; ///< [types, H]; the first row is added everywhere
    NormWeights embedding_norm;
    std::vector<BertLayerWeights> layers;
};

/// Hands out the tensors of one file by name and remembers what became of each. A second file may hold what training
/// changed or added: its tensors come first.
class TensorTable {
public:
    explicit TensorTable(std::shared_ptr<const WeightsFile> file, std::shared_ptr<const WeightsFile> changes = nullptr);

    bool has(const std::string& name) const;
    /// With LayerNorm's old names: `….gamma` and `….beta` stand in for `….weight` and `….bias`.
    /// @throws Error naming the file and the tensor when it is missing, or both shapes when they differ.
    Parameter take(const std::string& name, const std::vector<std::int64_t>& shape, const std::string& used_as);
    /// A matrix of any [rows, columns]; -1 leaves that side open.
    Parameter take_matrix(const std::string& name, std::int64_t rows, std::int64_t columns, const std::string& used_as);

    /// What the file calls a tensor that it has by one of its names; else the name itself.
    std::string stored_name(const std::string& name) const;

    const WeightsFile& file() const { return *m_sources.back().file; } ///< the first of the two that were given
    /// Adds each tensor of the files, used or not.
    void report(LoadReport& report) const;

private:
    struct Source {
        std::shared_ptr<const WeightsFile> file;
        std::vector<std::string> used_as; ///< parallel to the file's tensors
    };
    struct Found {
        Source& source;
        const StoredTensor& tensor;
        Parameter take(const std::string& used_as) const;
        [[noreturn]] void refuse(const std::string& expected, const std::string& used_as) const;
    };
    Found find(const std::string& name, const std::string& expected);
    std::vector<Source> m_sources; ///< the one to look in first comes first
};

/// What stands before the names of the file's BERT or DistilBERT, such as "" or "bert."; none: it has no encoder.
std::optional<std::string> encoder_prefix(const WeightsFile& file);

/// Finds the encoder under whatever prefix the file gives it ("", "bert.", "distilbert.", "doc_model.",
/// "transformer_rep.transformer.bert.", …).   @throws Error as TensorTable::take.
BertWeights read_bert_weights(const BertConfig& config, TensorTable& tensors);

/// A layer under the names of BERT: "PREFIX.attention.self.query.weight", …
BertLayerWeights read_bert_layer(const BertConfig& config, TensorTable& tensors, const std::string& prefix,
                                 const std::string& used_as);

/// One of the encoder's own layers.
BertLayerWeights read_encoder_layer(const BertConfig& config, TensorTable& tensors, std::int64_t layer_idx);

/// tanh(dense([CLS])) without the tanh: what BERT's own pooling has beside its layers.
LinearWeights read_pooler(const BertConfig& config, TensorTable& tensors);

/// What the file calls the encoder's tensor that is `name` in Hugging Face's BERT without a prefix
/// ("encoder.layer.0.output.dense.weight"): with its prefix, DistilBERT's names and LayerNorm's old ones.
std::string encoder_tensor_name(const BertConfig& config, const TensorTable& tensors, const std::string& name);

/// Whether the file has a masked-LM head beside its encoder.
bool has_masked_lm(const BertConfig& config, const TensorTable& tensors);
/// The masked-LM head beside the encoder, its decoder tied to `words` unless the file has one of its own.
MaskedLmWeights read_masked_lm(const BertConfig& config, TensorTable& tensors, const Parameter& words);

bool has_weights_file(const std::filesystem::path& folder);
/// The weights of a Hugging Face folder: model.safetensors, else pytorch_model.bin.
/// @throws Error(NotFound) naming what was looked for.
std::filesystem::path weights_file_in(const std::filesystem::path& folder);

} // namespace cameo
