#include "app/experiments/report.hpp"

#include "core/base/error.hpp"
#include "core/eval/significance.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numeric>
#include <optional>
#include <set>

namespace cameo {

namespace {

double mean(std::span<const double> values) {
    return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / double(values.size());
}

/// Between seeds.
double deviation(std::span<const double> values) {
    if (values.size() < 2) return 0;
    const double middle = mean(values);
    double squares = 0;
    for (const double value : values)
        squares += (value - middle) * (value - middle);
    return std::sqrt(squares / double(values.size() - 1));
}

/// A row's queries under all its seeds.
struct Measured {
    std::vector<std::string> categories;      ///< [queries]
    std::vector<std::vector<double>> by_seed; ///< [seeds][queries]
    std::vector<double> per_query;            ///< [queries] mean over the seeds

    std::vector<double> means(const std::string& category) const {
        std::vector<double> means;
        for (const auto& seed : by_seed) {
            std::vector<double> own;
            for (std::size_t q = 0; q < seed.size(); ++q)
                if (category.empty() || categories[q] == category) own.push_back(seed[q]);
            means.push_back(mean(own));
        }
        return means;
    }
};

std::optional<Measured> measured(const PlannedRow& row, const std::string& collection, std::span<const ExperimentResult> results) {
    Measured all;
    std::vector<std::string> queries;
    for (const auto& result : results) {
        const auto found = result.collections.find(collection);
        if (result.training != row.training || found == result.collections.end()) continue;
        const auto system = std::ranges::find(found->second.systems, row.system, &MeasuredSystem::name);
        if (system == found->second.systems.end())
            throw Error(ErrorKind::InvalidInput, fmt::format("the plan: row \"{}\": {} has no system {}", row.label, row.training, row.system));
        if (!queries.empty() && queries != found->second.queries)
            throw Error(ErrorKind::InvalidInput, fmt::format("the results of {} are of different queries of {}", row.training, collection));
        queries = found->second.queries;
        all.categories = found->second.categories;
        all.by_seed.push_back(system->mrr_10);
    }
    if (all.by_seed.empty()) return {};
    all.per_query.assign(queries.size(), 0);
    for (const auto& seed : all.by_seed)
        for (std::size_t q = 0; q < seed.size(); ++q)
            all.per_query[q] += seed[q] / double(all.by_seed.size());
    return all;
}

std::string cell(std::span<const double> means) {
    return means.size() < 2 ? fmt::format("{:.3f}", mean(means)) : fmt::format("{:.3f} ± {:.3f}", mean(means), deviation(means));
}

} // namespace

std::string to_markdown(const PlannedTable& table, std::span<const ExperimentResult> results) {
    std::vector<std::optional<Measured>> rows;
    std::set<std::string> categories;
    for (const auto& row : table.rows) {
        rows.push_back(measured(row, table.collection, results));
        if (rows.back()) categories.insert(rows.back()->categories.begin(), rows.back()->categories.end());
    }
    categories.erase("");
    const auto against = std::size_t(std::ranges::find(table.rows, table.against, &PlannedRow::label) - table.rows.begin());
    const bool compares = against < rows.size() && rows[against];
    std::vector<double> p;
    for (std::size_t at = 0; at < rows.size(); ++at)
        if (compares && at != against && rows[at]) p.push_back(randomisation_test(rows[at]->per_query, rows[against]->per_query));
    const auto corrected = holm(p);

    std::string text = fmt::format("| MRR@10 on {} | all |", table.collection), line = "|---|---|";
    for (const auto& category : categories) {
        text += fmt::format(" {} |", category);
        line += "---|";
    }
    if (compares) {
        text += fmt::format(" against \"{}\" | p (Holm) |", table.against);
        line += "---|---|";
    }
    text += " seeds |\n" + line + "---|\n";
    std::size_t tested = 0;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        text += fmt::format("| {} |", table.rows[at].label);
        if (!rows[at]) {
            text += " not run yet |\n";
            continue;
        }
        text += fmt::format(" {} |", cell(rows[at]->means("")));
        for (const auto& category : categories)
            text += fmt::format(" {} |", cell(rows[at]->means(category)));
        if (compares && at == against) text += " | |";
        if (compares && at != against) {
            const auto interval = bootstrap_interval(rows[at]->per_query, rows[against]->per_query);
            text += fmt::format(" {:+.3f} [{:+.3f}, {:+.3f}] | {:.3g} |", mean(rows[at]->per_query) - mean(rows[against]->per_query),
                                interval.low, interval.high, corrected[tested]);
            ++tested;
        }
        text += fmt::format(" {} |\n", rows[at]->by_seed.size());
    }
    return text;
}

std::string with_tables(const std::string& text, const ExperimentPlan& plan, std::span<const ExperimentResult> results) {
    constexpr std::string_view kBegin = "<!-- table ", kClose = " -->", kEnd = "<!-- end -->";
    std::map<std::string, const PlannedTable*> waiting;
    for (const auto& table : plan.tables)
        waiting[table.name] = &table;
    std::string filled;
    std::size_t at = 0;
    for (auto begin = text.find(kBegin); begin != text.npos; begin = text.find(kBegin, at)) {
        const auto close = text.find(kClose, begin), end = text.find(kEnd, begin);
        const std::string name = close == text.npos ? "" : text.substr(begin + kBegin.size(), close - begin - kBegin.size());
        const auto table = waiting.find(name);
        if (table == waiting.end() || end == text.npos)
            throw Error(ErrorKind::InvalidInput, fmt::format("the text has a place for a table \"{}\", which the plan does not have, "
                                                             "or which does not end",
                                                             name));
        filled += text.substr(at, close + kClose.size() - at) + "\n\n" + to_markdown(*table->second, results) + "\n";
        waiting.erase(table);
        at = end;
    }
    if (!waiting.empty())
        throw Error(ErrorKind::InvalidInput, fmt::format("the text has no place for the table \"{}\"", waiting.begin()->first));
    return filled + text.substr(at);
}

} // namespace cameo
