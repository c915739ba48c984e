#pragma once

#include "core/model/encoder/bert_weights.hpp"
#include "core/model/weights/fingerprint.hpp"

namespace cameo {

/// All that decides what embeddings and layers make of ids, whatever file it was read from.
void add(Fingerprint& fingerprint, const BertWeights& weights);
void add(Fingerprint& fingerprint, const LinearWeights& linear);

} // namespace cameo
