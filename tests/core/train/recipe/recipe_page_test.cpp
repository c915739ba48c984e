#include "core/train/recipe/recipe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace cameo {
namespace {

std::string row_of(const RecipeField& field, const nlohmann::json& defaults) {
    std::string pointer = "/" + std::string(field.key);
    std::ranges::replace(pointer, '.', '/');
    const auto value = defaults.at(nlohmann::json::json_pointer(pointer));
    const std::string shown = value.is_string() ? value.get<std::string>() : value.dump();
    return "| `" + std::string(field.key) + "` | " + shown + " | " + range_of(field) + " | " + (field.live ? "yes" : "") + " | " +
           std::string(field.help) + " |";
}

// docs/recipe.md has a row for each key, in the schema's order, and no others.
TEST(RecipePage, HasEveryKeyAsItIs) {
    std::ifstream page(CAMEO_TEST_DATA "/../../docs/recipe.md");
    ASSERT_TRUE(page);
    std::vector<std::string> rows, expected;
    for (std::string line; std::getline(page, line);)
        if (line.starts_with("| `")) rows.push_back(line);
    const auto defaults = nlohmann::json::parse(to_json(Recipe()));
    for (const auto& field : recipe_schema())
        expected.push_back(row_of(field, defaults));
    std::string all;
    for (const auto& row : expected) all += row + "\n";
    EXPECT_EQ(rows, expected) << "docs/recipe.md should have these rows:\n" << all;
}

} // namespace
} // namespace cameo
