#pragma once

#include "core/search/learned_fusion.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

namespace cameo {

/// What one judged query teaches a fusion. D documents of its union, E experts, F = 2 E features.
struct FusionLesson {
    std::vector<double> z;        ///< [D, E] row-major, each expert's z-scores; or its scores as they are
    std::vector<double> target;   ///< [D] grade / sum of grades: adds up to 1, or all 0 when no answer is in the union
    std::vector<double> features; ///< [F + E] gate_features(); empty where none are learnt from

    bool teaches() const; ///< an answer is in the union
};

/// How strongly parameters are held near 0, that is, the fusion near the plain z-score sum. Both are added to the sum of
/// the queries' losses, not to their mean, so that they are one and the same prior whatever the number of queries.
struct FusionPrior {
    double effects = 30; ///< effects of the standardised features: normal with deviation 1 / sqrt(2 effects) = 0.13
    double base = 0.1;   ///< logarithms of the weights: 2.2
    double spread = 0.1; ///< FusionGate::spread: 2.2
};

/// The loss of a listwise softmax (ListNet's top-one cross-entropy, Cao et al. 2007) and its gradient:
///   L = sum over queries of -sum_d t_d log softmax_d(sum_e w_e z_de) + prior.base |base|^2 + prior.effects |effects|^2
///       + prior.spread spread^2
/// with w as FusionGate has it, before it is put on the grid.
/// @param parameters [E + E F + 1] base, effects, spread; or [E]: base only, weights that are the same for every query
/// @param gradient   as many; overwritten
double fusion_loss(std::span<const FusionLesson* const> lessons, const FusionGate& scale, const FusionPrior& prior,
                   std::span<const double> parameters, std::span<double> gradient);

/// @param called before every evaluation of the loss: a cancel point   @pre a lesson that teaches
FusionGate fit_gate(std::span<const FusionLesson* const> lessons, std::size_t experts, const FusionPrior& prior,
                    const std::function<void()>& called);
/// The same without features: [E] weights on the grid.
std::vector<double> fit_linear(std::span<const FusionLesson* const> lessons, std::size_t experts,
                               const FusionPrior& prior, const std::function<void()>& called);

} // namespace cameo
