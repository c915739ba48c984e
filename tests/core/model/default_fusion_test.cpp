#include "core/model/assembly/default_fusion.hpp"
#include "core/search/fusion.hpp"
#include "tests/core/model/model_fixtures.hpp"

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
                                 ":k=", ":k=x", ":a,b,c", ":1;2;1", ":nan,1,1", ":1e999,1,1", ":-1,0,1e-3"})
            EXPECT_EQ(known_fusion(std::string(name(method)) + rest, 3), search_takes(std::string(name(method)) + rest, 3))
                << name(method) << rest;
    for (const char* other : {"", "borda", "SUM", "sum ", "rrf20", ":1,2,1"})
        EXPECT_FALSE(known_fusion(other, 3)) << other;
}

} // namespace
} // namespace cameo
