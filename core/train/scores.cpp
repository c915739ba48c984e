#include "core/train/scores.hpp"

#include "core/base/error.hpp"
#include "core/model/aten/bert_tensors.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full_like.h>
#include <ATen/ops/log1p.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/max.h>
#include <ATen/ops/nonzero.h>
#include <ATen/ops/topk.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <utility>

namespace cameo {

namespace {

/// The text of each row. [N]
at::Tensor text_of_rows(Offsets offsets, const at::Tensor& beside) {
    std::vector<std::int64_t> texts;
    for (std::size_t text = 0; text + 1 < offsets.size(); ++text)
        texts.insert(texts.end(), std::size_t(offsets[text + 1] - offsets[text]), std::int64_t(text));
    return on_device(texts, beside.device());
}

/// 1 / rows of each text. [B, 1]
at::Tensor shares(Offsets offsets, const at::Tensor& beside) {
    std::vector<std::int64_t> counts;
    for (std::size_t text = 0; text + 1 < offsets.size(); ++text) {
        check(offsets[text + 1] > offsets[text], "scores: a text without rows");
        counts.push_back(offsets[text + 1] - offsets[text]);
    }
    return on_device(counts, beside.device()).to(beside.scalar_type()).reciprocal().unsqueeze(1);
}

void check_offsets(Offsets offsets, const at::Tensor& rows) {
    check(rows.dim() == 2 && offsets.size() >= 2 && offsets.front() == 0 && offsets.back() == rows.size(0),
          "scores: offsets do not cover the rows");
}

/// A text's largest logit of each term, and which of its rows has it. All texts at once, so that the decoder's weights
/// are read once, and a block of terms at a time, so that [N, V] is never whole.   @return [B, V], [B, V] int64
std::pair<at::Tensor, at::Tensor> largest_logits(const at::Tensor& states, Offsets offsets, const at::Tensor& decoder,
                                                 const at::Tensor& bias) {
    constexpr std::int64_t kBlock = 1024;
    const auto texts = std::int64_t(offsets.size()) - 1, terms = decoder.size(0);
    auto largest = at::empty({texts, terms}, states.options());
    auto winner = at::empty({texts, terms}, states.options().dtype(at::kLong));
    for (std::int64_t first = 0; first < terms; first += kBlock) {
        const auto count = std::min(kBlock, terms - first);
        const auto logits = at::matmul(states, decoder.narrow(0, first, count).t()).to(states.scalar_type()); // mixed precision
        for (std::int64_t text = 0; text < texts; ++text) {
            const std::int64_t row = offsets[std::size_t(text)], rows = offsets[std::size_t(text) + 1] - row;
            auto own = largest.select(0, text).narrow(0, first, count), place = winner.select(0, text).narrow(0, first, count);
            at::max_out(own, place, logits.narrow(0, row, rows), 0);
        }
    }
    return {largest.add_(bias), winner};
}

} // namespace

at::Tensor lexical_impacts(const at::Tensor& states, Offsets offsets, const at::Tensor& decoder, const at::Tensor& bias,
                           std::int64_t most_terms) {
    check_offsets(offsets, states);
    const auto texts = std::int64_t(offsets.size()) - 1;
    std::vector<at::Tensor> text_of, term_of, token_of; // of the terms above 0
    {
        const at::NoGradGuard no_gradients;
        const auto [height, winner] = largest_logits(states.detach(), offsets, decoder.detach(), bias.detach());
        for (std::int64_t text = 0; text < texts; ++text) {
            const auto own = height.select(0, text);
            auto terms = at::nonzero(own > 0).squeeze(1);
            if (most_terms > 0 && terms.size(0) > most_terms)
                terms = std::get<1>(at::topk(own, most_terms));
            term_of.push_back(terms);
            token_of.push_back(winner.select(0, text).index_select(0, terms) + offsets[std::size_t(text)]);
            text_of.push_back(at::full_like(terms, text));
        }
    }
    const auto term = at::cat(term_of), token = at::cat(token_of), text = at::cat(text_of);
    const auto logits = (states.index_select(0, token) * decoder.index_select(0, term)).sum({1}) + bias.index_select(0, term);
    const auto impacts = at::zeros({texts, decoder.size(0)}, states.options().requires_grad(false));
    return impacts.index_put({text, term}, at::log1p(logits.clamp_min(0)));
}

at::Tensor mean_max_sim(const at::Tensor& queries, Offsets query_offsets, const at::Tensor& documents,
                        Offsets document_offsets) {
    check_offsets(query_offsets, queries);
    check_offsets(document_offsets, documents);
    const auto count = std::int64_t(document_offsets.size()) - 1;
    std::int64_t longest = 0;
    for (std::size_t d = 0; d + 1 < document_offsets.size(); ++d)
        longest = std::max<std::int64_t>(longest, document_offsets[d + 1] - document_offsets[d]);
    // Documents padded to [D, L]: a padded place repeats the document's first row, which changes no maximum.
    std::vector<std::int64_t> place;
    for (std::size_t d = 0; d + 1 < document_offsets.size(); ++d)
        for (std::int64_t t = 0; t < longest; ++t)
            place.push_back(document_offsets[d] + t < document_offsets[d + 1] ? document_offsets[d] + t : document_offsets[d]);
    const auto products = at::matmul(queries, documents.t());
    const auto best = std::get<0>(
        at::max(products.index_select(1, on_device(place, queries.device())).view({queries.size(0), count, longest}), 2));
    return mean_rows(best, query_offsets);
}

at::Tensor mean_rows(const at::Tensor& rows, Offsets offsets) {
    check_offsets(offsets, rows);
    const auto sums = at::zeros({std::int64_t(offsets.size()) - 1, rows.size(1)}, rows.options().requires_grad(false))
                          .index_add(0, text_of_rows(offsets, rows), rows);
    return sums * shares(offsets, rows);
}

at::Tensor unit_rows(const at::Tensor& rows) { return rows / rows.square().sum({1}, true).sqrt().clamp_min(1e-12); }

} // namespace cameo
