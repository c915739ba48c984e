#include "core/model/came/fit_heads.hpp"

#include "core/base/error.hpp"
#include "core/model/cpu/cpu_encoder.hpp"

#include <ATen/TensorOperators.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/layer_norm.h>
#include <ATen/ops/linalg_eigh.h>
#include <ATen/ops/matmul.h>
#include <ATen/ops/sort.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

std::vector<float> numbers(const at::Tensor& tensor) {
    const auto flat = tensor.to(at::kFloat).contiguous();
    return {flat.const_data_ptr<float>(), flat.const_data_ptr<float>() + flat.numel()};
}

/// The `width` eigenvectors of largest eigenvalue as rows, each with its largest component above 0 so that the same
/// texts give the same numbers.
at::Tensor principal_directions(const at::Tensor& moments, std::int64_t width) {
    const auto vectors = std::get<1>(at::linalg_eigh(moments)); // columns, eigenvalues ascending
    auto rows = vectors.narrow(1, moments.size(0) - width, width).t().flip({0}).contiguous();
    const auto largest = rows.gather(1, rows.abs().argmax(1, true));
    return rows * largest.sign();
}

} // namespace

FittedHeads fit_heads(const BertWeights& weights, const std::filesystem::path& folder, const FitOptions& options,
                      std::span<const std::string> texts, Progress& progress) {
    if (texts.empty())
        throw Error(ErrorKind::InvalidInput, "there are no texts that the new experts' heads could be fitted to");
    const at::NoGradGuard no_gradients;
    const auto tokenizer = Tokenizer::load(folder);
    const CpuEncoder encoder(weights, {});
    const auto h = weights.config.hidden, v = weights.config.vocabulary;
    const auto words = at::from_blob(const_cast<float*>(weights.words.values().data()), {v, h}, at::kFloat);
    auto moments = at::zeros({h, h}, at::kDouble);
    std::vector<at::Tensor> heights; // of each text: its largest logits
    progress.begin("fitting the experts' heads", Unit::Documents, std::int64_t(texts.size()));
    // A text has some terms more or less, so the sorted largest logits need not go deep.
    const auto deepest = std::min<std::int64_t>(v, std::max<std::int64_t>(1, std::llround(options.active_terms * 8)));
    for (const auto& text : texts) {
        PackedBatch batch;
        const auto ids = tokenizer->encode(text, std::size_t(options.tokens)).ids;
        batch.add(ids, ids.size());
        auto hidden = encoder.hidden(batch);
        const auto rows = at::from_blob(hidden.data(), {std::int64_t(ids.size()), h}, at::kFloat);
        const auto units = (rows / rows.norm(2, {1}, true).clamp_min(1e-12)).to(at::kDouble);
        moments += at::matmul(units.t(), units);
        const auto states = at::layer_norm(at::gelu(rows), {h}, {}, {}, weights.config.epsilon);
        const auto largest = at::matmul(states, words.t()).amax(0);
        heights.push_back(std::get<0>(at::sort(largest, 0, true)).narrow(0, 0, deepest).clone());
        progress.advance();
    }
    // The height that as many logits exceed as all texts together may have terms.
    auto all = std::get<0>(at::sort(at::cat(heights), 0, true));
    const auto wanted = std::clamp<std::int64_t>(std::llround(options.active_terms * double(texts.size())), 1, all.size(0));
    const float height = all[wanted - 1].item<float>();
    return {numbers(principal_directions(moments, options.local_width)), std::vector<float>(std::size_t(v), -height)};
}

} // namespace cameo
