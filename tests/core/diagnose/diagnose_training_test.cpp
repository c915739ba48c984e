#include "core/diagnose/diagnose_training.hpp"

#include "core/base/folders.hpp"
#include "tests/core/diagnose/finding_ids.hpp"
#include "tests/core/diagnose/recorded_trainings.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <set>

namespace cameo {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Not;

const Finding& find(const std::vector<Finding>& findings, const std::string& id) {
    const auto found = std::ranges::find(findings, id, &Finding::id);
    if (found == findings.end()) throw std::runtime_error("not found: " + id);
    return *found;
}

// Real trainings of the seeds' experiments. None that does what it should has a serious finding.
TEST(RecordedTrainings, HealthyOnesRaiseNoAlarm) {
    std::size_t healthy = 0;
    for (const RecordedTraining& training : recorded_trainings()) {
        if (!training.healthy) continue;
        ++healthy;
        for (const Finding& finding : diagnose(training.evidence))
            EXPECT_NE(finding.severity, Severity::Serious) << training.evidence.name << ": " << finding.id;
    }
    EXPECT_GE(healthy, 20u);
}

TEST(RecordedTrainings, FailuresAreFoundByName) {
    std::size_t failures = 0;
    for (const RecordedTraining& training : recorded_trainings()) {
        if (training.healthy) continue;
        ++failures;
        const auto findings = diagnose(training.evidence);
        EXPECT_THAT(ids(findings), IsSupersetOf(training.expected)) << training.evidence.name;
        // And no other serious one.
        for (const Finding& finding : findings)
            if (finding.severity == Severity::Serious) {
                EXPECT_THAT(training.expected, Contains(finding.id)) << training.evidence.name;
            }
    }
    EXPECT_GE(failures, 8u);
}

// Failures that a recipe makes on purpose are found for what they are, and for nothing else.
TEST(RecordedTrainings, ProducedFailuresYieldNothingButTheirFinding) {
    std::set<std::string> produced;
    for (const RecordedTraining& training : recorded_trainings()) {
        if (!training.produced || training.healthy) continue;
        produced.insert(training.evidence.name);
        for (const Finding& finding : diagnose(training.evidence))
            if (finding.severity != Severity::Note) {
                EXPECT_THAT(training.expected, Contains(finding.id)) << training.evidence.name;
            }
    }
    // Each recipe that lies there was tried.
    std::set<std::string> recipes;
    for (const auto& file : std::filesystem::directory_iterator(folders().assets / "recipes" / "failures"))
        if (file.path().extension() == ".json") recipes.insert(file.path().stem().string());
    EXPECT_EQ(produced, recipes);
}

TEST(RecordedTrainings, ProducedFailuresAreOfTheRecipesThatShip) {
    for (const RecordedTraining& training : recorded_trainings()) {
        if (!training.produced || training.healthy) continue;
        Recipe shipped = read_recipe(folders().assets / "recipes" / "failures" / (training.evidence.name + ".json"));
        Recipe tried = training.evidence.recipe;
        shipped.name = tried.name = shipped.model = tried.model = "";
        EXPECT_EQ(to_json(shipped), to_json(tried)) << training.evidence.name;
    }
}

TEST(RecordedTrainings, EveryFindingSaysWhatItRestsOnAndWhatMayHelp) {
    for (const RecordedTraining& training : recorded_trainings())
        for (const Finding& finding : diagnose(training.evidence)) {
            EXPECT_FALSE(finding.title.empty() || finding.meaning.empty() || finding.evidence.empty() || finding.view.empty()) << finding.id;
            EXPECT_TRUE(finding.severity == Severity::Note || !finding.remedies.empty()) << finding.id;
            for (const Remedy& remedy : finding.remedies)
                for (const std::string& set : remedy.set) {
                    Recipe branch = training.evidence.recipe;
                    EXPECT_NO_THROW(set_field(branch, set)) << finding.id << ": " << set;
                    EXPECT_NE(to_json(branch), to_json(training.evidence.recipe)) << finding.id << " changes nothing by " << set;
                }
        }
}

// In the recipe's prototype a gate that used two of six experts ranked best: query and document had one transform.
TEST(GateFindings, WeighACollapseByWhatItCosts) {
    TrainingEvidence training = recorded_training("sbmoe-minilm-corrected-6-top2-unbalanced-1");
    const Finding harmless = find(diagnose(training), "gate.collapse");
    EXPECT_EQ(harmless.severity, Severity::Warning);
    EXPECT_THAT(harmless.meaning, HasSubstr("load alone is no verdict"));
    training.metrics["dev.gate.MRR@10"].back().value -= 0.05;
    EXPECT_EQ(find(diagnose(training), "gate.collapse").severity, Severity::Serious);
}

/// Made up: what a gate of so many experts would have recorded that spreads evenly over them.
TrainingEvidence even_gate(std::size_t experts, std::size_t chosen) {
    TrainingEvidence training{.name = "even", .recipe = {}, .metrics = {}, .events = {}, .shared_layers = {}};
    const auto say = [&](const std::string& metric, double value) {
        for (std::int64_t step = 1; step <= 60; ++step) training.metrics[metric].push_back({step, value});
    };
    for (const std::string role : {"query", "document"}) {
        for (std::size_t expert = 1; expert <= experts; ++expert)
            say("load." + role + "." + std::to_string(expert), static_cast<double>(chosen) / static_cast<double>(experts));
        say("load_entropy." + role, std::log2(static_cast<double>(experts)));
        say("gate.marginal." + role, std::log2(static_cast<double>(experts)));
        say("gate.entropy." + role, 1);
    }
    say("gate.agreement", 0.8);
    return training;
}

TEST(GateFindings, AnEvenGateHasNotCollapsedHoweverManyServe) {
    for (std::size_t experts = 2; experts <= 8; ++experts)
        for (std::size_t chosen = 1; chosen <= experts; ++chosen)
            EXPECT_THAT(ids(diagnose(even_gate(experts, chosen))), Not(Contains("gate.collapse"))) << chosen << " of " << experts;
}

TEST(GateFindings, QueriesAndDocumentsThatCollapseApartAreToldSo) {
    TrainingEvidence training = even_gate(4, 1);
    for (const char* metric : {"load_entropy.query", "load_entropy.document", "gate.agreement"})
        for (MetricPoint& point : training.metrics[metric]) point.value = 0;
    EXPECT_THAT(find(diagnose(training), "gate.collapse").meaning, HasSubstr("documents all to another"));
}

// The validation before the first step comes without a load.
TEST(GateFindings, SayNothingBeforeTheFirstStep) {
    TrainingEvidence training{.name = "young", .recipe = {}, .metrics = {}, .events = {}, .shared_layers = {}};
    training.metrics["dev.gate.MRR@10"] = training.metrics["dev.fusion.MRR@10"] = {{0, 0.53}};
    training.metrics["dev.expert 1.MRR@10"] = {{0, 0.77}};
    EXPECT_TRUE(training.is_routed());
    EXPECT_TRUE(diagnose(training).empty());
}

TEST(GateFindings, DriftIsFoundBeforeTheCollapse) {
    TrainingEvidence training = recorded_training("sbmoe-minilm-corrected-6-top1-2");
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("gate.drift")));
    auto& spread = training.metrics["load_entropy.query"];
    for (std::size_t point = 0; point < spread.size(); ++point) spread[point].value = point < 30 ? 2.4 + 0.01 * static_cast<double>(point % 3) : 2.4 - 0.03 * static_cast<double>(point - 30);
    const Finding drift = find(diagnose(training), "gate.drift");
    EXPECT_EQ(drift.severity, Severity::Warning);
    EXPECT_LT(drift.evidence.back().value, 0.01);
}

TEST(GateFindings, SpecialisationIsNoCollapse) {
    TrainingEvidence training = recorded_training("sbmoe-minilm-corrected-6-top1-2");
    for (MetricPoint& point : training.metrics["gate.entropy.query"]) point.value = 0.4; // sure about each query
    const auto findings = diagnose(training);
    EXPECT_EQ(find(findings, "gate.specialised").severity, Severity::Note);
    EXPECT_THAT(ids(findings), Not(Contains("gate.collapse")));
}

TEST(CompetitionFindings, NameBothEndsOfTheTemperature) {
    TrainingEvidence training = recorded_training("mixture-1");
    EXPECT_EQ(find(diagnose(training), "competition.no_effect").severity, Severity::Note) << "the recipe asks for it";
    training.recipe.competition_temperature = 3;
    EXPECT_EQ(find(diagnose(training), "competition.no_effect").severity, Severity::Warning);
    for (MetricPoint& point : training.metrics["weight.local"]) point.value = 2.8;
    for (MetricPoint& point : training.metrics["weight.away"]) point.value = 0.95;
    EXPECT_EQ(find(diagnose(training), "competition.one_takes_all").severity, Severity::Serious);
}

TEST(LexicalFindings, NameADenseAndAnEmptyExpert) {
    TrainingEvidence training = recorded_training("came-1");
    for (MetricPoint& point : training.metrics["terms.document"]) point.value = 255;
    EXPECT_THAT(ids(diagnose(training)), Contains("lexical.dense")) << "at the most that is trained";
    for (MetricPoint& point : training.metrics["terms.document"]) point.value = 1.5;
    EXPECT_EQ(find(diagnose(training), "lexical.empty").severity, Severity::Serious);
}

TEST(FusionFindings, NameTheExpertThatWouldDoBetterAlone) {
    TrainingEvidence training = recorded_training("came-1");
    training.metrics["dev.local.MRR@10"].back().value = training.last("dev.fusion.MRR@10") + 0.04;
    const Finding loses = find(diagnose(training), "fusion.loses");
    EXPECT_EQ(loses.severity, Severity::Serious);
    EXPECT_THAT(loses.title, HasSubstr("local"));
    training.metrics["dev.local.MRR@10"].back().value = training.last("dev.fusion.MRR@10") + 0.02;
    EXPECT_EQ(find(diagnose(training), "fusion.loses").severity, Severity::Warning);
    training.recipe.validation_queries = 100;
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("fusion.loses"))) << "so few do not tell it from chance";
}

TEST(LearningFindings, NameADivergence) {
    TrainingEvidence training = recorded_training("came-1");
    training.events.push_back({80, "step_back", "the loss is no number"});
    EXPECT_EQ(find(diagnose(training), "learning.unstable").severity, Severity::Serious);
    training = recorded_training("came-1");
    training.events.push_back({90, "failed", "/x/training.db: no space left"});
    EXPECT_EQ(find(diagnose(training), "learning.failed").meaning, "/x/training.db: no space left");
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("learning.unstable"))) << "a full disk is no learning rate";
    training.events.push_back({90, "resumed", ""});
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("learning.failed"))) << "somebody has made room";
    training = recorded_training("came-1");
    training.metrics["loss"][3].value = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(find(diagnose(training), "learning.unstable").severity, Severity::Serious);
}

TEST(LearningFindings, TellUnlearningFromStandingStill) {
    TrainingEvidence training = recorded_training("came-1");
    auto& dev = training.metrics["dev.fusion.MRR@10"];
    dev.back().value = dev[1].value = 0.5;
    EXPECT_EQ(find(diagnose(training), "learning.unlearns").severity, Severity::Serious);
    dev.back().value = dev[1].value = dev.front().value;
    for (MetricPoint& point : training.metrics["loss"]) point.value = 0.8;
    EXPECT_EQ(find(diagnose(training), "learning.plateau").severity, Severity::Warning);
    double loss = 0.8;
    for (MetricPoint& point : training.metrics["loss"]) point.value = loss += 0.02;
    EXPECT_EQ(find(diagnose(training), "learning.unlearns").sureness, Sureness::Likely) << "by its loss only";
}

TEST(LearningFindings, TellARateThatIsTooHighFromOneThatIsTooLow) {
    TrainingEvidence training = recorded_training("sbmoe-minilm-corrected-6-top1-2");
    const auto say = [&](auto loss_of, std::vector<double> measures) {
        auto& losses = training.metrics["loss"];
        for (std::size_t at = 0; at < losses.size(); ++at) losses[at].value = loss_of(static_cast<double>(at) / static_cast<double>(losses.size()));
        auto& dev = training.metrics["dev.fusion.MRR@10"];
        dev.clear();
        for (std::size_t at = 0; at < measures.size(); ++at) dev.push_back({static_cast<std::int64_t>(at * 50), measures[at]});
    };
    say([](double at) { return 3 + at; }, {0.5, 0.52, 0.49, 0.45});
    EXPECT_EQ(find(diagnose(training), "learning.rate_high").severity, Severity::Warning);
    say([](double) { return 6.9; }, {0.5, 0.0, 0.0, 0.0});
    EXPECT_EQ(find(diagnose(training), "learning.rate_high").severity, Severity::Serious);
    say([](double at) { return 3 - 0.2 * at; }, {0.5, 0.51, 0.52, 0.53, 0.54});
    EXPECT_EQ(find(diagnose(training), "learning.rate_low").severity, Severity::Warning);
    say([](double at) { return 3 - 0.2 * std::min(at, 0.4); }, {0.5, 0.51, 0.52, 0.53, 0.54});
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("learning.rate_low"))) << "it has arrived";
}

TEST(ExpertFindings, ExpertsThatSucceedOnTheSameQueriesAreAlike) {
    TrainingEvidence came = recorded_training("came-1"), routed = recorded_training("sbmoe-minilm-corrected-6-top1-2");
    for (TrainingEvidence* training : {&came, &routed}) training->metrics["experts.alike"] = {{0, 0.98}, {150, 0.7}};
    EXPECT_THAT(ids(diagnose(came)), Not(Contains("experts.alike")));
    for (TrainingEvidence* training : {&came, &routed}) training->metrics["experts.alike"].back().value = 0.98;
    EXPECT_THAT(ids(diagnose(came)), Contains("experts.alike"));
    EXPECT_THAT(ids(diagnose(routed)), Contains("experts.redundant"));
    came.metrics["experts.alike"].pop_back();
    EXPECT_THAT(ids(diagnose(came)), Not(Contains("experts.alike"))) << "before training they are";
}

TEST(ExpertFindings, WithoutSharedLayersAnExpertThatForgetsIsShortOfCapacity) {
    TrainingEvidence training = recorded_training("came-1");
    training.shared_layers = 4;
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("experts.capacity")));
    training.shared_layers = 0;
    EXPECT_EQ(find(diagnose(training), "experts.capacity").severity, Severity::Note) << "the measure does not suffer";
    training.metrics["dev.global.MRR@10"].back().value = training.first("dev.global.MRR@10") - 0.05;
    const Finding capacity = find(diagnose(training), "experts.capacity");
    EXPECT_EQ(capacity.severity, Severity::Warning);
    EXPECT_THAT(capacity.title, HasSubstr("global"));
}

TEST(NegativesFindings, NameNegativesThatMayBeRight) {
    TrainingEvidence training = recorded_training("came-1");
    training.metrics["mined.above"] = {{0, 0.05}};
    training.metrics["mined.left_out"] = {{0, 0.0}};
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("negatives.false"))) << "they were looked for";
    training.recipe.false_negative_margin = 10;
    EXPECT_EQ(find(diagnose(training), "negatives.false").severity, Severity::Warning);
    training.recipe.negatives_from = "bm25";
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("negatives.false"))) << "they are not used";
    training.recipe.negatives_from = "mined";
    training.metrics["mined.above"].back().value = 0.001;
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("negatives.false")));
}

TEST(GateFindings, AGateThatHasBecomeSureIsNoneWithoutGradient) {
    TrainingEvidence training = recorded_training("sbmoe-minilm-corrected-6-top1-2");
    auto& gradient = training.metrics["gradient.gate"];
    for (std::size_t at = gradient.size() / 2; at < gradient.size(); ++at) gradient[at].value = 0;
    EXPECT_THAT(ids(diagnose(training)), Not(Contains("gate.no_gradient")));
    for (MetricPoint& point : gradient) point.value = 0;
    EXPECT_THAT(ids(diagnose(training)), Contains("gate.no_gradient"));
}

TEST(LearningFindings, SayNothingOfATrainingThatHasJustBegun) {
    TrainingEvidence training{.name = "young", .recipe = {}, .metrics = {}, .events = {{0, "started", ""}}, .shared_layers = {}};
    EXPECT_TRUE(diagnose(training).empty());
    training.metrics["loss"] = {{1, 3.0}, {2, 2.9}};
    training.metrics["dev.fusion.MRR@10"] = {{0, 0.5}};
    EXPECT_TRUE(diagnose(training).empty());
}

} // namespace
} // namespace cameo
