// What a gate's record says: collapse, drift, dead experts, no gradient, noise, queries apart from their documents.
#include "core/diagnose/diagnose_training.hpp"
#include "core/diagnose/trend.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace cameo {
namespace {

constexpr double kSilent = 1e-5;      ///< gradient of the gate over the largest other group's: the form without one has 3e-8, collapsed gates that learn 2e-4 or more
constexpr double kNearFewest = 1.15;  ///< effective experts over the fewest there can be; trainings with a gate that spreads had 1.6 or more
constexpr double kDead = 0.01;        ///< share of the texts
constexpr double kCost = 0.03;        ///< of the dev measure; 250 queries tell half of it from chance
constexpr double kDrift = 0.15;       ///< of the largest entropy
constexpr double kDriftP = 0.01;
constexpr double kNoise = 2;          ///< deviation of a difference of two noises over the gap between the two best logits
constexpr double kTogether = 0.5;
constexpr std::size_t kStretches = 60;

/// The ends of the record as a gate's verdict needs them.
struct GateEnd {
    std::vector<double> queries, documents; ///< [N] share of the texts that each expert serves
    double served = 0;                      ///< k
    double effective_queries = 0, effective_documents = 0;
    double fewest = 1;                      ///< effective experts when as few serve as can
    double gate = 0, best_expert = 0;       ///< the dev measure of the gate, and of the best expert forced on all texts
    double together = 0;                    ///< share of queries whose right document has the same first choice
    double chance = 0;                      ///< the same by chance; NaN where an input has more than one expert: its first choice is not recorded

    bool takes_part() const { return served < static_cast<double>(queries.size()); } ///< else every expert serves every text
    double cost() const { return best_expert - gate; }
    /// Never so near to all of them that an even spread would be below it.
    double limit() const { return std::min(kNearFewest * fewest, fewest + 0.15 * (static_cast<double>(queries.size()) - fewest)); }
    bool collapsed() const { return effective_queries < limit() && effective_documents < limit(); }
};

GateEnd gate_end(const TrainingEvidence& training) {
    GateEnd end;
    for (std::size_t expert = 1; training.has(fmt::format("load.query.{}", expert)); ++expert) {
        end.queries.push_back(training.tail(fmt::format("load.query.{}", expert)));
        end.documents.push_back(training.tail(fmt::format("load.document.{}", expert)));
        end.served += end.queries.back();
    }
    end.served = std::round(end.served);
    // Where all serve, what tells is how the weight is spread; and where the first choice is always the same and has all the
    // weight, it does not matter who comes second.
    const auto effective = [&](const char* entropy, const char* role) { return std::exp2(training.tail(fmt::format("{}.{}", entropy, role))); };
    const bool first_has_all = effective("gate.marginal", "query") < kNearFewest && effective("gate.marginal", "document") < kNearFewest;
    const char* entropy = end.takes_part() && !first_has_all ? "load_entropy" : "gate.marginal";
    end.effective_queries = effective(entropy, "query");
    end.effective_documents = effective(entropy, "document");
    end.fewest = end.takes_part() && !first_has_all ? end.served : 1;
    end.gate = training.last(dev_metric(training, "gate"));
    end.best_expert = std::nan("");
    for (const std::string& expert : training.experts())
        end.best_expert = std::fmax(end.best_expert, training.last(dev_metric(training, expert)));
    end.together = training.tail("gate.agreement");
    end.chance = end.served == 1 ? std::inner_product(end.queries.begin(), end.queries.end(), end.documents.begin(), 0.0) : std::nan("");
    return end;
}

/// What any form of the block takes: balancing the load as well needs noise, and experts that are left out.
std::vector<Remedy> balance_remedies(const Recipe& recipe) {
    if (recipe.importance == 0) return {{"Balance how much each expert is used.", {"gate.importance=0.01"}}};
    return {{"Balance harder.", {fmt::format("gate.importance={:g}", recipe.importance * 3)}}};
}

/// "0.25 by chance", where that is known.
std::string by_chance(const GateEnd& end) { return std::isnan(end.chance) ? std::string() : fmt::format("{:.2f} by chance", end.chance); }

std::vector<Evidence> measured(const TrainingEvidence& training, const GateEnd& end) {
    return {{fmt::format("dev {} with the gate", training.recipe.measure), end.gate, ""},
            {fmt::format("dev {} of the best single expert, for all texts", training.recipe.measure), end.best_expert, ""}};
}

void find_collapse(const TrainingEvidence& training, const GateEnd& end, std::vector<Finding>& findings) {
    const std::size_t experts = end.queries.size();
    const bool single = end.fewest == 1, costs = end.cost() > kCost;
    Finding finding{.id = "gate.collapse", .severity = single || costs ? Severity::Serious : Severity::Warning, .sureness = Sureness::Certain,
                    .title = single ? "The gate has collapsed onto one expert" : fmt::format("The gate has collapsed onto {:g} of {} experts", end.fewest, experts),
                    .meaning = {}, .evidence = {}, .remedies = balance_remedies(training.recipe), .view = "Time machine"};
    if (single && !(end.together > kTogether))
        finding.meaning = "Queries all go to one expert and documents all to another: nothing is chosen any more, and a query meets its document only by way of two transforms.";
    else if (single) finding.meaning = "Queries and documents all go to the same expert. The others learn nothing, and the model is what one block would be.";
    else if (costs) finding.meaning = "All texts go to the same few experts, and even one expert for everything would rank better.";
    else
        finding.meaning = "All texts go to the same few experts, so a query and its document are transformed alike, and that ranks as well as any one expert: load alone is no verdict. "
                          "But the other experts are dead weight.";
    finding.evidence = {{"effective experts for queries", end.effective_queries, fmt::format("of {}; below {:.3g} it is collapsed", experts, end.limit())},
                        {"effective experts for documents", end.effective_documents, ""},
                        {"queries with their right document at the same expert", end.together, by_chance(end)}};
    for (Evidence& one : measured(training, end)) finding.evidence.push_back(std::move(one));
    findings.push_back(std::move(finding));
}

void find_dead(const GateEnd& end, const TrainingEvidence& training, std::vector<Finding>& findings) {
    std::string names;
    int dead = 0;
    for (std::size_t expert = 0; expert < end.queries.size(); ++expert)
        if (end.queries[expert] < kDead && end.documents[expert] < kDead) {
            names += fmt::format("{}{}", dead ? ", " : "", expert + 1);
            ++dead;
        }
    if (!dead) return;
    findings.push_back({.id = "gate.dead_experts", .severity = Severity::Warning, .sureness = Sureness::Certain,
                        .title = dead == 1 ? fmt::format("Expert {} is dead", names) : fmt::format("Experts {} are dead", names),
                        .meaning = "The gate sends them next to nothing, so they no longer learn. The others do the work.",
                        .evidence = {{"dead experts", static_cast<double>(dead), fmt::format("of {}; dead below {:g} of the queries and of the documents", end.queries.size(), kDead)}},
                        .remedies = balance_remedies(training.recipe), .view = "Time machine"});
}

void find_drift(const TrainingEvidence& training, const GateEnd& end, std::vector<Finding>& findings) {
    const std::string metric = end.takes_part() ? "load_entropy.query" : "gate.marginal.query";
    const auto series = training.stretches(metric, kStretches);
    const Decline fall = decline(series);
    const double largest = std::log2(static_cast<double>(end.queries.size()));
    if (!(fall.p < kDriftP) || !(fall.from - fall.to > kDrift * largest)) return;
    const auto steps = training.metrics.find(metric);
    const std::size_t point = std::min((fall.begins + 1) * steps->second.size() / series.size(), steps->second.size()) - 1;
    findings.push_back({.id = "gate.drift", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = "The gate is drifting towards few experts",
                        .meaning = fmt::format("Since about step {} it spreads queries over fewer and fewer experts. Left alone, this ends in collapse, or in experts that specialise: see whether the measure follows.",
                                               steps->second[point].step),
                        .evidence = {{"entropy before, in bits", fall.from, fmt::format("of {:.2f}", largest)}, {"entropy after", fall.to, ""}, {"chance of such a fall without a change (Pettitt)", fall.p, ""}},
                        .remedies = balance_remedies(training.recipe), .view = "Training"});
}

void find_silence(const TrainingEvidence& training, std::vector<Finding>& findings) {
    double other = 0;
    for (const auto& [metric, points] : training.metrics)
        if (metric.starts_with("gradient.") && metric != "gradient.gate") other = std::max(other, training.tail(metric));
    const double gate = training.tail("gradient.gate");
    // One that had a gradient is none of that form: it has become so sure of its choices that nothing moves it, which a collapse says.
    if (!(gate < kSilent * other) || training.head("gradient.gate") > kSilent * other) return;
    findings.push_back({.id = "gate.no_gradient", .severity = Severity::Serious, .sureness = Sureness::Certain, .title = "The gate receives no gradient",
                        .meaning = "Nothing that the loss says reaches the gate: it stays what its first draws made it. With one chosen expert whose output is normalised, the gate's weight cancels; "
                                   "the corrected form does not have this.",
                        .evidence = {{"norm of the gate's gradient", gate, fmt::format("below {:g} of the next is none", kSilent)}, {"of the largest other group", other, ""}},
                        .remedies = {{"Begin with a model in the corrected form: cameo model create sbmoe --form corrected.", {}}}, .view = "Training"});
}

void find_noise(const TrainingEvidence& training, const GateEnd& end, std::vector<Finding>& findings) {
    const double deviation = training.tail("gate.deviation"), margin = training.tail("gate.margin.query");
    // Of nearly even probabilities, the logarithm of the two largest ones' ratio.
    const double gap = std::log1p(static_cast<double>(end.queries.size()) * margin);
    const double ratio = deviation * std::sqrt(2.0) / gap;
    if (!(ratio > kNoise)) return;
    findings.push_back({.id = "gate.noise_decides", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = "Noise decides, not the gate",
                        .meaning = "In training the noise is larger than what sets the first choice apart from the second, so experts are trained on texts drawn nearly at random, and the served "
                                   "model, which has no noise, routes them otherwise.",
                        .evidence = {{"deviation of the noise on a difference of logits, over the gap between the two best", ratio, fmt::format("above {:g} noise decides", kNoise)},
                                     {"margin of the first choice, in probability", margin, ""}},
                        .remedies = {{"Switch the noise off.", {"gate.noise=false"}}, {"Let the gate learn faster.", {fmt::format("optimizer.gate_rate={:g}", training.recipe.gate_rate * 5)}}}, .view = "Time machine"});
}

void find_apart(const TrainingEvidence& training, const GateEnd& end, std::vector<Finding>& findings) {
    if (!end.takes_part() || !(end.together < kTogether)) return;
    const bool costs = end.cost() > kCost;
    Finding finding{.id = "gate.apart", .severity = costs ? Severity::Warning : Severity::Note, .sureness = Sureness::Likely, .title = "Queries and their documents go to different experts",
                    .meaning = costs ? "Most queries are transformed by another expert than the document that answers them, and one expert for all would rank better."
                                     : "Most queries are transformed by another expert than the document that answers them. The measure does not suffer.",
                    .evidence = {{"queries with their right document at the same expert", end.together, fmt::format("{}{}below {:g} they are apart", by_chance(end), std::isnan(end.chance) ? "" : "; ", kTogether)}},
                    .remedies = {{"Reward going together, a little: with a weight of 1 the gate collapsed.", {"gate.agreement=0.1"}}}, .view = "Time machine"};
    for (Evidence& one : measured(training, end)) finding.evidence.push_back(std::move(one));
    findings.push_back(std::move(finding));
}

void find_loss_to_expert(const TrainingEvidence& training, const GateEnd& end, std::vector<Finding>& findings) {
    if (!(end.cost() > kCost)) return;
    findings.push_back({.id = "gate.loses_to_an_expert", .severity = Severity::Warning, .sureness = Sureness::Hint, .title = "One expert for everything ranks better than the gate's choice",
                        .meaning = "Choosing costs more than it brings: an expert forced on all queries and documents has a higher dev measure.", .evidence = measured(training, end),
                        .remedies = {{"Reward sending a query where its document goes.", {"gate.agreement=0.1"}}}, .view = "Training"});
}

void find_specialisation(const TrainingEvidence& training, const GateEnd& end, std::vector<Finding>& findings) {
    const double largest = std::log2(static_cast<double>(end.queries.size()));
    const double each = training.tail("gate.entropy.query") / largest, all = training.tail("gate.marginal.query") / largest;
    if (!(each < 0.6) || !(all > 0.75)) return;
    findings.push_back({.id = "gate.specialised", .severity = Severity::Note, .sureness = Sureness::Likely, .title = "The gate has specialised, not collapsed",
                        .meaning = "It is sure about each query, and different queries go to different experts. Low entropy of one query looks like collapse and is not.",
                        .evidence = {{"entropy of a query, share of the largest", each, ""}, {"entropy of all queries together", all, ""}}, .remedies = {}, .view = "Time machine"});
}

} // namespace

void find_gate_trouble(const TrainingEvidence& training, std::vector<Finding>& findings) {
    if (!training.is_routed()) return;
    const GateEnd end = gate_end(training);
    if (end.queries.size() < 2) return;
    find_silence(training, findings);
    if (end.collapsed()) {
        find_collapse(training, end, findings);
        return; // what else could be said follows from it
    }
    if (end.takes_part()) find_dead(end, training, findings);
    find_drift(training, end, findings);
    find_noise(training, end, findings);
    find_apart(training, end, findings);
    find_loss_to_expert(training, end, findings);
    find_specialisation(training, end, findings);
}

} // namespace cameo
