#include "core/diagnose/finding.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

namespace cameo {

std::string_view name(Severity severity) {
    switch (severity) {
    case Severity::Note: return "note";
    case Severity::Warning: return "warning";
    case Severity::Serious: return "serious";
    }
    return {};
}

std::string_view name(Sureness sureness) {
    switch (sureness) {
    case Sureness::Hint: return "hint";
    case Sureness::Likely: return "likely";
    case Sureness::Certain: return "certain";
    }
    return {};
}

void sort_findings(std::vector<Finding>& findings) {
    std::ranges::stable_sort(findings, std::ranges::greater(), &Finding::severity);
}

std::string to_text(std::span<const Finding> findings) {
    if (findings.empty()) return "Nothing was found.\n";
    std::string text;
    const auto out = std::back_inserter(text);
    for (const Finding& finding : findings) {
        fmt::format_to(out, "{}{}: {} ({}, {})\n  {}\n", text.empty() ? "" : "\n", name(finding.severity), finding.title, finding.id, name(finding.sureness), finding.meaning);
        for (const Evidence& evidence : finding.evidence)
            fmt::format_to(out, "  - {}: {:.4g}{}{}\n", evidence.words, evidence.value, evidence.limit.empty() ? "" : "; ", evidence.limit);
        for (const Remedy& remedy : finding.remedies) {
            fmt::format_to(out, "  > {}", remedy.words);
            for (const std::string& set : remedy.set) fmt::format_to(out, " --set {}", set);
            text += '\n';
        }
    }
    return text;
}

std::string to_json(std::span<const Finding> findings) {
    using Json = nlohmann::ordered_json;
    Json all = Json::array();
    for (const Finding& finding : findings) {
        Json evidence = Json::array(), remedies = Json::array();
        for (const Evidence& one : finding.evidence)
            evidence.push_back({{"words", one.words}, {"value", std::isfinite(one.value) ? Json(one.value) : Json()}, {"limit", one.limit}});
        for (const Remedy& one : finding.remedies) remedies.push_back({{"words", one.words}, {"set", one.set}});
        all.push_back({{"id", finding.id}, {"severity", name(finding.severity)}, {"sureness", name(finding.sureness)}, {"title", finding.title},
                       {"meaning", finding.meaning}, {"evidence", evidence}, {"remedies", remedies}, {"view", finding.view}});
    }
    return all.dump(2, ' ', false, Json::error_handler_t::replace); // names and messages may be no UTF-8
}

} // namespace cameo
