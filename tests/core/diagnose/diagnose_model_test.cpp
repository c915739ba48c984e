#include "core/diagnose/diagnose_model.hpp"

#include "tests/core/diagnose/finding_ids.hpp"
#include "tests/support/sample_gate.hpp"
#include "tests/support/sample_judged.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace cameo {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

std::vector<Finding> diagnosed(const JudgedScores& scores, const FusionSpec& fusion = {}, bool gated = false) {
    Progress progress;
    return diagnose(scores, fusion, gated, progress);
}

/// The first expert says anything, and loudly.
JudgedScores with_a_loud_expert() {
    JudgedScores scores = sample_scores();
    std::mt19937 random(3);
    std::normal_distribution<float> noise(0, 1000);
    for (ScoredQuery& query : scores.queries)
        for (std::size_t document = 0; document < query.documents.size(); ++document) query.raw[document * 3] = noise(random);
    return scores;
}

TEST(FusionFindings, ABlindSumOfUnlikeScalesIsFound) {
    const JudgedScores scores = with_a_loud_expert();
    const auto findings = diagnosed(scores);
    EXPECT_THAT(ids(findings), IsSupersetOf({"fusion.loses", "fusion.harmed", "fusion.scale"}));
    EXPECT_EQ(findings.front().id, "fusion.loses");
    EXPECT_EQ(findings.front().severity, Severity::Serious);
    const auto scale = std::ranges::find(findings, "fusion.scale", &Finding::id);
    EXPECT_THAT(scale->title, HasSubstr(scores.experts[0]));
    EXPECT_THAT(ids(diagnosed(scores, {.method = FusionMethod::ZScore})), Not(Contains("fusion.scale"))) << "brought to one scale";
    EXPECT_THAT(ids(diagnosed(scores, {.method = FusionMethod::Weighted, .weights = {0, 1, 1}})), Not(Contains("fusion.scale"))) << "silenced";
}

TEST(FusionFindings, AGateIsNoSum) {
    const auto findings = diagnosed(with_a_loud_expert(), {.method = FusionMethod::Weighted, .weights = {1, 0, 0}}, true);
    EXPECT_EQ(ids(findings), std::vector<std::string>{"gate.loses_to_an_expert"});
    EXPECT_EQ(findings[0].severity, Severity::Warning);
}

TEST(FusionFindings, ExpertsThatDifferAndHelpRaiseNoAlarm) {
    for (const Finding& finding : diagnosed(sample_scores(), {.method = FusionMethod::ZScore})) EXPECT_NE(finding.severity, Severity::Serious) << finding.id;
}

TEST(FusionFindings, ACopyIsAnEnsembleInDisguise) {
    JudgedScores scores = sample_scores();
    EXPECT_THAT(ids(diagnosed(scores, {.method = FusionMethod::ZScore})), Not(Contains("experts.alike")));
    for (ScoredQuery& query : scores.queries)
        for (std::size_t document = 0; document < query.documents.size(); ++document) {
            query.raw[document * 3 + 2] = 2 * query.raw[document * 3 + 1];
            query.brought_by[document] |= (query.brought_by[document] & 2) << 1;
            if (!(query.brought_by[document] & 2)) query.brought_by[document] &= ~4u;
        }
    EXPECT_THAT(ids(diagnosed(scores, {.method = FusionMethod::ZScore})), Contains("experts.alike"));
}

TEST(FusionFindings, RightDocumentsThatNobodyBringsAreCounted) {
    JudgedScores scores = sample_scores();
    for (ScoredQuery& query : scores.queries)
        for (RelevantDocument& right : query.relevant) right.position = std::max(right.position, 0);
    EXPECT_THAT(ids(diagnosed(scores)), Not(Contains("search.depth")));
    for (std::size_t query = 0; query < scores.queries.size(); query += 10) scores.queries[query].relevant = {{-1, 1}};
    EXPECT_THAT(ids(diagnosed(scores)), Contains("search.depth"));
    scores.queries.clear();
    EXPECT_TRUE(diagnosed(scores).empty());
}

TEST(FusionFindings, FindingWithoutRankingIsTooNarrow) {
    JudgedScores scores = with_a_loud_expert();
    scores.has_bm25 = true;
    for (ScoredQuery& query : scores.queries) {
        for (RelevantDocument& right : query.relevant) right.position = std::max(right.position, 0);
        query.bm25.mrr_10 = 1;
    }
    EXPECT_THAT(ids(diagnosed(scores)), Contains("experts.too_narrow"));
}

TEST(SearchFindings, NameWhatIsNotReadAndNotFound) {
    SearchLosses losses{.experts = {{.name = "local", .structure = "1,024 centroids", .cut_documents = 0.26, .cut_queries = 0.01, .lost_candidates = 0.002},
                                    {.name = "global", .structure = "HNSW32", .cut_documents = 0.26, .cut_queries = 0.01, .lost_candidates = 0}},
                        .compared = 50};
    EXPECT_TRUE(diagnose(losses).empty());
    losses.experts[0].lost_candidates = 0.05;
    losses.experts[1].cut_documents = 0.7;
    const auto findings = diagnose(losses);
    EXPECT_THAT(ids(findings), testing::ElementsAre("search.truncated", "search.approximate"));
    EXPECT_THAT(findings[0].meaning, HasSubstr("global"));
    EXPECT_THAT(findings[1].title, HasSubstr("local"));
    EXPECT_TRUE(diagnose(SearchLosses{}).empty());
}

TEST(GateReportFindings, TellCollapseFromSpecialisationAndIndecision) {
    const auto collapsed = diagnose(*sample_gate(SampleGate::Collapsed).gate.report);
    EXPECT_EQ(collapsed.front().id, "gate.collapse");
    EXPECT_EQ(collapsed.front().severity, Severity::Serious);
    for (const Finding& finding : diagnose(*sample_gate(SampleGate::Specialised).gate.report)) EXPECT_NE(finding.severity, Severity::Serious) << finding.id;
    GateReport undecided = *sample_gate(SampleGate::Undecided).gate.report;
    undecided.queries.routing.entropy_share = 0.999;
    undecided.queries.routing.information = 0.001;
    EXPECT_THAT(ids(diagnose(undecided)), Contains("gate.undecided"));
}

TEST(GateReportFindings, AFirstChoiceThatIsAlwaysTheSameIsNoCollapseWhereAllServe) {
    GateReport report = *sample_gate(SampleGate::Collapsed).gate.report;
    for (RoutingSummary* side : {&report.queries.routing, &report.documents.routing}) {
        std::ranges::fill(side->chosen, 1.0);
        side->marginal_entropy = 1.7; // of ln 6 = 1.79
        side->dead.clear();
    }
    report.agreement.same = 0.1;
    EXPECT_THAT(ids(diagnose(report)), Not(Contains("gate.collapse")));
    EXPECT_THAT(ids(diagnose(report)), Not(Contains("gate.apart"))) << "every expert serves every text";
}

TEST(GateReportFindings, NameCopiesDeadExpertsAndQueriesApart) {
    GateReport report = *sample_gate(SampleGate::Specialised).gate.report;
    report.queries.routing.dead = {2};
    report.documents.routing.dead = {1, 2};
    report.agreement.same = 0.3;
    std::ranges::fill(report.queries.similarity.cosine, 0.99);
    std::ranges::fill(report.queries.similarity.cka, 0.97);
    const auto found = diagnose(report);
    EXPECT_THAT(ids(found), IsSupersetOf({"experts.redundant", "gate.dead_experts", "gate.apart"}));
    EXPECT_EQ(std::ranges::find(found, "gate.dead_experts", &Finding::id)->evidence[0].value, 1) << "one that both sides leave idle";
    std::ranges::fill(report.queries.similarity.cka, std::numeric_limits<double>::quiet_NaN());
    EXPECT_THAT(ids(diagnose(report)), Not(Contains("experts.redundant"))) << "not defined";
}

} // namespace
} // namespace cameo
