#pragma once

#include "core/model/vectors/keeping_encoder.hpp"
#include "core/train/frozen_memory.hpp"
#include "core/train/part_texts.hpp"

#include <ATen/core/Tensor.h>
#include <memory>
#include <string>

// Private to core: shows ATen.

namespace cameo {

/// What an encoder that is not trained makes of a training's texts, pooled: with the kernels, and so the bits, that a model
/// serves with on a processor in float32. A text is encoded once: its vector is kept from step to step (FrozenMemory) and
/// from one run of the program to the next (KeepingEncoder). Neither the batch nor what is kept already changes a bit.
/// One thread.
class FrozenPooled {
public:
    /// @param head Global, without a block   @param texts kept by reference   @param memory of earlier trainings; null: its own
    FrozenPooled(const BertWeights& weights, HeadWeights head, const TextSource& texts, std::shared_ptr<FrozenMemory> memory);

    struct Rows {
        at::Tensor x;            ///< [Q + D, H] float32, the batch's queries first
        std::int64_t tokens = 0; ///< of all texts
    };
    Rows of(const TrainingBatch& batch);

private:
    std::vector<FrozenMemory::Text> encode(std::span<const std::int64_t> texts);

    const TextSource& m_texts;
    std::size_t m_width;
    KeepingEncoder m_encoder;
    Team m_team;
    std::shared_ptr<FrozenMemory> m_memory;
    std::string m_key; ///< in the memory
};

} // namespace cameo
