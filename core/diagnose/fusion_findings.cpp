// What judged queries say of a model's experts and their fusion.
#include "core/diagnose/diagnose_model.hpp"

#include "core/eval/specialisation.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace cameo {
namespace {

constexpr int kMrr = 0, kRecall1000 = 3; ///< places among the measures
constexpr double kLosesMuch = 0.01;
constexpr double kDrowns = 0.85;    ///< share of the spread of the sum
constexpr double kSameFirst = 0.8;  ///< Jaccard of the first ten
constexpr double kSameFate = 0.9;   ///< correlation of their measures
constexpr double kNearlyAll = 0.98; ///< Recall@1000
constexpr double kUnbrought = 0.02; ///< share of the right documents

std::vector<double> values(const std::vector<Measures>& measured, int measure_idx) {
    std::vector<double> all;
    for (const Measures& one : measured) all.push_back(value(one, measure_idx));
    return all;
}

double mean(const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return values.empty() ? std::nan("") : sum / static_cast<double>(values.size());
}

/// One expert alone is better than the fusion that it is part of, on these queries and beyond chance.
void find_loss(const JudgedScores& scores, const Specialisation& by, bool gated, std::vector<Finding>& findings) {
    // Of a gate its own ranking, which is the first expert's, against the others forced.
    const std::size_t first = gated ? 1 : 0;
    std::size_t best = first;
    for (std::size_t expert = first + 1; expert < scores.experts.size(); ++expert)
        if (mean(by.per_query[expert]) > mean(by.per_query[best])) best = expert;
    const std::vector<double>& whole = gated ? by.per_query[0] : by.fused;
    const double alone = mean(by.per_query[best]), fused = mean(whole);
    if (!(alone > fused)) return;
    // Corrected for its being the best of them (Bonferroni).
    const double p = std::min(1.0, randomisation_test(by.per_query[best], whole) * static_cast<double>(scores.experts.size() - first));
    if (!(p < kSignificant)) return;
    if (gated) {
        findings.push_back({.id = "gate.loses_to_an_expert", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = fmt::format("One expert for everything ({}) ranks better than the gate's choice", scores.experts[best]),
                            .meaning = "Choosing costs more than it brings: one expert forced on all queries and documents is better.",
                            .evidence = {{"MRR@10 with the gate", fused, ""}, {"MRR@10 of " + scores.experts[best], alone, ""}, {"chance of such a difference", p, "paired randomisation test, times the number of experts"}},
                            .remedies = {{"Reward sending a query where its document goes.", {"gate.agreement=0.1"}}}, .view = "Evaluation"});
        return;
    }
    findings.push_back({.id = "fusion.loses", .severity = alone - fused > kLosesMuch ? Severity::Serious : Severity::Warning, .sureness = Sureness::Certain,
                        .title = fmt::format("The fusion loses to {} alone", scores.experts[best]), .meaning = "Adding the others costs more than they bring.",
                        .evidence = {{"MRR@10 of the fusion", fused, ""}, {"MRR@10 of " + scores.experts[best], alone, ""}, {"chance of such a difference", p, "paired randomisation test, times the number of experts"}},
                        .remedies = {{"Bring the scores to one scale: --fusion zscore or minmax.", {}}, {"Learn the weights: cameo fuse.", {}}}, .view = "Fusion"});
}

/// Without an expert the others would do better.
void find_harm(const JudgedScores& scores, const Specialisation& by, std::vector<Finding>& findings) {
    for (std::size_t expert = 0; expert < scores.experts.size(); ++expert) {
        const Contribution& part = by.contributions[expert];
        if (!(part.mean < -0.005)) continue;
        findings.push_back({.id = "fusion.harmed", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = fmt::format("The fusion would be better without {}", scores.experts[expert]),
                            .meaning = "It ruins more than it saves. Less weight may be enough.",
                            .evidence = {{"MRR@10 of the fusion, less that without it", part.mean, "below -0.005"}, {"queries that it saves", static_cast<double>(part.saves.size()), ""},
                                         {"queries that it ruins", static_cast<double>(part.ruins.size()), ""}},
                            .remedies = {{"Learn the weights: cameo fuse.", {}}}, .view = "Specialisation"});
    }
}

/// A raw sum in which the scores of one expert spread so much more than the others' that it alone ranks.
void find_scale(const JudgedScores& scores, const FusionSpec& fusion, std::vector<Finding>& findings) {
    if (fusion.method != FusionMethod::Sum && fusion.method != FusionMethod::Weighted) return;
    const std::size_t experts = scores.experts.size();
    std::vector<double> spread(experts, 0);
    for (const ScoredQuery& query : scores.queries) {
        for (std::size_t expert = 0; expert < experts; ++expert) {
            double sum = 0, squares = 0, documents = 0;
            for (std::size_t document = 0; document < query.documents.size(); ++document) {
                const double raw = query.raw[document * experts + expert];
                if (!std::isfinite(raw)) continue; // the fusion passes over it, too
                ++documents;
                sum += raw;
                squares += raw * raw;
            }
            if (documents > 1) spread[expert] += std::sqrt(std::max(squares / documents - sum / documents * sum / documents, 0.0));
        }
    }
    double all = 0;
    std::size_t largest = 0;
    for (std::size_t expert = 0; expert < experts; ++expert) {
        spread[expert] *= expert < fusion.weights.size() ? std::fabs(fusion.weights[expert]) : 1;
        all += spread[expert];
        if (spread[expert] > spread[largest]) largest = expert;
    }
    if (!(spread[largest] > kDrowns * all) || experts < 2) return;
    findings.push_back({.id = "fusion.scale", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = fmt::format("The scores of {} drown the others", scores.experts[largest]),
                        .meaning = "In a plain sum the expert whose scores spread most decides. The others are heard only where it is undecided.",
                        .evidence = {{"share of the spread of the sum that it makes", spread[largest] / all, fmt::format("above {:g}", kDrowns)}},
                        .remedies = {{"Bring the scores to one scale: --fusion zscore or minmax.", {}}}, .view = "Ledger"});
}

void find_likeness(const JudgedScores& scores, const Specialisation& by, std::vector<Finding>& findings) {
    const std::size_t experts = scores.experts.size();
    for (std::size_t one = 0; one < experts; ++one)
        for (std::size_t other = one + 1; other < experts; ++other) {
            const ExpertPair& pair = by.pair(one, other);
            if (!(pair.jaccard > kSameFirst) || !(pair.correlation > kSameFate)) continue;
            findings.push_back({.id = "experts.alike", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = fmt::format("{} and {} answer alike", scores.experts[one], scores.experts[other]),
                                .meaning = "They bring the same documents and succeed on the same queries: one of them could go, or the model is an ensemble in disguise.",
                                .evidence = {{"documents that their first ten have in common", pair.jaccard, fmt::format("above {:g}", kSameFirst)}, {"correlation of their success", pair.correlation, fmt::format("above {:g}", kSameFate)}},
                                .remedies = {{"Let them compete.", {"steps.specialized=250", "competition.temperature=0.5"}}}, .view = "Specialisation"});
        }
}

void find_narrowness(const JudgedScores& scores, const FusionSpec& fusion, const Specialisation& by, std::vector<Finding>& findings, Progress& progress) {
    const double recall = mean(values(measure_fusion(scores, fusion, &progress), kRecall1000)), first = mean(by.fused);
    if (!scores.has_bm25 || !(recall > kNearlyAll)) return;
    double bm25 = 0;
    for (const ScoredQuery& query : scores.queries) bm25 += value(query.bm25, kMrr) / static_cast<double>(scores.queries.size());
    if (!(first < bm25)) return;
    findings.push_back({.id = "experts.too_narrow", .severity = Severity::Warning, .sureness = Sureness::Hint, .title = "What is right is found, and not put first",
                        .meaning = "Nearly every right document is among the first thousand, and BM25 still ranks better: the experts may each know too narrow a part to order what they find.",
                        .evidence = {{"Recall@1000", recall, fmt::format("above {:g}", kNearlyAll)}, {"MRR@10", first, "below BM25's"}, {"MRR@10 of BM25", bm25, ""}},
                        .remedies = {{"Let them compete less hard.", {"competition.temperature=2"}}, {"Train all alike for longer first.", {"steps.standardized=500"}}}, .view = "Evaluation"});
}

void find_search_losses(const JudgedScores& scores, std::vector<Finding>& findings) {
    double lost = 0, all = 0;
    for (const ScoredQuery& query : scores.queries)
        for (const RelevantDocument& right : query.relevant) {
            lost += right.position < 0;
            ++all;
        }
    if (!(lost > kUnbrought * all)) return;
    findings.push_back({.id = "search.depth", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = "Right documents are among nobody's candidates",
                        .meaning = "No expert brought them at this depth, so no fusion can rank them.",
                        .evidence = {{"share of the right documents", lost / all, fmt::format("above {:g}, at {} candidates of each expert", kUnbrought, scores.depth)}},
                        .remedies = {{"Ask each expert for more candidates.", {}}}, .view = "Missing"});
}

} // namespace

std::vector<Finding> diagnose(const JudgedScores& scores, const FusionSpec& fusion, bool gated, Progress& progress) {
    std::vector<Finding> findings;
    if (scores.queries.empty()) return findings;
    const Specialisation by = specialise(scores, fusion, kMrr, progress);
    if (scores.experts.size() > 1) find_loss(scores, by, gated, findings);
    if (scores.experts.size() > 1 && !gated) {
        find_harm(scores, by, findings);
        find_scale(scores, fusion, findings);
        find_likeness(scores, by, findings);
        find_narrowness(scores, fusion, by, findings, progress);
    }
    find_search_losses(scores, findings);
    sort_findings(findings);
    return findings;
}

} // namespace cameo
