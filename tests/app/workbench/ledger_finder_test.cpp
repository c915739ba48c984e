#include "app/workbench/ledger_finder.hpp"

#include "tests/support/sample_trace.hpp"

#include <gtest/gtest.h>

namespace cameo {
namespace {

// While the fusion is dragged, the parts of a document that is not among the best stayed those of the fusion before.
TEST(LedgerFinder, FusesAgainWhatItHas) {
    JobManager jobs;
    LedgerFinder finder(jobs, "ledger");
    const auto trace = std::make_shared<const Trace>(sample_trace());
    finder.find(trace, "alpha", nullptr);
    ASSERT_EQ(finder.phase(), Phase::Ready);
    Trace without = with_fusion(*trace, parse_fusion("zscore:1,2,0.5"));
    const Ledger expected = without.ledgers[0].id == "alpha" ? without.ledgers[0] : without.ledgers[1];
    without.ledgers.clear(); // as of a document outside of the ten that are opened at once
    finder.find(std::make_shared<const Trace>(without), "alpha", nullptr);
    ASSERT_EQ(finder.phase(), Phase::Ready);
    EXPECT_EQ(finder.ledger()->score, expected.score);
    EXPECT_EQ(finder.ledger()->fusion, expected.fusion);
    for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx)
        EXPECT_EQ(finder.ledger()->experts[expert_idx].used, expected.experts[expert_idx].used);
}

TEST(LedgerFinder, SaysWhatIsMissing) {
    JobManager jobs;
    LedgerFinder finder(jobs, "ledger");
    const auto trace = std::make_shared<const Trace>(sample_trace());
    finder.find(trace, "beta", nullptr); // in the union, and not opened
    EXPECT_EQ(finder.phase(), Phase::Failed);
    EXPECT_NE(finder.error().find("demo and debian"), std::string::npos);
    finder.find(trace, "", nullptr);
    EXPECT_EQ(finder.phase(), Phase::Empty);
    finder.find(nullptr, "alpha", nullptr);
    EXPECT_EQ(finder.phase(), Phase::Empty);
}

} // namespace
} // namespace cameo
