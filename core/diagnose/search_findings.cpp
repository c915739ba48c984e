// What the search loses on its way to the experts' scores.
#include "core/diagnose/diagnose_model.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace cameo {
namespace {

constexpr double kCutDocuments = 0.5; ///< share; on 11,233 documents of which a quarter is cut, reading all of them brought 0.002 of MRR@10
constexpr double kCutQueries = 0.1;
constexpr double kLost = 0.01;        ///< share of an expert's exact first hundred

/// Of the expert that is cut most: others read the same texts.
void find_cut(const SearchLosses& losses, std::vector<Finding>& findings) {
    const auto worst = std::ranges::max_element(losses.experts, {}, [](const ExpertSearchLosses& expert) { return std::max(expert.cut_documents, expert.cut_queries); });
    if (worst == losses.experts.end() || (!(worst->cut_documents > kCutDocuments) && !(worst->cut_queries > kCutQueries))) return;
    findings.push_back({.id = "search.truncated", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = "Texts are not read to their end",
                        .meaning = fmt::format("What stands behind the last token that {} reads is not searched. Whether that costs depends on what stands there.", worst->name),
                        .evidence = {{"documents that are longer than it reads", worst->cut_documents, fmt::format("above {:g} most are cut", kCutDocuments)},
                                     {"queries that are", worst->cut_queries, fmt::format("above {:g} many are cut", kCutQueries)}},
                        .remedies = {{"Make the model with more tokens (cameo model create … --document-tokens, --query-tokens), or cut long documents into parts.", {}}}, .view = "Missing"});
}

void find_approximation(const SearchLosses& losses, std::vector<Finding>& findings) {
    for (const ExpertSearchLosses& expert : losses.experts) {
        if (!(expert.lost_candidates > kLost)) continue;
        findings.push_back({.id = "search.approximate", .severity = Severity::Warning, .sureness = Sureness::Certain, .title = fmt::format("The search of {} does not find all that it should", expert.name),
                            .meaning = fmt::format("Its index ({}) looks only where it expects the best documents. Some that it would rank high are not found.", expert.structure),
                            .evidence = {{"share of its exact first hundred that its search does not find", expert.lost_candidates, fmt::format("above {:g}; over {} queries", kLost, losses.compared)}},
                            .remedies = {{"Ask each expert for more candidates.", {}}}, .view = "Missing"});
    }
}

} // namespace

std::vector<Finding> diagnose(const SearchLosses& losses) {
    std::vector<Finding> findings;
    find_cut(losses, findings);
    find_approximation(losses, findings);
    return findings;
}

} // namespace cameo
