// What a gate does with a whole collection.
#include "core/diagnose/diagnose_model.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <numeric>

namespace cameo {
namespace {

constexpr double kCollapsed = 1.15;   ///< effective experts by first choices
constexpr double kUndecided = 0.99;   ///< entropy of one query, share of the largest
constexpr double kIgnores = 0.0035;   ///< nats that a query tells about its expert; trained gates had 0.006 or more, untrained ones 0.0015
constexpr double kCopies = 0.95;      ///< cosine and CKA of two experts' outputs
constexpr double kAgree = 0.5;

void find_copies(const GateReport& report, std::vector<Finding>& findings) {
    const ExpertSimilarity& alike = report.queries.similarity;
    std::string names;
    double least = 1, pairs = 0;
    for (std::size_t one = 0; one < alike.experts; ++one)
        for (std::size_t other = one + 1; other < alike.experts; ++other) {
            const double cosine = alike.at(alike.cosine, one, other), cka = alike.at(alike.cka, one, other);
            if (!(cosine > kCopies) || !(cka > kCopies)) continue; // one that is not defined says nothing
            const double both = std::min(cosine, cka);
            names += fmt::format("{}{} and {}", pairs > 0 ? "; " : "", report.experts[one], report.experts[other]);
            least = std::min(least, both);
            ++pairs;
        }
    if (pairs == 0) return;
    findings.push_back({.id = "experts.redundant", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = "Experts are copies of each other",
                        .meaning = fmt::format("They make the same of every query: {}. The gate's choice among them changes nothing.", names),
                        .evidence = {{"pairs of experts", pairs, ""}, {"the least cosine or CKA of them", least, fmt::format("above {:g} they are copies", kCopies)}},
                        .remedies = {{"Train fewer experts, or longer with noise.", {"gate.noise=true"}}}, .view = "Gate"});
}

} // namespace

std::vector<Finding> diagnose(const GateReport& report) {
    std::vector<Finding> findings;
    const RoutingSummary &queries = report.queries.routing, &documents = report.documents.routing;
    const auto experts = static_cast<double>(report.experts.size());
    const double served = std::accumulate(queries.chosen.begin(), queries.chosen.end(), 0.0);
    // Where a text has several experts, the first one has to have all the weight as well.
    const auto onto_one = [&](const RoutingSummary& side) {
        return side.effective_experts < kCollapsed && (served < 1.5 || std::exp(side.marginal_entropy) < kCollapsed);
    };
    const bool collapsed = onto_one(queries) && onto_one(documents);
    const bool all_serve = served > experts - 0.5;
    if (collapsed)
        findings.push_back({.id = "gate.collapse", .severity = Severity::Serious, .sureness = Sureness::Certain, .title = "The gate has collapsed onto one expert",
                            .meaning = report.agreement.same < kAgree ? "Queries nearly all go to one expert and documents to another: nothing is chosen any more."
                                                                         : "The first choice is the same for nearly all queries and documents: the model is what one block would be.",
                            .evidence = {{"effective experts for queries", queries.effective_experts, fmt::format("of {:g}; below {:g} it is collapsed", experts, kCollapsed)},
                                         {"effective experts for documents", documents.effective_experts, ""}, {"queries with a right document at the same expert", report.agreement.same, ""}},
                            .remedies = {{"Train it again with balance.", {"gate.importance=0.01"}}}, .view = "Gate"});
    std::vector<std::int32_t> dead;
    std::ranges::set_intersection(queries.dead, documents.dead, std::back_inserter(dead));
    if (!collapsed && !dead.empty())
        findings.push_back({.id = "gate.dead_experts", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = dead.size() == 1 ? "An expert is dead" : "Experts are dead",
                            .meaning = "The gate sends them next to nothing. The others do the work.",
                            .evidence = {{"dead experts", static_cast<double>(dead.size()), fmt::format("of {:g}; dead below {:g} of the queries and of the documents", experts, kDeadLoad)}},
                            .remedies = {{"Train it again with balance.", {"gate.importance=0.01"}}}, .view = "Gate"});
    if (!collapsed && queries.entropy_share > kUndecided && queries.information < kIgnores)
        findings.push_back({.id = "gate.undecided", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = "The gate does not look at its input",
                            .meaning = "It gives all experts nearly the same weight whatever the query is, as before training.",
                            .evidence = {{"entropy of one query, share of the largest", queries.entropy_share, fmt::format("above {:g}", kUndecided)}, {"what a query tells about its expert, in nats", queries.information, fmt::format("below {:g}", kIgnores)}},
                            .remedies = {{"Let the gate learn faster.", {"optimizer.gate_rate=0.001"}}}, .view = "Gate"});
    if (!collapsed && !all_serve && report.agreement.same < kAgree)
        findings.push_back({.id = "gate.apart", .severity = Severity::Note, .sureness = Sureness::Likely, .title = "Queries and their documents go to different experts",
                            .meaning = "Most queries are transformed by another expert than the document that answers them. Whether that costs is for the measures to say: compare the gate with each expert forced.",
                            .evidence = {{"queries with a right document at the same expert", report.agreement.same, fmt::format("{:.2f} by chance", report.agreement.chance)}},
                            .remedies = {{"Reward going together, a little.", {"gate.agreement=0.1"}}}, .view = "Gate"});
    find_copies(report, findings);
    sort_findings(findings);
    return findings;
}

} // namespace cameo
