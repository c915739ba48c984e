// Whether a training's experts differ, and whether they have what they need to learn their part.
#include "core/diagnose/diagnose_training.hpp"

#include <cmath>
#include <fmt/format.h>

namespace cameo {
namespace {

constexpr double kAlike = 0.96;   ///< correlation of two experts' success, query by query: healthy blocks had 0.64 to 0.945, copies 0.97 and more
constexpr double kForgets = 0.02; ///< of the dev measure; as in learning.overfitting

std::vector<Remedy> remedies_of_likeness(const TrainingEvidence& training) {
    if (!training.is_routed()) return {{"Let them compete.", {"steps.specialized=250", "competition.temperature=0.2"}}, {"Give each more layers of its own: cameo model create came --private.", {}}};
    return {{"Begin with experts that weigh more against what passes them by (cameo model create sbmoe --normalise-input true), with narrower ones, or with fewer.", {}},
            {"Let fewer of them serve each text, so that they do not all learn the same: cameo model create sbmoe --chosen 1.", {}}};
}

/// All pairs, not only one: then they are an ensemble in disguise.
void find_likeness(const TrainingEvidence& training, std::vector<Finding>& findings) {
    const double all = training.last("experts.alike"), most = training.last("experts.alike.most");
    if (!(all > kAlike) || training.values("experts.alike").size() < 2) return; // what nobody has trained is alike
    const bool routed = training.is_routed();
    findings.push_back({.id = routed ? "experts.redundant" : "experts.alike", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = routed ? "The experts are redundant" : "The experts answer alike",
                        .meaning = routed ? "Forced on all texts, every expert succeeds and fails on the same queries as the others: whatever the gate chooses, the answer is the same."
                                          : "All experts succeed and fail on the same queries: the model is an ensemble in disguise, with the cost of several experts and the knowledge of one.",
                        .evidence = {{"correlation of two experts' success on dev queries, mean of all pairs", all, fmt::format("above {:g} they are alike", kAlike)}, {"of the pair most alike", most, ""},
                                     {"when it began", training.first("experts.alike"), ""}},
                        .remedies = remedies_of_likeness(training),
                        .view = "Time machine"});
}

/// The paper's sign: a measure that drops where nothing is shared. Before the first step a model without shared layers ranks as one
/// that shares them would, for private layers are copies: so that step is what it is held against.
void find_capacity(const TrainingEvidence& training, std::vector<Finding>& findings) {
    const auto experts = training.experts();
    if (training.shared_layers != 0 || experts.size() < 2) return;
    std::vector<Evidence> evidence{{"layers that the experts share", 0, "the paper shares most of them"}};
    std::string worst;
    double most = 0;
    for (const std::string& expert : experts) {
        const std::string metric = dev_metric(training, expert);
        const double lost = training.first(metric) - training.last(metric);
        if (lost > most) most = lost, worst = expert;
    }
    const std::string metric = dev_metric(training, worst);
    const bool drops = most > kForgets;
    if (drops) {
        evidence.push_back({fmt::format("dev {} of {} before training", training.recipe.measure, worst), training.first(metric), ""});
        evidence.push_back({"the last", training.last(metric), fmt::format("more than {:g} below it has forgotten", kForgets)});
    }
    const std::string fusion = dev_metric(training, "fusion");
    evidence.push_back({fmt::format("dev {} of the fusion before training", training.recipe.measure), training.first(fusion), ""});
    evidence.push_back({"its last", training.last(fusion), ""});
    findings.push_back({.id = "experts.capacity", .severity = drops ? Severity::Warning : Severity::Note, .sureness = drops ? Sureness::Likely : Sureness::Certain,
                        .title = drops ? fmt::format("Without shared layers {} is short of capacity", worst) : "The experts share no layers",
                        .meaning = drops ? "Each expert has to learn from its own loss alone what shared layers would know for all, and this one has lost part of what it began with."
                                         : "Every text runs through all layers once for each expert. The measure does not suffer, but what shared layers would know for all is learned and computed several times.",
                        .evidence = std::move(evidence),
                        .remedies = {{"Begin with shared layers: cameo model create came --shared 4.", {}}, {"Give the experts more layers, or a larger encoder.", {}}}, .view = "Training"});
}

} // namespace

void find_expert_trouble(const TrainingEvidence& training, std::vector<Finding>& findings) {
    find_likeness(training, findings);
    find_capacity(training, findings);
}

} // namespace cameo
