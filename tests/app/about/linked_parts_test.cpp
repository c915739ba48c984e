#include "app/about/linked_parts.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sstream>

namespace cameo {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

// docs/third-party-licences.md has a row for each part that is linked, with its licence.
TEST(LinkedParts, AreThoseOfTheLicencesPage) {
    std::ifstream page(CAMEO_TEST_DATA "/../../docs/third-party-licences.md");
    std::ostringstream text;
    text << page.rdbuf();
    const std::string all = text.str(), linked = all.substr(0, all.find("## In tests"));
    for (const LinkedPart& part : linked_parts()) {
        const auto row = linked.find("| " + part.name);
        ASSERT_NE(row, std::string::npos) << part.name;
        EXPECT_THAT(linked.substr(row, linked.find('\n', row) - row), HasSubstr(part.licence)) << part.name;
    }
}

TEST(LinkedParts, SayTheirVersions) {
    for (const LinkedPart& part : linked_parts()) EXPECT_FALSE(part.version.empty()) << part.name;
    EXPECT_THAT(about_text(), MatchesRegex("cameo [0-9]+\\.[0-9]+\\.[0-9]+\nMIT licence\n\n(.|\n)*"));
    EXPECT_THAT(about_text(), HasSubstr("\nLibTorch "));
    EXPECT_THAT(version_of("SQLiteCpp"), MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+"));
}

} // namespace
} // namespace cameo
