#pragma once

#include "core/model/aten/bert_tensors.hpp"
#include "core/model/cpu/cpu_encoder.hpp"
#include "core/train/adamw.hpp"
#include "core/train/frozen_memory.hpp"
#include "core/train/recipe/recipe.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// An encoder's embeddings and layers in training, frozen from below up to some layer. What is frozen gives a text the
/// same numbers at every step: on a processor they are computed once a text, with our own kernels, and kept as long as
/// there is room. Neither the batch nor what is kept already changes a bit of them.
class Trunk {
public:
    /// @param memory of earlier trainings; null: its own   @param source says where the texts come from and how they are cut
    /// @param frozen layers from below that are not trained, with the embeddings; 0: embeddings and layers are trained;
    /// more than there are: nothing is
    Trunk(const BertWeights& weights, std::int64_t frozen, const at::Device& device,
          std::shared_ptr<FrozenMemory> memory = nullptr, const std::string& source = {});
    ~Trunk();

    /// The last layer [N, H]; with gradient towards what is trained.
    /// @param keys one a text: the same key always comes with the same ids
    at::Tensor hidden(const PackedBatch& batch, const BatchTensors& tensors, std::span<const std::int64_t> keys);

    /// What is trained, under the names of Hugging Face's BERT ("embeddings.…", "encoder.layer.0.…"), query, key and value
    /// as "….attention.self.qkv.…".
    NamedTensors parameters() const;
    const BertTensors& tensors() const { return m_bert; }

private:
    std::vector<float> compute(const PackedBatch& batch, std::size_t text) const;
    at::Tensor frozen_hidden(const PackedBatch& batch, const BatchTensors& tensors, std::span<const std::int64_t> keys);

    BertTensors m_bert;
    std::int64_t m_frozen;
    std::unique_ptr<const CpuEncoder> m_encoder; ///< of the frozen part; null on a GPU, or where nothing is frozen
    Team m_team;
    std::shared_ptr<FrozenMemory> m_memory;
    std::string m_key; ///< in the memory
};

/// Layers that the recipe leaves as they are, for Trunk.
std::int64_t frozen_layers(const Recipe& recipe);

/// The parameters of layers that are trained, under "PREFIX0.…", "PREFIX1.…"; asks for their gradients.
NamedTensors train_layers(std::span<const BertLayerTensors> layers, const std::string& prefix, std::int64_t first = 0);

} // namespace cameo
