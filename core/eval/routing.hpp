#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <string>
#include <vector>

// What an SB-MoE gate (core/model/moe/moe_spec.hpp) does with a whole set of inputs, from its clean logits.
// Letters: B inputs, N >= 2 experts, p = softmax(logits) [B, N]; entropies and information are in nats; an
// input's first choice is its largest logit, of equal ones the lower number. Inputs with a logit that is not
// finite are counted and left out. A number that the inputs do not define, such as any mean over none of
// them, is NaN.

namespace cameo {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

struct Spread {
    double mean = kUndefined, p5 = kUndefined, p25 = kUndefined, p50 = kUndefined, p75 = kUndefined,
           p95 = kUndefined;
};

/// An expert that serves a smaller share of the inputs is dead.
inline constexpr double kDeadLoad = 0.01;

struct RoutingSummary {
    std::int64_t inputs = 0;    ///< B, those counted
    std::int64_t left_out = 0;  ///< with a logit that is not finite
    std::vector<double> load;   ///< [N] share of inputs whose first choice is expert i; sums to 1
    std::vector<double> chosen; ///< [N] share of inputs that expert i serves (its weight is not 0); sums to k
    std::vector<double> importance;  ///< [N] mean weight
    std::vector<double> probability; ///< [N] mean p
    // Of the load, which counts first choices: under TOP-1 they are all that is served, and under ALL, where
    // every expert serves every input, they still differ.
    double load_ratio = kUndefined;        ///< largest over mean load, N max_i load_i: 1 to N (one has all)
    double load_cv2 = kUndefined;          ///< variance over squared mean: 0 to N - 1 (one has all)
    double effective_experts = kUndefined; ///< exp(H(load)): N down to 1 (one has all)
    /// The same of the importance (Shazeer et al. 2017, arXiv 1701.06538, eq. 6 and 7, without the factor).
    double importance_cv2 = kUndefined;
    std::vector<std::int32_t> dead; ///< experts with chosen < kDeadLoad, ascending; under ALL there are none
    double entropy = kUndefined;    ///< mean of H(p): how undecided the gate is about one input
    double marginal_entropy = kUndefined; ///< H(mean p): how evenly it spreads all of them
    double information = kUndefined;      ///< marginal_entropy - entropy: 0 where the gate ignores its input
    double entropy_share = kUndefined, marginal_entropy_share = kUndefined; ///< of ln N
    Spread margin; ///< largest p minus the second: how sure first choices are
};

/// First choices, -1 for an input with a logit that is not finite.   @param logits [B, N]   @return [B]
std::vector<std::int32_t> first_choices(std::span<const float> logits, std::size_t experts);

/// @param logits [B, N]   @param weights [B, N] what the experts' vectors are multiplied by
/// (Model::gate_weights)
RoutingSummary summarise_routing(std::span<const float> logits, std::span<const float> weights,
                                 std::size_t experts);

/// How often a query and a document that answers it are sent to the same expert. Where they are not, TOP-1
/// compares vectors of two experts.
struct RouteAgreement {
    std::int64_t pairs = 0;     ///< those counted
    double same = kUndefined;   ///< share of pairs with the same first choice
    double chance = kUndefined; ///< sum_i load_i of the pairs' queries * load_i of their documents: what
                                ///< independent draws give
};

/// @param queries, documents [pairs] first choices; a pair with a -1 is left out
RouteAgreement route_agreement(std::span<const std::int32_t> queries,
                               std::span<const std::int32_t> documents);

/// What the first choice has to do with the category of a query.
struct CategoryRouting {
    std::int64_t inputs = 0;                         ///< with a category and a first choice
    std::map<std::string, std::vector<double>> load; ///< [N] of each category's queries
    /// I(category; first choice) = sum_{c,i} n_ci/n ln(n n_ci / (n_c n_i)). Few inputs push it up even when
    /// nothing is there, so it is to be read beside what shuffling leaves of it.
    double information = kUndefined;
    /// Its mean over all ways to shuffle the categories, exactly (Vinh, Epps and Bailey 2010, JMLR 11,
    /// eq. 24a).
    double shuffled = kUndefined;
};

/// @param first, categories [B]; an input with -1 or without a category is left out
CategoryRouting route_categories(std::span<const std::int32_t> first, std::span<const std::string> categories,
                                 std::size_t experts);

} // namespace cameo
