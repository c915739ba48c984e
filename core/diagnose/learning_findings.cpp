// What losses, validations and events say of the learning itself.
#include "core/diagnose/diagnose_training.hpp"
#include "core/diagnose/trend.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cameo {
namespace {

constexpr double kUnlearned = 0.85;  ///< of the dev measure before training
constexpr double kRises = 1.05;      ///< loss at the end over the loss at the start
constexpr double kSlow = 0.1;        ///< share of the loss that has gone, of its first third over its last; trainings at usual rates lost 0.11 to 0.75
constexpr double kStraight = 0.6;    ///< what the second half of that fall is of the first: a loss that still falls as it did has not arrived
constexpr std::size_t kFewestLosses = 30;
constexpr std::size_t kLossStretches = 30;
constexpr double kSure = 0.01;
constexpr double kFlat = 0.03;       ///< share of the loss that has to go for it to have learned
constexpr double kGain = 0.005;
constexpr double kOverfit = 0.02;
constexpr double kSpike = 8;         ///< a loss over the median of those around it; small batches alone make factors of 5
constexpr std::size_t kValidations = 4; ///< with fewer there is nothing to tell from chance
constexpr std::size_t kSpikes = 3, kAroundSpike = 10;

Remedy rates(const Recipe& recipe, double factor, std::string words) {
    Remedy remedy{std::move(words), {}};
    const auto add = [&](const char* key, double rate) {
        if (rate > 0) remedy.set.push_back(fmt::format("optimizer.{}={:g}", key, std::min(rate * factor, 1.0)));
    };
    add("layers_rate", recipe.layers_rate);
    add("heads_rate", recipe.heads_rate);
    add("encoder_rate", recipe.encoder_rate);
    add("gate_rate", recipe.gate_rate);
    return remedy;
}

std::size_t spikes(const std::vector<double>& losses) {
    std::size_t found = 0;
    for (std::size_t at = 0; at < losses.size(); ++at) {
        const std::size_t from = at > kAroundSpike ? at - kAroundSpike : 0, to = std::min(at + kAroundSpike + 1, losses.size());
        std::vector<double> around;
        for (std::size_t each = from; each < to; ++each)
            if (std::isfinite(losses[each])) around.push_back(losses[each]);
        if (around.size() <= kAroundSpike) continue;
        const auto middle = around.begin() + static_cast<std::ptrdiff_t>(around.size() / 2);
        std::ranges::nth_element(around, middle);
        found += losses[at] > kSpike * *middle;
    }
    return found;
}

/// @return whether anything was found: what follows is then no news
bool find_instability(const TrainingEvidence& training, const std::vector<double>& losses, std::vector<Finding>& findings) {
    // One that was begun again after it had failed is judged by what came of that.
    const EvidenceEvent* failed = nullptr;
    for (const EvidenceEvent& event : training.events) {
        if (event.kind == "failed") failed = &event;
        if (event.kind == "started" || event.kind == "resumed" || event.kind == "finished") failed = nullptr;
    }
    const std::size_t back = training.count("step_back"), leaps = spikes(losses);
    const bool no_number = !std::ranges::all_of(losses, [](double loss) { return std::isfinite(loss); });
    const bool unstable = back > 0 || no_number || leaps >= kSpikes;
    if (failed)
        findings.push_back({.id = "learning.failed", .severity = Severity::Serious, .sureness = Sureness::Certain, .title = "The training has failed", .meaning = failed->text,
                            .evidence = {{"step that it had come to", static_cast<double>(training.last_step()), ""}},
                            .remedies = {{"Mend what it says, and go on from its last checkpoint: cameo train NAME.", {}}}, .view = "Training"});
    if (!unstable) return failed != nullptr;
    Finding finding{.id = "learning.unstable", .severity = back > 0 || no_number ? Severity::Serious : Severity::Warning, .sureness = Sureness::Certain, .title = "The training is unstable",
                    .meaning = "Its loss leaps, or is no number any more. The learning rate is too high for it, or a batch has what it cannot take.",
                    .evidence = {{"times that it diverged and went back", static_cast<double>(back), ""},
                                 {"leaps of the loss", static_cast<double>(leaps), fmt::format("of more than {:g} times the losses around", kSpike)}},
                    .remedies = {rates(training.recipe, 0.2, "Lower the learning rates.")}, .view = "Training"};
    if (training.recipe.warmup_steps < 50) finding.remedies.push_back({"Warm up for longer.", {fmt::format("optimizer.warmup={}", std::max<std::int64_t>(training.recipe.warmup_steps * 3, 50))}});
    findings.push_back(std::move(finding));
    return true;
}

} // namespace

void find_learning_trouble(const TrainingEvidence& training, std::vector<Finding>& findings) {
    const auto losses = training.values("loss");
    if (find_instability(training, losses, findings)) return;
    const std::string metric = dev_metric(training, "fusion");
    const auto dev = training.values(metric);
    const double head = training.head("loss"), tail = training.tail("loss");
    const std::vector<Evidence> evidence{{"loss at the start", head, ""}, {"loss at the end", tail, ""}, {"dev " + training.recipe.measure + " before training", training.first(metric), ""},
                                         {"the best", training.best(metric), ""}, {"the last", training.last(metric), ""}};
    if (losses.size() < kFewestLosses) return; // its start and its end overlap: too early to tell
    const bool gained = dev.size() < 2 || training.best(metric) - dev.front() >= kGain;
    const bool unlearned = !gained && dev.back() < kUnlearned * dev.front();
    const bool rises = tail > kRises * head && trend(training.stretches("loss", kLossStretches)).p_rising < kSure;
    const bool falls = tail < (1 - kFlat) * head, below = dev.size() >= 2 && dev.back() < dev.front() - kOverfit;
    if ((unlearned && !falls) || (rises && below)) {
        findings.push_back({.id = "learning.rate_high", .severity = unlearned ? Severity::Serious : Severity::Warning, .sureness = Sureness::Likely, .title = "The learning rate is too high",
                            .meaning = unlearned ? "What the model could do is gone, and the loss does not fall: steps were so large that they have destroyed what was there."
                                                 : "The loss rises while it trains, and the last validation is below the model that it began with: steps are larger than it can take.",
                            .evidence = evidence, .remedies = {rates(training.recipe, 0.1, "Lower the learning rates.")}, .view = "Training"});
        return;
    }
    if (unlearned || (rises && !gained)) {
        findings.push_back({.id = "learning.unlearns", .severity = Severity::Serious, .sureness = unlearned ? Sureness::Certain : Sureness::Likely, .title = "It unlearns what the model could do",
                            .meaning = std::string(unlearned ? "The last validation is far below the model that it began with." : "The loss rises, and no validation is better than the model that it began with.") + " Learning rates that are too high do this, and so do scores on a scale that the loss is not made for.",
                            .evidence = evidence, .remedies = {rates(training.recipe, 0.2, "Lower the learning rates.")}, .view = "Training"});
        return;
    }
    const auto thirds = training.stretches("loss", 3);
    const double gone = thirds[0] - thirds[2], middle = dev.empty() ? 0 : dev[dev.size() / 2];
    if (gained && gone > 0 && gone < kSlow * thirds[0] && thirds[1] - thirds[2] > kStraight * (thirds[0] - thirds[1]) && dev.size() >= kValidations && dev.back() - middle >= kGain) {
        findings.push_back({.id = "learning.rate_low", .severity = Severity::Warning, .sureness = Sureness::Hint, .title = "The learning rate is too low",
                            .meaning = "The loss has hardly fallen and still falls as straight as at the start, and the measure still rises: most of what these steps could teach is not learned yet.",
                            .evidence = {{"loss in the first third", thirds[0], ""}, {"in the second", thirds[1], ""}, {"in the last", thirds[2], fmt::format("less than {:g} of it has gone", kSlow)},
                                         {"dev " + training.recipe.measure + " half-way", middle, ""}, {"the last", dev.back(), ""}},
                            .remedies = {rates(training.recipe, 10, "Raise the learning rates.")}, .view = "Training"});
        return;
    }
    if (std::fabs(tail - head) < kFlat * head && !gained) {
        findings.push_back({.id = "learning.plateau", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = "It has learned nothing",
                            .meaning = "The loss stands where it stood at the first step, and so does the measure: too low a rate, everything frozen, or nothing left to learn from these batches.",
                            .evidence = evidence, .remedies = {rates(training.recipe, 5, "Raise the learning rates.")}, .view = "Training"});
        return;
    }
    if (!gained && dev.size() >= kValidations && tail < head) {
        findings.push_back({.id = "learning.no_gain", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = "It has gained nothing",
                            .meaning = "The loss falls, and no validation is 0.005 better than the model that it began with: what it learns of its batches does not help other queries.",
                            .evidence = evidence,
                            .remedies = {{"Take harder negatives, of the model's own results.", {"negatives.from=both", "negatives.mine_every=100"}}, rates(training.recipe, 0.2, "Lower the learning rates.")},
                            .view = "Training"});
        return;
    }
    if (dev.size() >= kValidations && training.best(metric) - dev.back() > kOverfit && tail < head) {
        const Decline fall = decline(dev);
        findings.push_back({.id = "learning.overfitting", .severity = Severity::Warning, .sureness = fall.p < 0.05 ? Sureness::Likely : Sureness::Hint, .title = "It overfits",
                            .meaning = "The loss goes on falling while the measure on other queries is worse than it was. The best checkpoint is kept, so the result does not suffer, but the later steps were for nothing.",
                            .evidence = evidence,
                            .remedies = {{"Stop when validations get no better.", {"validation.patience=3"}}, {"Decay harder.", {fmt::format("optimizer.weight_decay={:g}", std::min(std::max(training.recipe.weight_decay, 0.01) * 3, 1.0))}}},
                            .view = "Training"});
    }
}

std::vector<Finding> diagnose(const TrainingEvidence& training) {
    std::vector<Finding> findings;
    find_learning_trouble(training, findings);
    find_gate_trouble(training, findings);
    find_competition_trouble(training, findings);
    find_expert_trouble(training, findings);
    find_negatives_trouble(training, findings);
    sort_findings(findings);
    return findings;
}

} // namespace cameo
