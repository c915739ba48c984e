#include "core/train/gate_metrics.hpp"
#include "tests/support/broken_invariant.hpp"

#include <ATen/ATen.h>
#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace cameo {
namespace {

std::map<std::string, double> named(const std::vector<Metric>& metrics) {
    std::map<std::string, double> all;
    for (const auto& metric : metrics) EXPECT_TRUE(all.emplace(metric.name, metric.value).second) << metric.name;
    return all;
}

/// Logits of these probabilities, rows of two.
at::Tensor logits(std::vector<double> first) {
    const auto p = at::tensor(first);
    return at::stack({p.log(), (1 - p).log()}, 1);
}

double entropy(double p) { return -p * std::log2(p) - (1 - p) * std::log2(1 - p); }

TEST(GateMetrics, AreWhatAHandMakesOfThem) {
    // Two queries to either expert; three documents, all to the second.
    const auto found = named(gate_metrics(logits({0.9, 0.2, 0.25, 0.4, 0.4}), {}, 1, std::vector<std::int64_t>{2, 0}));
    EXPECT_NEAR(found.at("load.query.1"), 0.5, 1e-12);
    EXPECT_NEAR(found.at("load.query.2"), 0.5, 1e-12);
    EXPECT_NEAR(found.at("load.document.1"), 0, 1e-12);
    EXPECT_NEAR(found.at("load.document.2"), 1, 1e-12);
    EXPECT_NEAR(found.at("load_entropy.query"), 1, 1e-12);
    EXPECT_NEAR(found.at("load_entropy.document"), 0, 1e-12);
    const double each = (entropy(0.9) + entropy(0.2)) / 2, all = entropy(0.55);
    EXPECT_NEAR(found.at("gate.entropy.query"), each, 1e-12);
    EXPECT_NEAR(found.at("gate.marginal.query"), all, 1e-12);
    EXPECT_NEAR(found.at("gate.information.query"), all - each, 1e-12);
    EXPECT_NEAR(found.at("gate.margin.query"), (0.8 + 0.6) / 2, 1e-12);
    EXPECT_NEAR(found.at("gate.agreement"), 0.5, 1e-12); // the second query and the first document
}

TEST(GateMetrics, FollowTheBiasInWhatIsChosen) {
    const auto found = named(gate_metrics(logits({0.9, 0.8, 0.7}), at::tensor({0.0, 0.7}), 1, std::vector<std::int64_t>{0, 0}));
    EXPECT_NEAR(found.at("load.query.1"), 0.5, 1e-12); // .9 against .1 + .7, .8 against .2 + .7
    EXPECT_NEAR(found.at("load.document.2"), 1, 1e-12);
    EXPECT_NEAR(found.at("gate.entropy.document"), entropy(0.7), 1e-12);
}

TEST(GateMetrics, AllExpertsServeEveryTextUnderAll) {
    const auto found = named(gate_metrics(logits({0.9, 0.8}), {}, 2, std::vector<std::int64_t>{0}));
    EXPECT_NEAR(found.at("load.query.1"), 1, 1e-12);
    EXPECT_NEAR(found.at("load_entropy.query"), 1, 1e-12);
}

TEST(GateMetrics, SureGatesHaveNoEntropyAndNoNan) {
    const auto found = named(gate_metrics(at::tensor({900.0, 0.0, 0.0, 900.0}).view({2, 2}), {}, 1, std::vector<std::int64_t>{0}));
    EXPECT_NEAR(found.at("gate.entropy.query"), 0, 1e-12);
    EXPECT_NEAR(found.at("gate.margin.document"), 1, 1e-12);
    EXPECT_EQ(found.at("gate.agreement"), 0);
}

TEST(GateMetrics, RefuseABatchWithoutDocuments) {
    EXPECT_BROKEN_INVARIANT(gate_metrics(logits({0.9}), {}, 1, std::vector<std::int64_t>{0}));
}

} // namespace
} // namespace cameo
