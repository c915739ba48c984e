#pragma once

#include "core/model/encoder/bert_weights.hpp"
#include "core/model/encoder/precision.hpp"
#include "core/model/moe/moe_spec.hpp"
#include "core/model/moe/moe_weights.hpp"

#include <cstdint>
#include <memory>
#include <vector>

namespace cameo {

enum class Pooling {
    Cls,
    Mean,
    Max,
    MeanSqrt,
    Identity, ///< BERT's own, tanh(dense([CLS])): a head has it as Cls with a dense module (head_loader.hpp)
};

/// A linear layer with its activation, as sentence-transformers' Dense module and ColBERT's projection.
struct DenseWeights {
    LinearWeights linear;
    enum class Shape { Identity, Tanh, Relu, Gelu } activation = Shape::Identity;
};

/// SB-MoE's block behind a Global head's pooling.
struct MoeHead {
    MoeSpec spec;
    MoeWeights weights;
    std::int64_t forced = -1; ///< this expert serves every text, whatever the gate says; -1: the gate decides
};

/// What turns the shared layers' output [tokens, H] into one expert's representation.
struct HeadWeights {
    ExpertKind kind = ExpertKind::Global;
    std::vector<BertLayerWeights> layers;     ///< the expert's own, run on top of the shared ones (CAME)
    std::optional<MaskedLmWeights> masked_lm; ///< Lexical
    Pooling pooling = Pooling::Mean;  ///< Global
    std::vector<DenseWeights> dense;  ///< Local: of each token; Global: after pooling
    bool normalise = true;            ///< L2, of each token (Local) or of the pooled vector (Global)
    std::shared_ptr<const MoeHead> moe; ///< Global: after all of that; null: no block
    int logs = 1;                     ///< Lexical: log(1 + relu(x)) applied once, or log(1 + .) once more

    /// @param hidden H of the encoder
    std::int64_t width(const BertConfig& config) const {
        if (kind == ExpertKind::Lexical)
            return config.vocabulary;
        return dense.empty() ? config.hidden : dense.back().linear.weight.shape[0];
    }
};

/// Texts without padding between them. Text b has the ids [offsets[b], offsets[b + 1]); its first keys[b] tokens can
/// be attended to (all of them, but for ColBERT's [MASK] padding).
struct PackedBatch {
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> offsets{0};
    std::vector<std::int32_t> keys;

    std::size_t texts() const { return keys.size(); }
    std::size_t tokens() const { return ids.size(); }
    void add(std::span<const std::int32_t> text, std::size_t attended);
};

/// One head's numbers for a batch, float32 row-major:
/// Lexical [texts, V], w_v = max_t log(1 + relu(logit_{t,v})); Local [tokens, width]; Global [texts, width], or
/// with an SB-MoE block [texts, width + N]: behind each vector the gate's clean logits.
using HeadOutput = std::vector<float>;

class Team;

/// An encoder with its heads on one device. run() may be called from several threads at once.
class Encoder {
public:
    virtual ~Encoder() = default;
    /// outputs[head_idx] for the heads asked for, empty for the others.
    /// @param team threads to share the work of one small batch among, which is what a query waits for; null: the
    /// caller's thread alone, as a bulk job runs one batch on each core
    virtual std::vector<HeadOutput> run(const PackedBatch& batch, const std::vector<bool>& wanted, Team* team) const = 0;
    /// How many tokens make a good batch.
    virtual std::size_t batch_tokens() const = 0;
    /// Where the next run() computes.
    virtual EncoderPlace place() const = 0;
};

/// What encodes each role. A query never waits for what only large batches make up for, and a document's numbers must
/// not depend on how many others come with it: so the role decides, never the size of a batch.
struct Encoders {
    std::shared_ptr<const Encoder> queries, documents; ///< may be the same one
    const Encoder& of(Role role) const { return role == Role::Query ? *queries : *documents; }
};

} // namespace cameo
