#include "core/base/error.hpp"
#include "core/train/recipe/recipe.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <set>

namespace cameo {
namespace {

std::string error_of(const std::string& json) {
    try {
        recipe_from_json(json, "r.json");
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

std::string error_of_setting(const std::string& assignment) {
    try {
        Recipe recipe;
        set_field(recipe, assignment);
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(Recipe, ReadsNestedKeysAndKeepsTheOthersDefaults) {
    const auto recipe = recipe_from_json(R"({"model": "came-0", "batch": {"queries": 32},
        "optimizer": {"layers_rate": 2e-5}, "gate": {"noise": false}, "competition": {"temperature": "infinity"}})", "r.json");
    EXPECT_EQ(recipe.model, "came-0");
    EXPECT_EQ(recipe.queries, 32);
    EXPECT_EQ(recipe.layers_rate, 2e-5);
    EXPECT_FALSE(recipe.noise);
    EXPECT_TRUE(std::isinf(recipe.competition_temperature));
    EXPECT_EQ(recipe.negatives, Recipe().negatives);
}

TEST(Recipe, WhatIsWrittenIsReadBack) {
    Recipe recipe;
    recipe.name = "ünïcode \"x\"";
    recipe.seed = 7;
    recipe.competition_temperature = std::numeric_limits<double>::infinity();
    recipe.heads_rate = 0.1 + 0.2;
    EXPECT_EQ(recipe_from_json(to_json(recipe), "again"), recipe);
}

TEST(Recipe, EveryKeyIsThereOnceWithADefaultInItsRange) {
    std::set<std::string_view> keys;
    for (const auto& field : recipe_schema()) {
        EXPECT_TRUE(keys.insert(field.key).second) << field.key;
        EXPECT_FALSE(field.help.empty()) << field.key;
    }
    EXPECT_EQ(recipe_from_json(to_json(Recipe()), "defaults"), Recipe()); // each is checked against its range
}

TEST(Recipe, NamesAWrongKeyWithItsNearest) {
    EXPECT_EQ(error_of(R"({"batch": {"querys": 3}})"), R"(r.json: there is no key "batch.querys"; did you mean "batch.queries"?)");
    EXPECT_EQ(error_of(R"({"seeds": 3})"), R"(r.json: there is no key "seeds"; did you mean "seed"?)");
    EXPECT_EQ(error_of(R"({"layer_rate": 3})"), R"(r.json: there is no key "layer_rate"; did you mean "optimizer.layers_rate"?)");
    EXPECT_EQ(error_of(R"({"bach": {"queries": 3}})"), R"(r.json: there is no section "bach"; did you mean "batch"?)");
}

TEST(Recipe, NamesAWrongValue) {
    EXPECT_EQ(error_of(R"({"batch": {"queries": 0}})"), "r.json: batch.queries is 0, expected 1 to 1000000");
    EXPECT_EQ(error_of(R"({"batch": {"queries": 2.5}})"), "r.json: batch.queries is 2.5, expected a whole number");
    EXPECT_EQ(error_of(R"({"batch": {"queries": [1]}})"), "r.json: batch.queries is a list, expected a whole number");
    EXPECT_EQ(error_of(R"({"gate": {"noise": 1}})"), "r.json: gate.noise is 1, expected true or false");
    EXPECT_EQ(error_of(R"({"seed": -1})"), "r.json: seed is -1, expected at least 0");
    EXPECT_EQ(error_of(R"({"optimizer": {"schedule": "cosin"}})"),
              R"(r.json: optimizer.schedule is "cosin", expected one of constant, linear, cosine; did you mean "cosine"?)");
    EXPECT_EQ(error_of("[1]"), "r.json: a recipe is a JSON object of sections and values");
    EXPECT_THAT(error_of("{"), testing::StartsWith("r.json: not JSON, at byte"));
    EXPECT_NE(error_of(R"({"seed": 1e999})"), "");
    EXPECT_NE(error_of(std::string(100'000, '[')), "");
}

// "seed is 20260101123, expected at least 0": there was a highest one, which nobody was told of.
TEST(Recipe, IsAsHighAsItsRangeSays) {
    EXPECT_EQ(recipe_from_json(R"({"seed": 20260101123})", "r.json").seed, 20260101123);
    EXPECT_EQ(recipe_from_json(R"({"seed": 9007199254740992})", "r.json").seed, 9007199254740992);
    EXPECT_EQ(error_of(R"({"seed": 9007199254740994})"), "r.json: seed is 9007199254740994, expected at most 9007199254740992");
    EXPECT_THAT(error_of(R"({"seed": 18446744073709551615})"), testing::EndsWith("expected at most 9007199254740992"));
    EXPECT_EQ(recipe_from_json(R"({"trouble": {"spike_factor": 1e12}})", "r.json").spike_factor, 1e12);
    EXPECT_EQ(error_of(R"({"steps": {"specialized": 1000000001}})"), "r.json: steps.specialized is 1000000001, expected 0 to 1000000000");
}

TEST(Recipe, SetsSingleFields) {
    Recipe recipe;
    set_field(recipe, "batch.queries=8");
    set_field(recipe, "optimizer.layers_rate=3e-5");
    set_field(recipe, "gate.noise=false");
    set_field(recipe, "negatives.from=both");
    set_field(recipe, "name=12");
    set_field(recipe, "competition.temperature=infinity");
    EXPECT_EQ(recipe.queries, 8);
    EXPECT_EQ(recipe.layers_rate, 3e-5);
    EXPECT_FALSE(recipe.noise);
    EXPECT_EQ(recipe.negatives_from, "both");
    EXPECT_EQ(recipe.name, "12");
    EXPECT_TRUE(std::isinf(recipe.competition_temperature));
    EXPECT_EQ(error_of_setting("batch.queries"), "--set batch.queries: expected key=value");
    EXPECT_EQ(error_of_setting("batch.queries=x"), R"(--set batch.queries=x: batch.queries is "x", expected a whole number)");
    EXPECT_THAT(error_of_setting("batch.queries=\xff"), testing::EndsWith("batch.queries is \"\uFFFD\", expected a whole number")) << "and no error of the JSON library";
    EXPECT_THAT(error_of_setting("batch.querie=1"), testing::HasSubstr("did you mean \"batch.queries\""));
}

TEST(Recipe, IsCalledLikeItsFile) {
    const TemporaryFolder folder;
    std::ofstream(folder / "came-small.json") << R"({"seed": 3})";
    EXPECT_EQ(read_recipe(folder / "came-small.json").name, "came-small");
    EXPECT_THROW(read_recipe(folder / "missing.json"), Error);
    EXPECT_THROW(read_recipe(folder.path()), Error);
}

} // namespace
} // namespace cameo
