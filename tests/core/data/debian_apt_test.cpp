// import_debian on the machine's own apt. The index moves with time and release, so no count is pinned.

#include "core/base/error.hpp"
#include "core/data/import.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace cameo {
namespace {

TEST(ImportDebianFromApt, QuickStartThenAll) {
    TemporaryFolder home;
    const ScopedVariable data("CAMEO_HOME", home.path().c_str()),
        cache("CAMEO_CACHE", (home / "cache").c_str());
    Progress progress;
    ImportReport report;
    try {
        report = import_debian({.documents = 3000}, progress);
    } catch (const Error& error) {
        GTEST_SKIP() << error.what();
    }
    EXPECT_EQ(report.documents, 3000);
    const auto small = open_collection("debian");
    EXPECT_EQ(small->size(), 3000);
    EXPECT_FALSE(small->provenance().at("index date").empty());
    const auto first = small->document(0), last = small->document(2999);

    report = import_debian({.documents = 0}, progress);
    for (const auto& remark : report.remarks)
        std::cout << remark << "\n";
    const auto large = open_collection("debian");
    EXPECT_GT(large->size(), 5000);
    EXPECT_TRUE(large->grew_from(small->version()));
    EXPECT_EQ(large->document(0).text, first.text);
    EXPECT_EQ(large->document(2999).text, last.text);
    for (const auto* split : {"test", "dev"}) {
        EXPECT_EQ(large->queries(split).size(), small->queries(split).size())
            << "the quick start has all of them";
        EXPECT_GT(large->queries(split).size(), 300u);
        for (const auto& query : large->queries(split))
            EXPECT_TRUE(large->find(query.id));
    }

    report = import_debian({.training = true}, progress);
    const auto wide = open_collection("debian-training");
    EXPECT_EQ(report.name, "debian-training");
    EXPECT_GT(wide->size(), large->size() * 3 / 2);
    EXPECT_EQ(wide->document(0).text, first.text);
    EXPECT_EQ(wide->document(large->size() - 1).id, large->document(large->size() - 1).id);
    for (const auto* split : {"test", "dev"})
        EXPECT_EQ(wide->queries(split).size(), large->queries(split).size()) << "only the train split is larger";
    std::cout << wide->provenance().at("selection") << "\n";
}

} // namespace
} // namespace cameo
