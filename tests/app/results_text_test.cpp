#include "app/results_text.hpp"

#include "tests/support/sample_snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cameo {
namespace {

using testing::HasSubstr;

// Debian's packages have no titles, and only titles were printed: the lists were empty.
TEST(ResultsText, NamesDocumentsWithoutTitles) {
    Trace trace = sample_trace({.documents = 5});
    for (auto& document : trace.documents) {
        document.title.clear();
        document.snippet = std::string(100, 'x');
    }
    const auto& best = trace.documents[static_cast<std::size_t>(trace.fused.front().document)];
    const std::string text = results_text(trace, 3);
    EXPECT_THAT(text, HasSubstr("  " + best.id + "  xxx"));
    EXPECT_THAT(text, HasSubstr("x …\n"));
    EXPECT_THAT(text, testing::Not(HasSubstr(std::string(61, 'x'))));
}

TEST(ResultsText, CutsWholeCharacters) {
    Trace trace = sample_trace({.documents = 5});
    std::string title;
    for (int letter = 0; letter < 80; ++letter) title += "é";
    for (auto& document : trace.documents) document.id = "a", document.title = title;
    std::string wanted = "  a  ";
    for (int letter = 0; letter < 57; ++letter) wanted += "é";
    EXPECT_THAT(results_text(trace, 1), HasSubstr(wanted + " …\n"));
}

} // namespace
} // namespace cameo
