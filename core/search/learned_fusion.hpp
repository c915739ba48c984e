#pragma once

#include "core/search/fusion.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

// What `cameo fuse` learns from judged queries and FusionMethod::Adaptive fuses by; docs/fusion.md has the reasons.

namespace cameo {

/// Predicts for one query how much each expert's z-scores count. Letters: E experts, F = 2 E features that have effects, and
/// behind them E spreads.
///   x_f = (feature_f - mean_f) / deviation_f, cut at -4 and 4
///   w_e = exp(base_e + spread (feature_{F + e} - mean_{F + e}) + sum over f < F of effects[e, f] x_f), the exponent cut at -10 and 10
/// With all effects 0 and a spread of 0 every query has the same weights, exp(base): a sum of z-scores. With a spread of 1 a
/// weight undoes its z-score's division by the deviation: a sum of raw scores, which experts that were trained together need.
struct FusionGate {
    std::vector<double> base;            ///< [E]
    std::vector<double> mean, deviation; ///< [F + E] over the queries it was fitted on; deviation > 0
    std::vector<double> effects;         ///< [E, F] row-major
    double spread = 0;
    bool operator==(const FusionGate&) const = default;
};

struct LearnedFusion {
    std::vector<std::string> experts; ///< [E] names: it belongs to models that have these, in this order
    std::vector<double> linear;       ///< [E] weights of z-scores that are the same for every query
    FusionGate gate;
    std::map<std::string, std::string> provenance; ///< which queries it was fitted on, and how
    bool operator==(const LearnedFusion&) const = default;
};

/// What the gate looks at: only the heads of the lists that the experts make of the union, so that it hardly depends on
/// how many candidates were asked for.
///   feature e      how far the best document stands out: log(1 + (s1 - s2) / sd of the expert's 20 best scores)
///   feature E + e  how much others agree: mean over the other experts of the share of common documents in both's 10 best
///   feature 2E + e log of the deviation of all its scores, which z-scores are divided by
/// Scores that are not finite are left out. The first and the last are 0 for a list of fewer than two documents, or a flat one.
/// @param raw [D, E] row-major, what every expert makes of every document of the union, which is in the order of ids
/// @return [F + E]   Thread-safe. O(D E + E^2).
std::vector<double> gate_features(std::span<const float> raw, std::size_t experts);

/// @param features [F + E]   @return x [F + E]
std::vector<double> standardised(const FusionGate& gate, std::span<const double> features);

/// w [E], on the grid of weight_on_grid().
std::vector<double> predicted_weights(const FusionGate& gate, std::span<const double> features);

/// Rounded to four decimals, so that the weight that is printed is the one that is used.
double weight_on_grid(double weight);

/// The learned weights that are the same for every query, as what parse_fusion reads: "zscore:0.38,1.05,0.71".
FusionSpec linear_fusion(const LearnedFusion& learned);

/// The file beside model.json.
std::filesystem::path learned_fusion_file(const std::filesystem::path& model_folder);
/// Empty where there is no such file. @throws Error naming file and field: damaged, of another format.
std::optional<LearnedFusion> read_learned_fusion(const std::filesystem::path& file);
/// Atomically. The model's version, and with it its indexes, stay as they are.
void write_learned_fusion(const LearnedFusion& learned, const std::filesystem::path& file);

} // namespace cameo
