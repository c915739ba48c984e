#include "core/model/encoder/bert_fingerprint.hpp"

namespace cameo {

namespace {

void add(Fingerprint& fingerprint, const Parameter& parameter) { fingerprint.add(std::as_bytes(parameter.values())); }

void add(Fingerprint& fingerprint, const NormWeights& norm) {
    add(fingerprint, norm.gamma);
    add(fingerprint, norm.beta);
}

} // namespace

void add(Fingerprint& fingerprint, const LinearWeights& linear) {
    add(fingerprint, linear.weight);
    fingerprint.add(linear.bias ? "with bias" : "without");
    if (linear.bias)
        add(fingerprint, *linear.bias);
}

void add(Fingerprint& fingerprint, const BertWeights& weights) {
    fingerprint.add(meaning(weights.config));
    add(fingerprint, weights.words);
    add(fingerprint, weights.positions);
    if (weights.token_types)
        add(fingerprint, *weights.token_types);
    add(fingerprint, weights.embedding_norm);
    for (const auto& layer : weights.layers) {
        for (const auto* linear : {&layer.query, &layer.key, &layer.value, &layer.output, &layer.up, &layer.down})
            add(fingerprint, *linear);
        add(fingerprint, layer.attention_norm);
        add(fingerprint, layer.output_norm);
    }
}

} // namespace cameo
