#include "core/eval/expert_similarity.hpp"

#include "core/base/error.hpp"
#include "core/jobs/parallel.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

/// Eight sums side by side, so that the compiler may use wide registers: one sum has an order to keep.
template <class Number>
double dot(const Number* a, const Number* b, std::size_t width) {
    constexpr std::size_t kLanes = 8;
    double sums[kLanes] = {};
    std::size_t c = 0;
    for (; c + kLanes <= width; c += kLanes)
        for (std::size_t lane = 0; lane < kLanes; ++lane)
            sums[lane] += static_cast<double>(a[c + lane]) * b[c + lane];
    double rest = 0;
    for (; c < width; ++c)
        rest += static_cast<double>(a[c]) * b[c];
    for (const double sum : sums)
        rest += sum;
    return rest;
}

/// K = XX' of one expert's centred outputs. With it |Y'X|_F^2 = <K_X, K_Y>, B x B sums instead of H x H.
struct Gram {
    std::vector<double> lower; ///< row after row up to the diagonal: [B (B + 1) / 2]
    double trace = 0;
    bool varies = false; ///< by more than rounding
};

Gram gram(const std::vector<const float*>& inputs, std::size_t expert, std::size_t width,
          Progress& progress) {
    const std::size_t count = inputs.size();
    std::vector<double> x(count * width), mean(width, 0.0);
    double energy = 0;
    for (std::size_t input = 0; input < count; ++input)
        for (std::size_t c = 0; c < width; ++c) {
            const double value = inputs[input][expert * width + c];
            x[input * width + c] = value;
            mean[c] += value / static_cast<double>(count);
            energy += value * value;
        }
    for (std::size_t at = 0; at < x.size(); ++at)
        x[at] -= mean[at % width];

    Gram made{.lower = std::vector<double>(count * (count + 1) / 2)};
    parallel_for(count, 16, [&](std::size_t begin, std::size_t end) {
        progress.check_cancelled();
        for (std::size_t row = begin; row < end; ++row)
            for (std::size_t column = 0; column <= row; ++column)
                made.lower[row * (row + 1) / 2 + column] =
                    dot(x.data() + row * width, x.data() + column * width, width);
    });
    for (std::size_t row = 0; row < count; ++row)
        made.trace += made.lower[row * (row + 1) / 2 + row];
    // Outputs are single precision: what lies a millionth beside their mean is their rounding.
    made.varies = made.trace > 1e-12 * energy;
    return made;
}

/// <K_X, K_Y> over whole matrices.
double product(const Gram& a, const Gram& b, std::size_t count) {
    double diagonal = 0;
    for (std::size_t row = 0; row < count; ++row)
        diagonal += a.lower[row * (row + 1) / 2 + row] * b.lower[row * (row + 1) / 2 + row];
    return 2 * dot(a.lower.data(), b.lower.data(), a.lower.size()) - diagonal;
}

double mean_cosine(const std::vector<const float*>& inputs, std::size_t i, std::size_t j, std::size_t width) {
    double sum = 0;
    std::size_t counted = 0;
    for (const float* input : inputs) {
        const float *a = input + i * width, *b = input + j * width;
        const double lengths = std::sqrt(dot(a, a, width)) * std::sqrt(dot(b, b, width));
        if (lengths == 0) continue;
        sum += dot(a, b, width) / lengths;
        ++counted;
    }
    return counted == 0 ? kUndefined : sum / static_cast<double>(counted);
}

} // namespace

ExpertSimilarity compare_experts(std::span<const float> outputs, std::size_t experts, std::size_t width,
                                 Progress& progress) {
    check(experts >= 1 && width >= 1 && outputs.size() % (experts * width) == 0,
          "compare_experts: outputs are not [B, N, width]");
    progress.begin("comparing the experts", Unit::Steps, static_cast<std::int64_t>(experts));
    ExpertSimilarity similarity{.experts = experts};
    std::vector<const float*> inputs;
    for (std::size_t at = 0; at < outputs.size(); at += experts * width) {
        const auto input = outputs.subspan(at, experts * width);
        if (std::ranges::all_of(input, [](float value) { return std::isfinite(value); }))
            inputs.push_back(input.data());
        else
            ++similarity.left_out;
    }
    similarity.inputs = static_cast<std::int64_t>(inputs.size());
    for (auto* each : {&similarity.cosine, &similarity.cka, &similarity.cka_shuffled})
        each->assign(experts * experts, kUndefined);

    std::vector<Gram> grams;
    std::vector<double> norms;
    for (std::size_t i = 0; i < experts; ++i) {
        grams.push_back(gram(inputs, i, width, progress));
        norms.push_back(std::sqrt(product(grams[i], grams[i], inputs.size())));
        for (std::size_t j = 0; j <= i; ++j) {
            const std::size_t here = i * experts + j, mirrored = j * experts + i;
            similarity.cosine[here] = similarity.cosine[mirrored] = mean_cosine(inputs, i, j, width);
            if (!grams[i].varies || !grams[j].varies) continue;
            const double scale = norms[i] * norms[j];
            similarity.cka[here] = similarity.cka[mirrored] =
                product(grams[i], grams[j], inputs.size()) / scale;
            similarity.cka_shuffled[here] = similarity.cka_shuffled[mirrored] =
                grams[i].trace * grams[j].trace / (static_cast<double>(inputs.size() - 1) * scale);
        }
        progress.advance();
    }
    return similarity;
}

} // namespace cameo
