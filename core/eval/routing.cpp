#include "core/eval/routing.hpp"

#include "core/base/error.hpp"
#include "core/eval/quantile.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace cameo {

namespace {

/// The first choice of one input, -1 where there is none.
std::int32_t first_choice(std::span<const float> logits) {
    if (!std::ranges::all_of(logits, [](float logit) { return std::isfinite(logit); })) return -1;
    return static_cast<std::int32_t>(std::ranges::max_element(logits) - logits.begin());
}

std::vector<double> softmax(std::span<const float> logits) {
    const double largest = *std::ranges::max_element(logits);
    std::vector<double> p;
    for (const float logit : logits)
        p.push_back(std::exp(logit - largest));
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& share : p)
        share /= sum;
    return p;
}

double entropy(std::span<const double> shares) {
    double nats = 0;
    for (const double share : shares)
        if (share > 0) nats -= share * std::log(share);
    return nats;
}

/// Variance over squared mean.
double cv2(std::span<const double> values) {
    const auto count = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
    double squares = 0;
    for (const double value : values)
        squares += (value - mean) * (value - mean);
    return mean == 0 ? kUndefined : squares / count / (mean * mean);
}

Spread spread(std::vector<double> values) {
    std::ranges::sort(values);
    return {.mean = std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
            .p5 = quantile(values, 0.05),
            .p25 = quantile(values, 0.25),
            .p50 = quantile(values, 0.5),
            .p75 = quantile(values, 0.75),
            .p95 = quantile(values, 0.95)};
}

/// n/N ln(N n / (a b)), what a cell of n inputs adds to the information.
double cell_information(std::size_t n, std::size_t a, std::size_t b, std::size_t inputs) {
    if (n == 0) return 0;
    const auto all = static_cast<double>(inputs), cell = static_cast<double>(n);
    return cell / all * std::log(all * cell / (static_cast<double>(a) * static_cast<double>(b)));
}

/// The mean of that over all shuffles: n is then hypergeometric, a drawn from `inputs` of which b count.
double shuffled_information(std::size_t a, std::size_t b, std::size_t inputs,
                            std::span<const double> log_factorial) {
    double mean = 0;
    for (std::size_t n = std::max<std::size_t>(1, a + b > inputs ? a + b - inputs : 0); n <= std::min(a, b);
         ++n) {
        const double log_probability = log_factorial[a] + log_factorial[b] + log_factorial[inputs - a] +
                                       log_factorial[inputs - b] - log_factorial[inputs] - log_factorial[n] -
                                       log_factorial[a - n] - log_factorial[b - n] -
                                       log_factorial[inputs + n - a - b];
        mean += std::exp(log_probability) * cell_information(n, a, b, inputs);
    }
    return mean;
}

} // namespace

std::vector<std::int32_t> first_choices(std::span<const float> logits, std::size_t experts) {
    check(experts >= 1 && logits.size() % experts == 0, "first_choices: logits are not [B, N]");
    std::vector<std::int32_t> first;
    for (std::size_t at = 0; at < logits.size(); at += experts)
        first.push_back(first_choice(logits.subspan(at, experts)));
    return first;
}

RoutingSummary summarise_routing(std::span<const float> logits, std::span<const float> weights,
                                 std::size_t experts) {
    check(experts >= 2 && logits.size() % experts == 0 && weights.size() == logits.size(),
          "summarise_routing: logits and weights are not [B, N] both");
    RoutingSummary summary;
    for (auto* each : {&summary.load, &summary.chosen, &summary.importance, &summary.probability})
        each->assign(experts, 0);
    double entropies = 0;
    std::vector<double> margins;
    for (std::size_t at = 0; at < logits.size(); at += experts) {
        const auto input = logits.subspan(at, experts);
        const std::int32_t first = first_choice(input);
        if (first < 0) {
            ++summary.left_out;
            continue;
        }
        ++summary.inputs;
        ++summary.load[static_cast<std::size_t>(first)];
        std::vector<double> p = softmax(input);
        entropies += entropy(p);
        for (std::size_t expert = 0; expert < experts; ++expert) {
            summary.chosen[expert] += weights[at + expert] != 0;
            summary.importance[expert] += weights[at + expert];
            summary.probability[expert] += p[expert];
        }
        std::ranges::nth_element(p, p.begin() + 1, std::greater<>());
        margins.push_back(p[0] - p[1]);
    }
    const auto inputs = static_cast<double>(summary.inputs);
    for (auto* each : {&summary.load, &summary.chosen, &summary.importance, &summary.probability})
        for (double& value : *each)
            value = summary.inputs > 0 ? value / inputs : kUndefined;
    if (summary.inputs == 0) return summary;

    summary.load_ratio = static_cast<double>(experts) * *std::ranges::max_element(summary.load);
    summary.load_cv2 = cv2(summary.load);
    summary.effective_experts = std::exp(entropy(summary.load));
    summary.importance_cv2 = cv2(summary.importance);
    for (std::size_t expert = 0; expert < experts; ++expert)
        if (summary.chosen[expert] < kDeadLoad) summary.dead.push_back(static_cast<std::int32_t>(expert));
    summary.entropy = entropies / inputs;
    summary.marginal_entropy = entropy(summary.probability);
    // Entropy is concave: below 0 is rounding.
    summary.information = std::max(0.0, summary.marginal_entropy - summary.entropy);
    const double most = std::log(static_cast<double>(experts));
    summary.entropy_share = summary.entropy / most;
    summary.marginal_entropy_share = summary.marginal_entropy / most;
    summary.margin = spread(std::move(margins));
    return summary;
}

RouteAgreement route_agreement(std::span<const std::int32_t> queries,
                               std::span<const std::int32_t> documents) {
    check(queries.size() == documents.size(), "route_agreement: queries and documents are not pairs");
    RouteAgreement agreement;
    std::int64_t same = 0;
    std::map<std::int32_t, double> query_load, document_load;
    for (std::size_t pair = 0; pair < queries.size(); ++pair) {
        if (queries[pair] < 0 || documents[pair] < 0) continue;
        ++agreement.pairs;
        same += queries[pair] == documents[pair];
        ++query_load[queries[pair]];
        ++document_load[documents[pair]];
    }
    if (agreement.pairs == 0) return agreement;
    const auto pairs = static_cast<double>(agreement.pairs);
    agreement.same = static_cast<double>(same) / pairs;
    agreement.chance = 0;
    for (const auto& [expert, load] : query_load)
        agreement.chance += load / pairs * (document_load[expert] / pairs);
    return agreement;
}

CategoryRouting route_categories(std::span<const std::int32_t> first, std::span<const std::string> categories,
                                 std::size_t experts) {
    check(first.size() == categories.size(), "route_categories: not one category an input");
    std::map<std::string, std::vector<std::size_t>> counts;
    std::vector<std::size_t> of_expert(experts, 0);
    std::size_t inputs = 0;
    for (std::size_t input = 0; input < first.size(); ++input) {
        if (first[input] < 0 || categories[input].empty()) continue;
        const auto expert = static_cast<std::size_t>(first[input]);
        check(expert < experts, "route_categories: no such expert");
        auto& row = counts[categories[input]];
        row.resize(experts);
        ++row[expert];
        ++of_expert[expert];
        ++inputs;
    }
    CategoryRouting routing{.inputs = static_cast<std::int64_t>(inputs)};
    if (inputs == 0) return routing;

    std::vector<double> log_factorial(inputs + 1, 0);
    for (std::size_t n = 1; n <= inputs; ++n)
        log_factorial[n] = log_factorial[n - 1] + std::log(static_cast<double>(n));
    routing.information = routing.shuffled = 0;
    for (const auto& [category, row] : counts) {
        const std::size_t size = std::accumulate(row.begin(), row.end(), std::size_t{0});
        auto& load = routing.load[category];
        for (std::size_t expert = 0; expert < experts; ++expert) {
            load.push_back(static_cast<double>(row[expert]) / static_cast<double>(size));
            if (of_expert[expert] == 0) continue;
            routing.information += cell_information(row[expert], size, of_expert[expert], inputs);
            routing.shuffled += shuffled_information(size, of_expert[expert], inputs, log_factorial);
        }
    }
    routing.information = std::max(0.0, routing.information); // below is rounding
    return routing;
}

} // namespace cameo
