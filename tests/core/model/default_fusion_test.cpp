#include "core/model/assembly/default_fusion.hpp"
#include "core/model/assembly/manifest.hpp"
#include "core/model/default_fusion_field.hpp"
#include "core/search/fusion.hpp"
#include "tests/core/model/model_fixtures.hpp"

#include <gmock/gmock.h>

namespace cameo {
namespace {

bool search_takes(const std::string& text, std::size_t experts) {
    return error_of([&] {
               const FusionSpec spec = parse_fusion(text);
               const std::vector<float> raw(experts, 1.0f);
               const std::vector<std::size_t> order{0};
               std::vector<double> used(experts), fused(1);
               std::vector<std::int32_t> ranks(experts);
               fuse(spec, raw, experts, order, used, fused, ranks);
           }).empty();
}

TEST(DefaultFusion, IsKnownWhereSearchTakesIt) {
    for (const FusionMethod method : kFusionMethods)
        for (const char* rest : {"", ":", ":1", ":1,2,1", ":1,2,1,", ":1,2", ":k=20", ":k=20,1,2,1", ":1,k=20,2,1", ":k=-1",
                                 ":k=", ":k=x", ":a,b,c", ":1;2;1", ":nan,1,1", ":1e999,1,1", ":-1,0,1e-3", ":1e12,1,1", ":1,-1.1e12,1", ":k=1e12", ":k=2e12"})
            EXPECT_EQ(known_fusion(std::string(name(method)) + rest, 3), search_takes(std::string(name(method)) + rest, 3))
                << name(method) << rest;
    // With the weights that a learned fusion would predict for a query.
    for (const char* rest : {"", ":1,2,1", ":1,2", ":k=20", ":x"}) {
        const auto takes = [&] { for_query(parse_fusion("adaptive" + std::string(rest)), std::vector<double>(3, 1.0)); };
        EXPECT_EQ(known_fusion("adaptive" + std::string(rest), 3), error_of(takes).empty()) << rest;
    }
    for (const char* other : {"", "borda", "SUM", "sum ", "rrf20", ":1,2,1"})
        EXPECT_FALSE(known_fusion(other, 3)) << other;
}

const char* const kExperts =
    R"("experts":[{"name":"words","kind":"lexical","weights":"w"},{"name":"whole","kind":"global","weights":"w"}]})";

TEST(SetDefaultFusion, ChangesNothingElse) {
    const TemporaryFolder folder;
    const std::string head = R"({"format":1,"name":"mine","kind":"assembly","default_fusion":")";
    write_file(folder / "model.json", head + "sum\"," + kExperts);
    Manifest before = read_manifest(folder / "model.json");
    set_default_fusion(folder.path(), "adaptive");
    EXPECT_EQ(read_manifest(folder / "model.json").default_fusion, "adaptive");
    set_default_fusion(folder.path(), "zscore:0.5,2");
    before.default_fusion = "zscore:0.5,2";
    EXPECT_EQ(read_file(folder / "model.json"), to_json(before));
}

TEST(SetDefaultFusion, WritesNothingThatWouldNotBeRead) {
    const TemporaryFolder folder;
    std::string text = R"({"format":1,)";
    text += kExperts;
    write_file(folder / "model.json", text);
    EXPECT_THAT(error_of([&] { set_default_fusion(folder.path(), "zscore:1,2,3"); }),
                testing::HasSubstr("model.json: field default_fusion cannot be \"zscore:1,2,3\", as the file lists 2 experts"));
    EXPECT_EQ(read_file(folder / "model.json"), text);
}

} // namespace
} // namespace cameo
