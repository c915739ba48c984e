#pragma once

#include "core/model/cpu/cpu_work.hpp"
#include "core/model/encoder/heads.hpp"
#include "core/model/moe/moe_gate.hpp"

#include <optional>
#include <span>
#include <vector>

namespace cameo {

/// An SB-MoE block on the processor (moe_spec.hpp), with its weights packed.
class CpuMoe {
public:
    explicit CpuMoe(const MoeHead& head);

    /// @param rows [count, H] pooled vectors, replaced by the block's outputs   @return logits [count, N], clean
    std::vector<float> run(std::vector<float>& rows, std::size_t count, const CpuWork& work) const;

    /// The same with each text's logits behind its output, as a head gives it.   @return [count, H + N]
    std::vector<float> with_logits(std::vector<float> rows, std::size_t count, const CpuWork& work) const;

    /// moe_weights() of the block.   @param logits [N], clean   @return [N]
    std::vector<float> weights(std::span<const float> logits) const { return moe_weights(m_spec, logits, m_bias); }

    /// E_i(x) of every expert, whatever the gate says.   @param rows [count, H] pooled vectors   @return [count, N, H]
    std::vector<float> outputs(const std::vector<float>& rows, std::size_t count, const CpuWork& work) const;

    /// softplus(noise(s x)), what training's noise is multiplied by; empty: the block has no noise.
    /// @param rows [count, H] pooled vectors   @return [count, N]
    std::vector<float> deviations(const std::vector<float>& rows, std::size_t count, const CpuWork& work) const;

private:
    struct Expert {
        PackedMatrix down, up;
    };
    MoeSpec m_spec;
    std::int64_t m_forced;
    PackedMatrix m_gate_1, m_gate_2;
    std::optional<PackedMatrix> m_noise;
    std::vector<Expert> m_experts;
    std::vector<float> m_bias; ///< for choosing; empty: none
};

} // namespace cameo
