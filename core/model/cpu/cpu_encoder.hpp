#pragma once

#include "core/model/cpu/kernels.hpp"
#include "core/model/cpu/team.hpp"
#include "core/model/encoder/heads.hpp"

#include <memory>

namespace cameo {

/// BERT on the processor in float32, with our own kernels: weights packed once at load; Q, K and V in one product;
/// attention per text and head without padding; bias and activation where the product is written; and the masked-LM
/// logits never stored, only their largest over a text's tokens (max first, log(1 + relu) after, which is the same).
/// A text's numbers are the same bits in any batch and with any number of threads.
class CpuEncoder final : public Encoder {
public:
    CpuEncoder(const BertWeights& weights, std::vector<HeadWeights> heads);
    ~CpuEncoder() override;

    std::vector<HeadOutput> run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const override;
    static constexpr std::size_t kBatchTokens = 256;
    std::size_t batch_tokens() const override { return kBatchTokens; }
    EncoderPlace place() const override { return {}; }

    /// The last layer [tokens, H], for tests and for measuring.
    std::vector<float> hidden(const PackedBatch& batch) const;

private:
    struct Packed;
    std::unique_ptr<const Packed> m_packed;
};

} // namespace cameo
