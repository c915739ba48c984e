#pragma once

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <span>
#include <vector>

// Private to core: shows ATen. Differentiable scores of every query against every document of a batch.

namespace cameo {

/// Texts lie one after the other: text b has the rows [offsets[b], offsets[b + 1]).
using Offsets = std::span<const std::int32_t>;

/// The lexical expert's impacts, a_v = log(1 + relu(max_t <state_t, W_v> + bias_v)) (SPLADE, arXiv 2109.10086, eq. 6).
/// The logits [N, V] are computed without gradient and a block of terms at a time; what a gradient needs is only the
/// winning token of each term that is above 0, and exactly those are computed again with it.
/// @param states [N, H]   @param decoder [V, H]   @param bias [V]
/// @param most_terms keeps that many of a text's largest; 0: all
/// @return [B, V]
at::Tensor lexical_impacts(const at::Tensor& states, Offsets offsets, const at::Tensor& decoder, const at::Tensor& bias,
                           std::int64_t most_terms);

/// Mean over a query's rows of the largest product with a document's rows (ColBERT's MaxSim, arXiv 2004.12832, eq. 3,
/// divided by the number of rows: long and short queries then train alike).
/// @param queries [Nq, W], documents [Nd, W], unit rows; every text has a row
/// @return [Q, D]
at::Tensor mean_max_sim(const at::Tensor& queries, Offsets query_offsets, const at::Tensor& documents,
                        Offsets document_offsets);

/// Mean over each text's rows: [N, H] -> [B, H].
at::Tensor mean_rows(const at::Tensor& rows, Offsets offsets);

/// x / max(|x|, 1e-12) for each row.
at::Tensor unit_rows(const at::Tensor& rows);

} // namespace cameo
