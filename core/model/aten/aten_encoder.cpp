#include "core/model/aten/aten_encoder.hpp"

#include "core/base/error.hpp"
#include "core/model/aten/head_tensors.hpp"
#include "core/model/aten/moe_tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/relu.h>
#include <ATen/ops/stack.h>
#include <c10/util/Exception.h>
#include <cstring>

namespace cameo {

struct AtenEncoder::Tensors {
    struct Head {
        HeadWeights weights;
        std::vector<BertLayerTensors> layers;
        std::vector<DenseTensors> dense;
        std::optional<MaskedLmTensors> masked_lm;
        std::optional<MoeTensors> moe;
    };
    at::Device device;
    BertTensors bert;
    std::vector<Head> heads;
};

namespace {

at::Tensor unit_rows(const at::Tensor& x) {
    return x / (x * x).sum({-1}, true).sqrt().clamp_min(1e-12);
}

// [N, H] -> [B, V]: the largest logit first, then log(1 + relu), text by text so that [N, V] is never whole.
at::Tensor lexical(const BertConfig& config, const MaskedLmTensors& masked_lm, const at::Tensor& hidden,
                   const PackedBatch& batch, int logs) {
    const auto states = masked_lm_states(config, masked_lm, hidden);
    std::vector<at::Tensor> largest;
    for (std::size_t text = 0; text < batch.texts(); ++text) {
        const auto rows = states.narrow(0, batch.offsets[text], batch.keys[text]);
        largest.push_back(at::linear(rows, masked_lm.decoder.weight).amax(0));
    }
    auto weights = at::stack(largest).to(at::kFloat) + masked_lm.decoder.bias.to(at::kFloat);
    for (int log = 0; log < logs; ++log)
        weights = at::log1p(at::relu(weights));
    return weights;
}

HeadOutput to_host(const at::Tensor& x) {
    const auto host = x.to(at::TensorOptions(at::kCPU).dtype(at::kFloat)).contiguous();
    HeadOutput values(std::size_t(host.numel()));
    std::memcpy(values.data(), host.const_data_ptr<float>(), values.size() * sizeof(float));
    return values;
}

at::ScalarType scalar_type(Precision precision) {
    return precision == Precision::Bf16 ? at::kBFloat16 : precision == Precision::Fp16 ? at::kHalf : at::kFloat;
}

} // namespace

AtenEncoder::AtenEncoder(const BertWeights& weights, const std::vector<HeadWeights>& heads, EncoderPlace place)
    : m_place(place) {
    const at::Device device = place.cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    const auto options = at::TensorOptions(device).dtype(scalar_type(place.precision));
    const BertTensors bert = to_tensors(weights, options);
    std::vector<Tensors::Head> own;
    for (const auto& head : heads) {
        own.push_back({head, to_tensors(head.layers, options), {}, {}, {}});
        own.back().weights.layers.clear(); // they may be large, and are tensors now
        // Heads work on float32: their rows are few or narrow.
        own.back().dense = to_tensors(head.dense, options.dtype(at::kFloat));
        if (head.masked_lm)
            own.back().masked_lm = to_tensors(*head.masked_lm, weights, bert, options);
        if (head.moe)
            own.back().moe = to_tensors(head.moe->weights, options.dtype(at::kFloat));
    }
    m_tensors = std::make_unique<const Tensors>(Tensors{device, bert, std::move(own)});
}

AtenEncoder::~AtenEncoder() = default;

std::vector<HeadOutput> AtenEncoder::run(const PackedBatch& batch, const std::vector<bool>& wanted, Team*) const {
    const std::lock_guard queue(m_one_at_a_time);
    const at::NoGradGuard no_gradients;
    const auto& own = *m_tensors;
    check(wanted.size() == own.heads.size(), "one wish for each head");
    try {
        const auto on_device = to_tensors(batch, own.device);
        const auto shared = bert_hidden(own.bert, on_device);
        std::vector<HeadOutput> outputs(own.heads.size());
        for (std::size_t head_idx = 0; head_idx < own.heads.size(); ++head_idx) {
            if (!wanted[head_idx])
                continue;
            const auto& [head, layers, dense, masked_lm, moe] = own.heads[head_idx];
            const auto hidden = bert_layers(own.bert.config, layers, shared, on_device), floats = hidden.to(at::kFloat);
            at::Tensor output;
            switch (head.kind) {
            case ExpertKind::Lexical:
                check(masked_lm.has_value(), "a lexical head needs the masked-LM head's weights");
                output = lexical(own.bert.config, *masked_lm, hidden, batch, head.logs);
                break;
            case ExpertKind::Local: output = through_dense(dense, floats); break;
            case ExpertKind::Global: output = through_dense(dense, pool(floats, batch, head.pooling)); break;
            }
            if (head.normalise && head.kind != ExpertKind::Lexical)
                output = unit_rows(output);
            if (!moe) {
                outputs[head_idx] = to_host(output);
                continue;
            }
            const auto pass = moe_forward(*moe, head.moe->spec, output, {.bias = moe->bias, .forced = head.moe->forced});
            outputs[head_idx] = to_host(at::cat({pass.output, pass.logits}, 1));
        }
        return outputs;
    } catch (const c10::OutOfMemoryError&) {
        throw OutOfDeviceMemory{};
    } catch (const c10::Error& failed) {
        throw Error(ErrorKind::Environment, std::string("the device failed: ") + failed.what_without_backtrace());
    }
}

} // namespace cameo
