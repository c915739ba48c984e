#pragma once

#include "core/model/cpu/cpu_work.hpp"
#include "core/model/encoder/heads.hpp"

#include <vector>

namespace cameo {

PackedMatrix pack_linear(const LinearWeights& linear);

/// Transformer layers one after the other, with their weights packed.
class CpuLayers {
public:
    CpuLayers(const BertConfig& config, const std::vector<BertLayerWeights>& layers);

    bool empty() const { return m_layers.empty(); }
    /// @param x [tokens, H], in place
    void run(std::vector<float>& x, const PackedBatch& batch, const CpuWork& work) const;

private:
    struct Layer {
        PackedMatrix qkv, output, up, down;
        NormWeights attention_norm, output_norm;
    };
    BertConfig m_config;
    std::vector<Layer> m_layers;
};

} // namespace cameo
