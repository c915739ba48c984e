#include "core/eval/systems.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Measures& measures) {
    Json json = Json::object();
    for (int measure = 0; measure < kMeasureCount; ++measure)
        json[measure_name(measure)] = value(measures, measure);
    return json;
}

/// A column of figures, the best of them marked.
std::vector<std::string> column(const std::vector<double>& values) {
    const double best = *std::max_element(values.begin(), values.end());
    std::vector<std::string> cells;
    for (const double figure : values)
        cells.push_back(fmt::format("{:.4f}{}", figure, figure == best && best > 0 ? "*" : " "));
    return cells;
}

void put_rows(std::string& text, const Evaluation& evaluation, const std::vector<std::string>& heads,
              const std::vector<std::vector<double>>& columns) {
    std::size_t width = 6;
    for (const SystemResult& system : evaluation.systems)
        width = std::max(width, system.name.size());
    text += fmt::format("{:<{}}", "system", width);
    for (const std::string& head : heads)
        text += fmt::format("  {:>{}}", head, std::max<std::size_t>(head.size(), 7));
    text += '\n';
    std::vector<std::vector<std::string>> cells;
    for (const auto& values : columns)
        cells.push_back(column(values));
    for (std::size_t row = 0; row < evaluation.systems.size(); ++row) {
        text += fmt::format("{:<{}}", evaluation.systems[row].name, width);
        for (std::size_t at = 0; at < heads.size(); ++at)
            text += fmt::format("  {:>{}}", cells[at][row], std::max<std::size_t>(heads[at].size(), 7));
        text += '\n';
    }
}

} // namespace

std::string to_table(const Evaluation& evaluation) {
    std::string text = fmt::format("{} on {}, split {}: {} judged queries\n\n", evaluation.model,
                                   evaluation.collection, evaluation.split, evaluation.query_ids.size());
    std::vector<std::string> heads;
    std::vector<std::vector<double>> columns;
    for (int measure = 0; measure < kMeasureCount; ++measure) {
        heads.push_back(measure_name(measure));
        auto& values = columns.emplace_back();
        for (const SystemResult& system : evaluation.systems)
            values.push_back(value(system.mean, measure));
    }
    put_rows(text, evaluation, heads, columns);

    std::set<std::string> categories(evaluation.categories.begin(), evaluation.categories.end());
    categories.erase("");
    if (!categories.empty()) {
        heads.clear();
        columns.clear();
        for (const std::string& category : categories) {
            heads.push_back(fmt::format(
                "{} ({})", category,
                std::count(evaluation.categories.begin(), evaluation.categories.end(), category)));
            auto& values = columns.emplace_back();
            for (const SystemResult& system : evaluation.systems) {
                const auto found = system.by_category.find(category);
                values.push_back(
                    found == system.by_category.end() ? 0 : value(found->second, evaluation.primary));
            }
        }
        text += fmt::format("\n{} by category of the query\n", measure_name(evaluation.primary));
        put_rows(text, evaluation, heads, columns);
    }
    text += "* best of the column\n";

    if (!evaluation.tests.empty()) {
        std::size_t width = 0;
        for (const SignificanceResult& test : evaluation.tests)
            width = std::max(width, test.a.size() + 3 + test.b.size());
        text +=
            fmt::format("\nDifferences in {}: paired randomisation test, Holm over {} pairs; 95 % bootstrap "
                        "interval\n",
                        measure_name(evaluation.primary), evaluation.tests.size());
        for (const SignificanceResult& test : evaluation.tests)
            text += fmt::format("{:<{}}  {:>+8.4f}  [{:>+8.4f}, {:>+8.4f}]  p {:.4f}  Holm {:.4f}{}\n",
                                test.a + " - " + test.b, width, test.difference, test.low, test.high, test.p,
                                test.p_holm, test.p_holm < 0.05 ? "  differ" : "");
    }
    return text;
}

std::string to_json(const Evaluation& evaluation) {
    Json json = {{"model", evaluation.model}, {"collection", evaluation.collection},
                 {"split", evaluation.split}, {"queries", evaluation.query_ids.size()},
                 {"systems", Json::array()},  {"tests", Json::array()}};
    for (const SystemResult& system : evaluation.systems) {
        Json categories = Json::object();
        for (const auto& [category, measures] : system.by_category)
            categories[category] = to_json(measures);
        json["systems"].push_back({{"name", system.name},
                                   {"kind", system.kind},
                                   {"measures", to_json(system.mean)},
                                   {"by_category", std::move(categories)}});
    }
    for (const SignificanceResult& test : evaluation.tests)
        json["tests"].push_back({{"a", test.a},
                                 {"b", test.b},
                                 {"measure", test.measure},
                                 {"difference", test.difference},
                                 {"p", test.p},
                                 {"p_holm", test.p_holm}});
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace cameo
