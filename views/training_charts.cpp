#include "views/training_charts.hpp"

#include "core/eval/measures.hpp"

#include <algorithm>
#include <utility>

namespace cameo {
namespace {

constexpr std::string_view kDev = "dev.", kGate = "gate", kFusion = "fusion", kWeighted = "weighted";

/// The name between a prefix and a suffix; empty: it is another metric.
std::string between(std::string_view metric, std::string_view prefix, std::string_view suffix) {
    if (metric.size() <= prefix.size() + suffix.size() || !metric.starts_with(prefix) || !metric.ends_with(suffix)) return {};
    return std::string(metric.substr(prefix.size(), metric.size() - prefix.size() - suffix.size()));
}

/// Lexical, local, global, or the number of one of many.
std::size_t place_in_model(std::string_view expert) {
    constexpr std::string_view kOrder[] = {"lexical", "local", "global"};
    const auto found = std::ranges::find(kOrder, expert);
    if (found != std::end(kOrder)) return std::size_t(found - std::begin(kOrder));
    std::size_t number = 0;
    for (const char letter : expert)
        if (letter >= '0' && letter <= '9') number = 10 * number + std::size_t(letter - '0');
    return 3 + number;
}

class Charts {
public:
    explicit Charts(const TrainingRecord& record) : m_record(record), m_experts(training_experts(record)), m_gated(is_gated(record)) {
        std::vector<ExpertKind> kinds;
        if (m_gated) kinds.assign(m_experts.size() + 1, ExpertKind::Global);
        for (const std::string& expert : m_experts)
            if (!m_gated) kinds.push_back(expert == "lexical" ? ExpertKind::Lexical : expert == "local" ? ExpertKind::Local : ExpertKind::Global);
        m_styles = expert_styles(kinds);
        if (m_gated && !m_styles.empty()) m_styles.erase(m_styles.begin()); // the gate's own
    }

    /// Adds a chart with those of its series that have numbers.
    void add(TrainingChart chart) {
        std::erase_if(chart.series, [&](const ChartSeries& series) { return !m_record.curve(series.metric); });
        if (!chart.series.empty()) m_charts.push_back(std::move(chart));
    }

    ChartSeries of_expert(std::size_t expert, std::string metric) const { return {std::move(metric), m_experts[expert], m_styles[expert], false, {}, {}}; }
    static ChartSeries of_all(std::string metric, std::string label) { return {std::move(metric), std::move(label), {}, true, {}, {}}; }
    static ChartSeries other(std::string metric, std::string label) { return {std::move(metric), std::move(label), {}, false, {}, {}}; }

    /// Series of each expert's "PREFIX expert SUFFIX".
    std::vector<ChartSeries> of_experts(std::string_view prefix, std::string_view suffix = {}) const {
        std::vector<ChartSeries> series;
        for (std::size_t expert = 0; expert < m_experts.size(); ++expert)
            series.push_back(of_expert(expert, std::string(prefix).append(m_experts[expert]).append(suffix)));
        return series;
    }
    /// All others with that prefix, in the order of their names.
    std::vector<ChartSeries> others(std::string_view prefix) const {
        std::vector<ChartSeries> series;
        for (const auto& [metric, curve] : m_record.curves())
            if (const std::string rest = between(metric, prefix, ""); !rest.empty() && std::ranges::find(m_experts, rest) == m_experts.end()) series.push_back(other(metric, rest));
        return series;
    }

    bool knows(std::string_view metric) const { return m_record.curve(metric) != nullptr; }
    const std::vector<std::string>& experts() const { return m_experts; }
    bool gated() const { return m_gated; }
    std::vector<TrainingChart> take() { return std::move(m_charts); }

private:
    const TrainingRecord& m_record;
    std::vector<std::string> m_experts;
    bool m_gated;
    std::vector<ExpertStyle> m_styles;
    std::vector<TrainingChart> m_charts;
};

template <class... Lists> std::vector<ChartSeries> joined(std::vector<ChartSeries> first, Lists&&... more) {
    (first.insert(first.end(), more.begin(), more.end()), ...);
    return first;
}

void add_learning(Charts& charts, std::string_view measure, std::string_view category) {
    // By kind of query only the measure is recorded that the training goes by.
    const std::string whole = std::string(".").append(measure), kind = charts.knows("dev.fusion" + whole + "." + std::string(category)) ? std::string(category) : std::string();
    const std::string suffix = kind.empty() ? whole : whole + "." + kind;
    charts.add({.id = "dev",
                .title = std::string(measure).append(" on dev") + (kind.empty() ? "" : ", " + kind + " queries"),
                .help = "How well the dev queries' right documents are ranked among a few thousand, at every validation. It says which step is best; `cameo eval` measures over the "
                        "whole collection. Weighted: the experts' scores added up with weights fitted on the same queries, where the recipe goes by that (validation.of).",
                .unit = ChartUnit::Share,
                .series = joined({Charts::of_all("dev.fusion" + suffix, charts.gated() ? "gate" : "fusion")}, charts.of_experts(kDev, suffix),
                                 std::vector{Charts::other("dev.weighted" + suffix, "weighted")})});
    charts.add({.id = "loss",
                .title = "Loss",
                .help = "What the steps bring down. It leaps from batch to batch: look at the smooth line. A loss that falls while the measure on dev does not rise is learnt by heart.",
                .series = joined({Charts::of_all("loss", "all")}, charts.of_experts("loss."), charts.others("loss."))});
}

void add_gate(Charts& charts, const std::string& role) {
    const bool queries = role == "query";
    const auto experts = charts.experts().size();
    std::vector<ChartSeries> loads;
    for (std::size_t expert = 0; expert < experts; ++expert) loads.push_back(charts.of_expert(expert, "load." + role + "." + std::to_string(expert + 1)));
    charts.add({.id = "load",
                .title = queries ? "Who serves the queries" : "Who serves the documents",
                .help = "Share of a batch's texts that each expert serves. Far from the fair share is no verdict: see how the measure on dev goes, and whether queries and their "
                        "documents go to the same expert.",
                .unit = ChartUnit::Share,
                .series = std::move(loads),
                .level = experts > 0 ? std::optional(1.0 / double(experts)) : std::nullopt,
                .level_words = "one expert's fair share, where one serves each text"});
    charts.add({.id = "entropy",
                .title = "What the gate knows",
                .help = "Entropy of a text's own distribution (how undecided the gate is about it), of the mean of all texts (how evenly it spreads), and their difference, the mutual "
                        "information. Specialised: low, high, high. Collapsed: low, low, none. Undecided: high, high, none.",
                .unit = ChartUnit::Bits,
                .series = {Charts::other("gate.entropy." + role, "of one text"), Charts::other("gate.marginal." + role, "of all texts"),
                           Charts::other("gate.information." + role, "mutual information"), Charts::other("load_entropy." + role, "of the load")}});
    charts.add({.id = "agreement",
                .title = "Agreement and margin",
                .help = "Share of the queries whose right document goes to the same expert: below one half, query and document are transformed apart. Margin: how far the first expert's "
                        "probability is above the second's.",
                .unit = ChartUnit::Share,
                .series = {Charts::other("gate.agreement", "query and right document agree"), Charts::other("gate.margin." + role, "margin")}});
}

void add_wins(Charts& charts, std::string_view category) {
    const std::string suffix = category.empty() ? std::string() : std::string(".").append(category);
    charts.add({.id = "sole",
                .title = "Who alone ranks it best" + (category.empty() ? std::string() : ", " + std::string(category) + " queries"),
                .help = "Share of the dev queries whose right document one expert ranks above what all others make of it. What is missing to 1 are ties. Experts that have "
                        "specialised win different kinds of queries.",
                .unit = ChartUnit::Share,
                .series = charts.of_experts("wins.", suffix)});
}

void add_competition(Charts& charts) {
    auto weights = charts.of_experts("weight.");
    for (ChartSeries& series : weights) series.low = series.metric + ".p10", series.high = series.metric + ".p90";
    charts.add({.id = "weights",
                .title = "Competition weights",
                .help = "What each expert's loss is multiplied by: the mean over a step's queries, and around it the band from the least tenth of them to the largest. All at 1: the "
                        "competition does nothing. One far above the others: it takes all.",
                .series = std::move(weights),
                .level = 1.0,
                .level_words = "no competition"});
    charts.add({.id = "wins",
                .title = "Who ranks the right document first",
                .help = "Share of a step's queries for which the expert has the right document at rank 1 among the cached ones.",
                .unit = ChartUnit::Share,
                .series = charts.of_experts("first.")});
    charts.add({.id = "away",
                .title = "Effect of the competition",
                .help = "Share of a step's queries for which some expert's weight is more than 0.1 from 1.",
                .unit = ChartUnit::Share,
                .series = {Charts::other("weight.away", "weights that differ")}});
    charts.add({.id = "terms",
                .title = "Terms of the lexical expert",
                .help = "Terms with a weight in a text. Over a thousand: it has become dense, and its index slow. Under three: it is empty.",
                .log = true,
                .series = {Charts::other("terms.query", "a query"), Charts::other("terms.document", "a document")}});
}

void add_steps(Charts& charts) {
    charts.add({.id = "gradients",
                .title = "Gradient norms",
                .help = "Of each group of parameters. A group without gradient learns nothing; a norm that grows without end is a training that diverges.",
                .log = true,
                .series = joined({Charts::of_all("gradient", "all")}, charts.others("gradient."))});
    charts.add({.id = "rates",
                .title = "Learning rates",
                .help = "As the schedule and commands have them.",
                .log = true,
                .series = charts.others("rate.")});
    charts.add({.id = "speed", .title = "Tokens a second", .help = "That went through the encoder; what frozen layers have made of a text before is not computed again.", .unit = ChartUnit::Rate, .series = {Charts::of_all("tokens_per_second", "tokens/s")}});
    charts.add({.id = "seconds", .title = "Seconds a step", .help = "Of the whole step.", .series = {Charts::of_all("seconds", "seconds")}});
    charts.add({.id = "memory", .title = "Memory", .help = "Of the trainer's process.", .unit = ChartUnit::Bytes, .series = {Charts::of_all("memory", "resident"), Charts::other("memory.peak", "at its most")}});
}

} // namespace

bool is_gated(const TrainingRecord& record) { return record.curve("load.query.1") || record.curve(std::string("dev.gate.").append(measure_name(0))); }

std::vector<std::string> training_experts(const TrainingRecord& record) {
    const std::string suffix = std::string(".").append(measure_name(0));
    std::vector<std::string> experts;
    for (const auto& [metric, curve] : record.curves())
        if (std::string system = between(metric, kDev, suffix); !system.empty() && system != kFusion && system != kWeighted && system != kGate) experts.push_back(std::move(system));
    std::ranges::stable_sort(experts, {}, place_in_model);
    return experts;
}

std::vector<std::string> training_categories(const TrainingRecord& record) {
    const auto experts = training_experts(record);
    std::vector<std::string> categories;
    if (!experts.empty())
        for (const auto& [metric, curve] : record.curves())
            if (std::string category = between(metric, "wins." + experts.front() + ".", ""); !category.empty()) categories.push_back(std::move(category));
    return categories;
}

std::vector<TrainingChart> training_charts(const TrainingRecord& record, std::string_view measure, std::string_view role, std::string_view category) {
    Charts charts(record);
    add_learning(charts, measure, category);
    add_wins(charts, category);
    if (charts.gated()) add_gate(charts, std::string(role));
    else add_competition(charts);
    add_steps(charts);
    return charts.take();
}

} // namespace cameo
