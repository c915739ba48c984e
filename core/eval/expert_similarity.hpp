#pragma once

#include "core/eval/routing.hpp"
#include "core/jobs/progress.hpp"

namespace cameo {

/// How alike the N experts of a gate are by what they make of the same B inputs: matrices [N, N], row-major,
/// symmetric. Experts that copy each other have 1 everywhere, whatever their loads. NaN where an expert's
/// outputs do not define it.
struct ExpertSimilarity {
    std::int64_t inputs = 0;    ///< B, those counted
    std::int64_t left_out = 0;  ///< with an output that is not finite
    std::size_t experts = 0;    ///< N
    std::vector<double> cosine; ///< mean of cos(E_i(x), E_j(x)) over the inputs where neither vector is 0
    /// Linear CKA (Kornblith et al. 2019, arXiv 1905.00414, section 3): with X = E_i and Y = E_j over the
    /// inputs, [B, H], columns centred, |Y'X|_F^2 / (|X'X|_F |Y'Y|_F). 1 where one is the other turned or
    /// scaled, 0 where no direction of one goes with one of the other. NaN where outputs do not vary.
    std::vector<double> cka;
    /// What is left of it when one expert's inputs are shuffled: the exact mean over all permutations,
    /// tr(XX') tr(YY') / ((B - 1) |XX'|_F |YY'|_F). Far from 0 where B is not much larger than the space that
    /// the outputs fill, and CKA says little there. It is no floor for experts: unrelated ones read the same
    /// x, and have more.
    std::vector<double> cka_shuffled;

    double at(const std::vector<double>& matrix, std::size_t i, std::size_t j) const {
        return matrix[i * experts + j];
    }
};

/// O(N B^2 H + N^2 B^2) time and N B^2 / 2 doubles: B is meant to be some hundreds.
/// @param outputs [B, N, width] E_i(x)   @throws Cancelled through progress, which counts experts.
ExpertSimilarity compare_experts(std::span<const float> outputs, std::size_t experts, std::size_t width,
                                 Progress& progress);

} // namespace cameo
