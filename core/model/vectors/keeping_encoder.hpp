#pragma once

#include "core/model/cpu/cpu_encoder.hpp"
#include "core/model/cpu/cpu_moe.hpp"
#include "core/model/vectors/vector_store.hpp"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace cameo {

/// The processor's own encoder (CpuEncoder), of which pooled vectors are kept from one run of the program to the next
/// (vector_cache.hpp): what its Global heads without layers of their own have in front of an SB-MoE block. Texts that were
/// encoded before go through the blocks only. The bits are those of the encoder, which gives a text the same in any batch.
/// Where other heads are wanted too, the layers run for all texts, and what is pooled is kept all the same.
class KeepingEncoder final : public Encoder {
public:
    /// @param own the encoder of these weights and heads; null: it is made when the first text needs it
    KeepingEncoder(BertWeights weights, std::vector<HeadWeights> heads, std::shared_ptr<const Encoder> own = nullptr);
    ~KeepingEncoder() override;

    /// With a team, which is how a few texts that somebody waits for come, nothing is looked up or kept.
    std::vector<HeadOutput> run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const override;
    std::size_t batch_tokens() const override;
    EncoderPlace place() const override { return {}; }

    /// 16 letters: a fingerprint of all that decides a bit of the kept vectors; empty: no head's are kept.
    const std::string& maker() const;

private:
    std::vector<HeadOutput> run_kept(VectorStore& store, const PackedBatch& batch, const std::vector<bool>& wanted) const;
    HeadOutput pooled(VectorStore& store, const PackedBatch& batch) const;
    HeadOutput behind_block(std::size_t head_idx, HeadOutput pooled, std::size_t texts) const;
    const Encoder& own() const;
    VectorStore* store() const;

    BertWeights m_weights; ///< still in the mapped file
    std::vector<HeadWeights> m_heads;
    std::size_t m_bare = 0;          ///< the head without a block whose vectors are kept; none: the number of heads
    std::vector<bool> m_like_bare;   ///< of each head: the same vectors, perhaps with a block behind
    mutable std::once_flag m_own_once, m_maker_once, m_store_once;
    mutable std::shared_ptr<const Encoder> m_own;
    mutable std::string m_maker;
    mutable std::shared_ptr<VectorStore> m_store;
    mutable std::vector<std::once_flag> m_block_once;
    mutable std::vector<std::unique_ptr<const CpuMoe>> m_blocks; ///< parallel to the heads
};

} // namespace cameo
