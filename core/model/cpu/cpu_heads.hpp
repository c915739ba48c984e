#pragma once

#include "core/model/cpu/cpu_layers.hpp"
#include "core/model/cpu/cpu_moe.hpp"
#include "core/model/encoder/heads.hpp"

#include <optional>

namespace cameo {

/// The heads of a CpuEncoder, with their weights packed.
class CpuHeads {
public:
    CpuHeads(const BertConfig& config, std::vector<HeadWeights> heads);

    /// @param hidden [tokens, H] of the shared layers
    std::vector<HeadOutput> run(const std::vector<float>& hidden, const PackedBatch& batch, const std::vector<bool>& wanted,
                                const CpuWork& work) const;

private:
    struct Dense {
        PackedMatrix matrix;
        DenseWeights::Shape activation;
    };
    struct MaskedLm {
        PackedMatrix transform, decoder;
        NormWeights norm;
    };
    struct Head {
        HeadWeights weights;
        CpuLayers layers;
        std::vector<Dense> dense;
        std::optional<MaskedLm> masked_lm;
        std::optional<CpuMoe> moe;
    };

    HeadOutput lexical(const Head& head, const std::vector<float>& hidden, const PackedBatch& batch,
                       const CpuWork& work) const;
    HeadOutput through_dense(const Head& head, HeadOutput rows, std::size_t count, const CpuWork& work) const;

    BertConfig m_config;
    std::vector<Head> m_heads;
};

} // namespace cameo
