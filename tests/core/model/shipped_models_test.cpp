// What lies in assets/models: whole, small enough to be cloned, and what its card says it is.
#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/model/model.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <gmock/gmock.h>
#include <set>

namespace cameo {
namespace {

namespace fs = std::filesystem;

/// Null where set-up has not fetched its checkpoint.
std::shared_ptr<const Model> shipped(const std::string& name) {
    try {
        return Model::load(folders().shipped_models() / name);
    } catch (const Error& missing) {
        if (missing.kind() != ErrorKind::NotFound) throw;
        return nullptr;
    }
}

TEST(ShippedModels, HaveTheirCardsAndAreSmall) {
    std::set<std::string> names;
    std::uintmax_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(folders().shipped_models())) {
        names.insert(entry.path().filename().string());
        EXPECT_TRUE(fs::exists(entry.path() / "README.md")) << entry.path();
        for (const auto& file : fs::directory_iterator(entry.path()))
            bytes += file.file_size();
    }
    EXPECT_THAT(names, testing::ElementsAre("came", "sbmoe", "sbmoe-collapsed", "untrained"));
    EXPECT_LE(bytes, 30'000'000u);
}

TEST(ShippedModels, TheCameHasThreeExpertsOverSharedLayers) {
    const auto came = shipped("came");
    if (!came) GTEST_SKIP() << "no weights";
    EXPECT_EQ(came->name(), "came");
    EXPECT_EQ(came->kind(), "came");
    ASSERT_EQ(came->experts().size(), 3u);
    EXPECT_EQ(came->default_fusion(), "sum");
    Progress progress;
    const std::vector<std::string> query{"play music in the terminal"}, documents{"cmus is a small, fast console music player", "a compiler for Fortran"};
    const auto asked = came->encode(query, Role::Query, progress).front(), right = came->encode(documents, Role::Document, progress)[0],
               wrong = came->encode(documents, Role::Document, progress)[1];
    const auto dot = [&](const Representation& document) {
        double sum = 0;
        for (std::size_t c = 0; c < asked[2].pooled.size(); ++c)
            sum += double(asked[2].pooled[c]) * document.pooled[c];
        return sum;
    };
    EXPECT_GT(dot(right[2]), dot(wrong[2]) + 0.2);
    EXPECT_FALSE(right[0].sparse.terms.empty());
    EXPECT_LE(right[0].sparse.terms.size(), 256u);
}

/// Bits of how texts of many kinds are shared out among a gate's experts, each text going to its first choice.
double load_entropy(const Model& model) {
    const std::vector<std::string> texts{
        "play music in the terminal", "compiler for Fortran", "edit photographs", "relational database server", "first person shooter",
        "Python bindings for a graph library", "documentation of the kernel", "DNA sequence alignment", "fonts for Tibetan", "mail transfer agent",
        "firmware for wireless cards", "chess engine", "spreadsheet", "debugging symbols", "text editor", "molecular dynamics", "web server",
        "translation of the manual to Japanese", "virtual machine monitor", "astronomy images", "command line calculator", "network sniffer",
        "screen reader", "Haskell library for parsing", "puzzle game for children", "audio codec", "file system check", "password manager",
        "schematic capture", "perl module for dates", "ray tracer", "backup tool"};
    Progress progress;
    std::vector<double> counts;
    for (const auto& text : model.encode(texts, Role::Query, progress)) {
        const auto& gate = text[0].gate;
        counts.resize(gate.size());
        const auto weights = model.gate_weights(gate);
        counts[std::size_t(std::ranges::max_element(weights) - weights.begin())] += 1;
    }
    double bits = 0;
    for (const double count : counts)
        if (count > 0) bits -= count / double(texts.size()) * std::log2(count / double(texts.size()));
    return bits;
}

TEST(ShippedModels, OneGateIsHealthyAndOneHasCollapsed) {
    const auto healthy = shipped("sbmoe"), collapsed = shipped("sbmoe-collapsed");
    if (!healthy || !collapsed) GTEST_SKIP() << "no weights";
    EXPECT_EQ(healthy->kind(), "sbmoe");
    EXPECT_EQ(healthy->experts().size(), collapsed->experts().size());
    EXPECT_GT(load_entropy(*healthy), 1.5);
    EXPECT_LT(load_entropy(*collapsed), 0.5);
}

} // namespace
} // namespace cameo
