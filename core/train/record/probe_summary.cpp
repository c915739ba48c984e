#include "core/train/record/probe_summary.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

constexpr std::int32_t kCutoff = 10; ///< of MRR@10

double entropy(std::span<const double> shares) {
    double sum = 0;
    for (const double share : shares)
        if (share > 0) sum -= share * std::log2(share);
    return sum;
}

void add(ProbeCategory& category, const ProbeRecord& record) {
    const std::size_t systems = record.ranks.size(), experts = systems - 1; // the fusion stands behind them
    category.reciprocal.resize(systems);
    category.first.resize(experts);
    ++category.queries;
    for (std::size_t system = 0; system < systems; ++system)
        if (const auto rank = record.ranks[system]; rank >= 1 && rank <= kCutoff) category.reciprocal[system] += 1.0 / rank;
    if (experts == 0) return;
    if (const int best = best_alone(std::span(record.ranks).first(experts)); best >= 0) ++category.first[static_cast<std::size_t>(best)];
    else ++category.tied;
}

void divide(std::vector<double>& sums, double by) {
    for (double& sum : sums) sum /= by;
}

ProbeRouting routing_of(std::span<const ProbeRecord> records) {
    ProbeRouting routing;
    const std::size_t experts = records.empty() ? 0 : records.front().probabilities.size();
    if (experts == 0) return routing;
    std::vector<double> mean(experts, 0.0);
    routing.query_load.assign(experts, 0);
    routing.document_load.assign(experts, 0);
    for (const ProbeRecord& record : records) {
        check(record.weights.size() == experts && record.document_weights.size() == experts && record.probabilities.size() == experts, "summarise: a weight an expert");
        for (std::size_t expert = 0; expert < experts; ++expert) {
            routing.query_load[expert] += record.weights[expert] > 0;
            routing.document_load[expert] += record.document_weights[expert] > 0;
            mean[expert] += record.probabilities[expert];
        }
        const std::vector<double> own(record.probabilities.begin(), record.probabilities.end());
        routing.entropy += entropy(own);
        routing.agreement += heaviest(record.weights) == heaviest(record.document_weights);
    }
    const auto count = static_cast<double>(records.size());
    divide(routing.query_load, count);
    divide(routing.document_load, count);
    divide(mean, count);
    routing.entropy /= count;
    routing.agreement /= count;
    routing.marginal = entropy(mean);
    return routing;
}

} // namespace

int best_alone(std::span<const std::int32_t> ranks) {
    const auto place = [&](std::size_t expert) { return ranks[expert] > 0 ? ranks[expert] : INT32_MAX; };
    std::size_t best = 0, alike = 1;
    for (std::size_t expert = 1; expert < ranks.size(); ++expert) {
        if (place(expert) < place(best)) best = expert, alike = 1;
        else if (place(expert) == place(best)) ++alike;
    }
    return ranks.empty() || alike > 1 ? -1 : static_cast<int>(best);
}

int heaviest(std::span<const float> weights) {
    return weights.empty() ? -1 : static_cast<int>(std::ranges::max_element(weights) - weights.begin());
}

ProbeSummary summarise(const ProbeSet& set, std::span<const ProbeRecord> records) {
    check(records.size() <= set.queries.size(), "summarise: a record a query");
    ProbeSummary summary;
    for (std::size_t query = 0; query < records.size(); ++query) {
        check(records[query].ranks.size() == set.systems.size() && !set.systems.empty(), "summarise: a rank a system");
        add(summary.categories[""], records[query]);
        if (!set.queries[query].category.empty()) add(summary.categories[set.queries[query].category], records[query]);
    }
    for (auto& [name, category] : summary.categories) {
        const auto count = static_cast<double>(category.queries);
        divide(category.reciprocal, count);
        divide(category.first, count);
        category.tied /= count;
    }
    summary.routing = routing_of(records);
    return summary;
}

} // namespace cameo
