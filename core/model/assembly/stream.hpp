#pragma once

#include "core/model/assembly/text_reader.hpp"
#include "core/model/encoder/heads.hpp"

#include <memory>
#include <vector>

namespace cameo {

/// An encoder with the experts that hang on one pass through it.
struct Stream {
    Encoders encoders;
    std::shared_ptr<const TextReader> reader;
    struct Member {
        std::size_t expert_idx = 0;
        ExpertSpec spec;
        std::int64_t width = 0;
        std::size_t logits = 0;  ///< behind each vector, with an SB-MoE block
        bool shows_gate = false; ///< they are told: those of a forced expert are the same again
        RowFilter filter;
    };
    std::vector<Member> members; ///< parallel to the encoders' heads

    /// Runs one batch and writes each wanted expert's representation.
    /// @param inputs of the batch, in its order   @param wanted one for each member
    /// @param out out[text] points to the text's representations by expert_idx
    void encode(std::span<const EncoderInput* const> inputs, Role role, const std::vector<bool>& wanted, Team* team,
                std::span<Representation* const> out) const;
};

} // namespace cameo
