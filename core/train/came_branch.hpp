#pragma once

#include "core/model/aten/bert_tensors.hpp"
#include "core/model/assembly/text_reader.hpp"
#include "core/train/adamw.hpp"
#include "core/train/part_texts.hpp"
#include "core/train/scores.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// What an expert made of some texts, with gradient.
struct BranchTexts {
    at::Tensor values;                     ///< Lexical [B, V'] impacts, Local [rows, W] unit rows, Global [B, H]
    std::vector<std::int32_t> offsets{0};  ///< Local: text b has the rows [offsets[b], offsets[b + 1])
};

/// One of CAME's experts in training: its private layers and its head over the shared layers' output.
class CameBranch {
public:
    /// @param head as Model::load reads it   @param terms [V'] the vocabulary pieces that Lexical is trained on, ascending
    /// @throws Error(Unsupported) naming what a branch has that is not trained here.
    CameBranch(const ExpertSpec& spec, const HeadWeights& head, const BertWeights& shared, const BertTensors& trunk,
               std::shared_ptr<const RowFilter> filter, std::vector<std::int64_t> terms);

    const ExpertSpec& spec() const { return m_spec; }
    void set_scale(double scale) { m_spec.scale = scale; }

    /// @param hidden [N, H] of the packed texts   @param inputs of these texts
    /// @param queries how many of them, from the front, are queries   @param most_terms Lexical; 0: all
    BranchTexts represent(const BertConfig& config, const at::Tensor& hidden, const BatchTensors& batch,
                          const PackedBatch& packed, std::span<const EncoderInput> inputs, std::size_t queries,
                          std::int64_t most_terms) const;
    /// Scaled scores [Q, D] of the first `queries` texts against the others.
    at::Tensor scores(const BranchTexts& texts, std::size_t queries) const;
    /// What the served model would make of text `text`, as far as a score needs it.
    Representation representation(const BranchTexts& texts, std::size_t text) const;

    NamedTensors layer_parameters() const; ///< under "experts.NAME.layer.…"
    NamedTensors head_parameters() const;
    /// All of them, and what a model's changes need beside, for SourceModel::write.
    NamedTensors changes() const;

private:
    ExpertSpec m_spec;
    std::vector<BertLayerTensors> m_layers;
    std::optional<MaskedLmTensors> m_masked_lm;
    bool m_tied = false;   ///< the decoder's weights are the word embeddings
    at::Tensor m_decoder;  ///< [V, H] one of its own, which is not trained; undefined: tied
    at::Tensor m_terms;    ///< [V'] int64; undefined: all of the vocabulary
    LinearTensors m_projection;
    std::shared_ptr<const RowFilter> m_filter;
};

} // namespace cameo
