#pragma once

#include "core/train/record/recorder.hpp"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <span>
#include <vector>

// Private to core: shows ATen.

namespace cameo {

/// How a gate sends the texts of a batch, as the served model would: without noise. For ROLE query and document, with p
/// the probabilities of a text and entropies in bits:
///   load.ROLE.I            share of the texts that expert I serves, I from 1; together k
///   load_entropy.ROLE      entropy of that load; log2(N) when all serve alike, 0 when one serves all
///   gate.entropy.ROLE      mean entropy of p: how undecided the gate is about a text
///   gate.marginal.ROLE     entropy of the mean p: how evenly it spreads over all texts
///   gate.information.ROLE  their difference, what a text tells about its expert (mutual information)
///   gate.margin.ROLE       mean of the largest p less the second
///   gate.agreement         share of the queries whose right document has the same first expert
/// @param logits [B, N], queries first   @param bias [N] for choosing, or undefined   @param chosen k
/// @param positive [Q] the right document of each query, counted from the first document
std::vector<Metric> gate_metrics(const at::Tensor& logits, const at::Tensor& bias, std::int64_t chosen,
                                 std::span<const std::int64_t> positive);

} // namespace cameo
