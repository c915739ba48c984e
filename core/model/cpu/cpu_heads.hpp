#pragma once

#include "core/model/cpu/cpu_work.hpp"
#include "core/model/encoder/heads.hpp"

#include <optional>

namespace cameo {

/// The heads of a CpuEncoder, with their weights packed.
class CpuHeads {
public:
    CpuHeads(const BertWeights& weights, std::vector<HeadWeights> heads);

    /// @param hidden [tokens, H], used up
    std::vector<HeadOutput> run(std::vector<float> hidden, const PackedBatch& batch, const std::vector<bool>& wanted,
                                const CpuWork& work) const;

private:
    struct Dense {
        PackedMatrix matrix;
        DenseWeights::Shape activation;
    };
    struct Head {
        HeadWeights weights;
        std::vector<Dense> dense;
    };
    struct MaskedLm {
        PackedMatrix transform, decoder;
        NormWeights norm;
    };

    HeadOutput lexical(const Head& head, const std::vector<float>& hidden, const PackedBatch& batch,
                       const CpuWork& work) const;
    HeadOutput through_dense(const Head& head, HeadOutput rows, std::size_t count, const CpuWork& work) const;

    BertConfig m_config;
    std::vector<Head> m_heads;
    std::optional<MaskedLm> m_masked_lm;
};

} // namespace cameo
