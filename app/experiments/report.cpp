#include "app/experiments/report.hpp"

#include "app/experiments/figure.hpp"
#include "app/experiments/measured_row.hpp"
#include "core/base/error.hpp"
#include "core/eval/significance.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

namespace cameo {

namespace {

std::string cell(std::span<const double> means) {
    return means.size() < 2 ? fmt::format("{:.3f}", mean_of(means)) : fmt::format("{:.3f} ± {:.3f}", mean_of(means), deviation_of(means));
}

/// @param seeds of the row that it is compared with, whose mean above is of more than what is compared when there are more
std::string comparison(const PairedRows& pair, std::size_t seeds, double p) {
    const auto interval = bootstrap_interval(pair.row, pair.other);
    const std::string of = pair.seeds == seeds ? "" : fmt::format(", {} of {} seeds", pair.seeds, seeds);
    return fmt::format(" {:+.3f} [{:+.3f}, {:+.3f}]{} | {:.3g} |", pair.difference(), interval.low, interval.high, of, p);
}

std::string to_numbers(const PlannedTable& table, std::span<const ExperimentResult> results) {
    std::string text = "| |", line = "|---|";
    for (const auto& name : table.numbers) {
        text += fmt::format(" {} |", name);
        line += "---|";
    }
    text += " seeds |\n" + line + "---|\n";
    for (const auto& row : table.rows) {
        text += fmt::format("| {} |", row.label);
        const auto seeds = std::ranges::count(results, row.training, &ExperimentResult::training);
        if (seeds == 0) {
            text += " not run yet |\n";
            continue;
        }
        for (const auto& name : table.numbers) {
            std::vector<double> values;
            for (const auto& result : results)
                if (const auto found = result.numbers.find(name); result.training == row.training && found != result.numbers.end())
                    values.push_back(found->second);
            text += values.empty() ? " |" : fmt::format(" {} |", cell(values));
        }
        text += fmt::format(" {} |\n", seeds);
    }
    return text;
}

} // namespace

std::string to_markdown(const PlannedTable& table, std::span<const ExperimentResult> results) {
    if (!table.numbers.empty()) return to_numbers(table, results);
    std::vector<std::optional<MeasuredRow>> rows;
    std::set<std::string> categories;
    for (const auto& row : table.rows) {
        rows.push_back(measured_row(row, table.collection, results));
        if (rows.back()) categories.insert(rows.back()->categories.begin(), rows.back()->categories.end());
    }
    categories.erase("");
    const auto against = std::size_t(std::ranges::find(table.rows, table.against, &PlannedRow::label) - table.rows.begin());
    const bool compares = against < rows.size() && rows[against];
    std::vector<std::optional<PairedRows>> pairs(rows.size());
    std::vector<double> p;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (!compares || at == against || !rows[at]) continue;
        pairs[at] = paired(*rows[at], *rows[against]);
        if (pairs[at]->seeds > 0) p.push_back(randomisation_test(pairs[at]->row, pairs[at]->other));
    }
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
        if (pairs[at] && pairs[at]->seeds == 0) text += " no seed in common | |";
        if (pairs[at] && pairs[at]->seeds > 0) text += comparison(*pairs[at], rows[against]->seeds.size(), corrected[tested++]);
        text += fmt::format(" {} |\n", rows[at]->seeds.size());
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
        if (has_figure(*table->second, results)) filled += fmt::format("![{}]({})\n\n", name, figure_file(*table->second).generic_string());
        waiting.erase(table);
        at = end;
    }
    if (!waiting.empty())
        throw Error(ErrorKind::InvalidInput, fmt::format("the text has no place for the table \"{}\"", waiting.begin()->first));
    return filled + text.substr(at);
}

} // namespace cameo
