// What the experts' competition and the lexical expert's terms say.
#include "core/diagnose/diagnose_training.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cameo {
namespace {

constexpr double kAway = 0.05;       ///< share of the instances with a weight more than 0.1 from 1; at the temperature of 0.5 it was 0.42
constexpr double kAll = 0.8;         ///< mean weight of one expert, as a share of the number of experts
constexpr double kHarsh = 0.05;      ///< temperature
constexpr double kStarves = 0.85;    ///< mean weight; at a temperature of 0 the weakest fell to 0.79
constexpr double kDenseTerms = 1000; ///< of a document; SPLADE models have 100 to 300
constexpr double kEmptyDocument = 3, kEmptyQuery = 1;
constexpr double kFusionLoses = 0.005, kFusionLosesMuch = 0.03;
/// Deviation of the difference of two systems' MRR@10 on one query: 0.011 is the standard error over 1,123 queries, and two experts'
/// success correlates at 0.74 to 0.82. What is within one standard error of nothing is nothing.
constexpr double kQueryDeviation = 0.26;

void find_competition(const TrainingEvidence& training, std::vector<Finding>& findings) {
    const auto experts = training.experts();
    const double away = training.tail("weight.away"), temperature = training.recipe.competition_temperature;
    if (experts.size() < 2 || std::isnan(away)) return;
    std::string lowest, highest;
    double low = INFINITY, high = 0;
    for (const std::string& expert : experts) {
        const double weight = training.tail("weight." + expert);
        if (weight < low) low = weight, lowest = expert;
        if (weight > high) high = weight, highest = expert;
    }
    const std::vector<Evidence> evidence{{"queries with an expert's weight more than 0.1 from 1", away, fmt::format("below {:g} nothing competes", kAway)},
                                         {"mean weight of " + highest, high, ""}, {"mean weight of " + lowest, low, ""}};
    if (high > kAll * static_cast<double>(experts.size())) {
        findings.push_back({.id = "competition.one_takes_all", .severity = Severity::Serious, .sureness = Sureness::Certain, .title = fmt::format("{} takes nearly all", highest),
                            .meaning = "One expert ranks the right documents best nearly always, so only it still learns. The others fall further behind.", .evidence = evidence,
                            .remedies = {{"Raise the temperature.", {fmt::format("competition.temperature={:g}", std::max(temperature * 4, 0.5))}}, {"Train all alike for longer first.", {fmt::format("steps.standardized={}", std::max<std::int64_t>(training.recipe.standardized_steps * 2, 100))}}},
                            .view = "Time machine"});
    } else if (away < kAway) {
        const bool asked = std::isinf(temperature);
        findings.push_back({.id = "competition.no_effect", .severity = asked ? Severity::Note : Severity::Warning, .sureness = Sureness::Certain, .title = "The competition has no effect",
                            .meaning = asked ? "The recipe asks for it: at an infinite temperature all experts learn alike." : "All experts learn from every query nearly alike, as in the stage before: they will not specialise by this.",
                            .evidence = evidence,
                            .remedies = {{"Lower the temperature.", {"competition.temperature=0.5"}}, {"Rank among more candidates, so that the experts disagree.", {fmt::format("competition.depth={}", std::max<std::int64_t>(training.recipe.competition_depth * 5, 1000))}}},
                            .view = "Time machine"});
    } else if (temperature <= kHarsh && low < kStarves) {
        findings.push_back({.id = "competition.winner_takes_all", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = fmt::format("Only the best expert learns from each query, and {} starves", lowest),
                            .meaning = "At so low a temperature an expert that is second for a query learns nothing from it. The weakest one gets less to learn from, and the sum loses its part.", .evidence = evidence,
                            .remedies = {{"Raise the temperature.", {"competition.temperature=0.5"}}}, .view = "Time machine"});
    }
}

void find_lexical(const TrainingEvidence& training, std::vector<Finding>& findings) {
    const double document = training.tail("terms.document"), query = training.tail("terms.query");
    if (std::isnan(document)) return;
    const double most = training.recipe.most_terms > 0 ? std::min(kDenseTerms, 0.98 * static_cast<double>(training.recipe.most_terms)) : kDenseTerms;
    const std::vector<Evidence> evidence{{"terms of a document", document, fmt::format("{:g} to {:.0f} is usual", kEmptyDocument, most)}, {"terms of a query", query, fmt::format("at least {:g}", kEmptyQuery)}};
    if (document > most)
        findings.push_back({.id = "lexical.dense", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = "The lexical expert has gone dense",
                            .meaning = "Documents have so many terms that its index is large and slow, and that most of them say nothing.", .evidence = evidence,
                            .remedies = {{"Punish terms harder.", {fmt::format("loss.flops_document={:g}", std::max(training.recipe.flops_document, 0.001) * 3), fmt::format("loss.flops_query={:g}", std::max(training.recipe.flops_query, 0.001) * 3)}}},
                            .view = "Training"});
    else if (document < kEmptyDocument || query < kEmptyQuery)
        findings.push_back({.id = "lexical.empty", .severity = Severity::Serious, .sureness = Sureness::Certain, .title = "The lexical expert is nearly empty",
                            .meaning = "Texts have hardly any terms left, so it finds hardly anything.", .evidence = evidence,
                            .remedies = {{"Punish terms less.", {fmt::format("loss.flops_document={:g}", training.recipe.flops_document / 10), fmt::format("loss.flops_query={:g}", training.recipe.flops_query / 10)}}},
                            .view = "Training"});
}

void find_fusion(const TrainingEvidence& training, std::vector<Finding>& findings) {
    const auto experts = training.experts();
    const double fusion = training.last(dev_metric(training, "fusion"));
    if (training.is_routed() || !training.has("loss") || experts.size() < 2 || std::isnan(fusion)) return;
    const auto best = std::ranges::max(experts, {}, [&](const std::string& expert) { return training.last(dev_metric(training, expert)); });
    const double alone = training.last(dev_metric(training, best));
    if (!(alone - fusion > std::max(kFusionLoses, kQueryDeviation / std::sqrt(static_cast<double>(training.recipe.validation_queries))))) return;
    findings.push_back({.id = "fusion.loses", .severity = alone - fusion > kFusionLosesMuch ? Severity::Serious : Severity::Warning, .sureness = Sureness::Hint,
                        .title = fmt::format("The fusion loses to {} alone", best), .meaning = "Adding the others up costs more than they bring. One of them may drown the rest by its scale.",
                        .evidence = {{fmt::format("dev {} of the fusion", training.recipe.measure), fusion, ""}, {fmt::format("dev {} of {}", training.recipe.measure, best), alone, ""}},
                        .remedies = {{"Train the sum as well.", {"loss.fusion=1"}}, {"Learn the fusion's weights: cameo fuse.", {}}}, .view = "Training"});
}

} // namespace

void find_competition_trouble(const TrainingEvidence& training, std::vector<Finding>& findings) {
    find_competition(training, findings);
    find_lexical(training, findings);
    find_fusion(training, findings);
}

} // namespace cameo
