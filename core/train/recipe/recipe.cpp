#include "core/train/recipe/recipe.hpp"

#include "core/base/error.hpp"
#include "core/text/json_depth.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& source, const std::string& why) {
    throw Error(ErrorKind::InvalidInput, source + ": " + why);
}

/// Levenshtein's distance, for "did you mean".
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t above = row[j + 1];
            row[j + 1] = std::min({above + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = above;
        }
    }
    return row.back();
}

std::string_view nearest(std::string_view wrong, const std::vector<std::string_view>& right) {
    return *std::ranges::min_element(right, {}, [&](std::string_view each) {
        // The last part alone counts too: people leave out the section.
        return std::min(distance(wrong, each), distance(wrong, each.substr(each.rfind('.') + 1)));
    });
}

const RecipeField& field_named(std::string_view key, const std::string& source) {
    const auto schema = recipe_schema();
    const auto found = std::ranges::find(schema, key, &RecipeField::key);
    if (found != schema.end())
        return *found;
    std::vector<std::string_view> keys;
    for (const auto& field : schema)
        keys.push_back(field.key);
    refuse(source, fmt::format("there is no key \"{}\"; did you mean \"{}\"?", key, nearest(key, keys)));
}

void check_range(const RecipeField& field, double value, const std::string& source) {
    if (!(value >= field.low && value <= field.high))
        refuse(source, fmt::format("{} is {}, expected {}", field.key, value, range_of(field)));
}

void assign(Recipe& recipe, const RecipeField& field, const Json& value, const std::string& source) {
    const auto expect = [&](bool holds, const char* what) {
        if (!holds)
            refuse(source, fmt::format("{} is {}, expected {}", field.key,
                                       value.is_array() ? "a list" : value.dump(-1, ' ', false, Json::error_handler_t::replace), what));
    };
    std::visit(
        [&](auto member) {
            using Type = std::remove_cvref_t<decltype(recipe.*member)>;
            if constexpr (std::is_same_v<Type, std::string>) {
                expect(value.is_string(), "a text");
                const auto text = value.get<std::string>();
                if (!field.choices.empty() && std::ranges::find(field.choices, text) == field.choices.end())
                    refuse(source, fmt::format("{} is \"{}\", expected one of {}; did you mean \"{}\"?", field.key, text,
                                               fmt::join(field.choices, ", "), nearest(text, field.choices)));
                recipe.*member = text;
            } else if constexpr (std::is_same_v<Type, bool>) {
                expect(value.is_boolean(), "true or false");
                recipe.*member = value.get<bool>();
            } else if constexpr (std::is_same_v<Type, std::int64_t>) {
                // 1e3 is a whole number too.
                expect(value.is_number() && std::trunc(value.get<double>()) == value.get<double>(), "a whole number");
                // As JSON and its readers have it, larger ones are rounded.
                constexpr double kMost = 9007199254740992; // 2^53
                expect(value.get<double>() <= kMost, "at most 9007199254740992");
                check_range(field, value.get<double>(), source);
                recipe.*member = value.is_number_integer() ? value.get<std::int64_t>() : std::int64_t(value.get<double>());
            } else {
                // JSON has no infinity, and a temperature may be one.
                const bool infinite = value == "infinity";
                expect(value.is_number() || infinite, "a number");
                const double number = infinite ? std::numeric_limits<double>::infinity() : value.get<double>();
                check_range(field, number, source);
                recipe.*member = number;
            }
        },
        field.member);
}

void check_section(const std::string& name, const std::string& source) {
    std::vector<std::string_view> sections;
    for (const auto& field : recipe_schema())
        if (const auto dot = field.key.find('.'); dot != field.key.npos)
            sections.push_back(field.key.substr(0, dot));
    if (std::ranges::find(sections, name) == sections.end())
        refuse(source, fmt::format("there is no section \"{}\"; did you mean \"{}\"?", name, nearest(name, sections)));
}

void read_section(Recipe& recipe, const Json& section, const std::string& prefix, const std::string& source) {
    for (const auto& [key, value] : section.items()) {
        const std::string whole = prefix + key;
        if (value.is_object()) {
            check_section(whole, source);
            read_section(recipe, value, whole + ".", source);
        } else {
            assign(recipe, field_named(whole, source), value, source);
        }
    }
}

Json to_value(double number) { return std::isinf(number) ? Json("infinity") : Json(number); }
template <class T>
Json to_value(const T& other) {
    return Json(other);
}

} // namespace

std::string range_of(const RecipeField& field) {
    if (!field.choices.empty())
        return fmt::format("one of {}", fmt::join(field.choices, ", "));
    if (std::holds_alternative<bool Recipe::*>(field.member))
        return "true or false";
    if (std::holds_alternative<std::string Recipe::*>(field.member))
        return "a text";
    return field.high >= kUnbounded ? fmt::format("at least {}", field.low) : fmt::format("{} to {}", field.low, field.high);
}

Recipe recipe_from_json(std::string_view text, const std::string& source) {
    const char* const expected = "a recipe is a JSON object of sections and values";
    if (json_too_deep(text))
        refuse(source, expected);
    Json json;
    try {
        json = Json::parse(text);
    } catch (const Json::parse_error& error) {
        refuse(source, fmt::format("not JSON, at byte {}", error.byte));
    } catch (const Json::exception&) {
        refuse(source, "not JSON: a number is too large");
    }
    if (!json.is_object())
        refuse(source, expected);
    Recipe recipe;
    read_section(recipe, json, "", source);
    return recipe;
}

Recipe read_recipe(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in || !std::filesystem::is_regular_file(file))
        throw Error(ErrorKind::NotFound, file.string() + ": the recipe cannot be read");
    Recipe recipe = recipe_from_json(text.str(), file.string());
    if (recipe.name.empty())
        recipe.name = file.stem().string();
    return recipe;
}

namespace {

/// The parts of "key=value".
struct Assignment {
    const RecipeField& field;
    std::string value;
};

Assignment parse_assignment(std::string_view assignment, const std::string& source) {
    const auto sign = assignment.find('=');
    if (sign == assignment.npos || sign == 0)
        refuse(source, "expected key=value");
    return {field_named(assignment.substr(0, sign), source), std::string(assignment.substr(sign + 1))};
}

void assign_text(Recipe& recipe, const Assignment& wanted, const std::string& source) {
    if (std::holds_alternative<std::string Recipe::*>(wanted.field.member))
        return assign(recipe, wanted.field, Json(wanted.value), source);
    const auto parsed = Json::parse(wanted.value, nullptr, /*allow_exceptions=*/false);
    assign(recipe, wanted.field, parsed.is_discarded() ? Json(wanted.value) : parsed, source);
}

} // namespace

void set_live_field(Recipe& recipe, std::string_view assignment) {
    const std::string source = fmt::format("set {}", assignment);
    const auto wanted = parse_assignment(assignment, source);
    if (!wanted.field.live) {
        std::vector<std::string_view> live;
        for (const auto& field : recipe_schema())
            if (field.live)
                live.push_back(field.key);
        refuse(source, fmt::format("{} cannot change while a training runs; these can: {}", wanted.field.key,
                                   fmt::join(live, ", ")));
    }
    assign_text(recipe, wanted, source);
    if (recipe.teacher.empty() && (recipe.margin_mse > 0 || recipe.distillation > 0))
        refuse(source, "the training has no teacher (teacher.run) to learn from");
}

const RecipeField* first_difference(const Recipe& one, const Recipe& other, bool live_too) {
    const auto schema = recipe_schema();
    const auto found = std::ranges::find_if(schema, [&](const RecipeField& field) {
        return (live_too || !field.live) && std::visit([&](auto member) { return !(one.*member == other.*member); }, field.member);
    });
    return found == schema.end() ? nullptr : &*found;
}

void set_field(Recipe& recipe, std::string_view assignment) {
    const std::string source = fmt::format("--set {}", assignment);
    assign_text(recipe, parse_assignment(assignment, source), source);
}

std::string to_json(const Recipe& recipe) {
    Json json = Json::object();
    for (const auto& field : recipe_schema()) {
        Json* at = &json;
        std::string_view rest = field.key;
        for (auto dot = rest.find('.'); dot != rest.npos; dot = rest.find('.')) {
            at = &(*at)[std::string(rest.substr(0, dot))];
            rest.remove_prefix(dot + 1);
        }
        std::visit([&](auto member) { (*at)[std::string(rest)] = to_value(recipe.*member); }, field.member);
    }
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace cameo
