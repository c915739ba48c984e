#include "core/diagnose/finding.hpp"

#include <gtest/gtest.h>
#include <limits>

namespace cameo {
namespace {

std::vector<Finding> two() {
    return {{.id = "a", .severity = Severity::Note, .sureness = Sureness::Hint, .title = "A", .meaning = "Meaning.", .evidence = {}, .remedies = {}, .view = "Gate"},
            {.id = "b", .severity = Severity::Serious, .sureness = Sureness::Certain, .title = "B", .meaning = "Other.",
             .evidence = {{"share", 0.25, "below 0.3"}, {"other", std::numeric_limits<double>::quiet_NaN(), ""}}, .remedies = {{"Do it.", {"gate.load=0.01"}}}, .view = "Training"}};
}

TEST(Findings, TheWorstComesFirst) {
    auto findings = two();
    sort_findings(findings);
    EXPECT_EQ(findings.front().id, "b");
}

TEST(Findings, AsText) {
    EXPECT_EQ(to_text(two()), "note: A (a, hint)\n  Meaning.\n\nserious: B (b, certain)\n  Other.\n  - share: 0.25; below 0.3\n  - other: nan\n  > Do it. --set gate.load=0.01\n");
    EXPECT_EQ(to_text({}), "Nothing was found.\n");
}

TEST(Findings, AsJson) {
    const auto findings = two();
    const std::string json = to_json(findings);
    EXPECT_NE(json.find("\"value\": 0.25"), std::string::npos);
    EXPECT_NE(json.find("\"value\": null"), std::string::npos) << "JSON has no word for NaN";
    EXPECT_EQ(to_json({}), "[]");
}

TEST(Findings, AsJsonWhateverTheyName) {
    auto findings = two();
    findings[0].meaning = "Expert \xff.";
    EXPECT_NE(to_json(findings).find("Expert \xef\xbf\xbd."), std::string::npos);
}

} // namespace
} // namespace cameo
