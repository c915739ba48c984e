#include "core/search/fusion.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <numeric>

namespace cameo {

namespace {

constexpr std::string_view kNames[] = {"sum", "minmax", "zscore", "rrf", "rank", "weighted", "adaptive"};

std::string number(double value) {
    char buffer[32];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

double parse_number(std::string_view item, std::string_view whole) {
    double value = 0;
    const auto [end, error] = std::from_chars(item.data(), item.data() + item.size(), value);
    if (error != std::errc{} || end != item.data() + item.size() || !std::isfinite(value))
        throw Error(ErrorKind::InvalidInput,
                    "fusion '" + std::string(whole) + "': '" + std::string(item) + "' is not a number");
    if (std::abs(value) > kLargestFusionNumber)
        throw Error(ErrorKind::InvalidInput, "fusion '" + std::string(whole) + "': found " + std::string(item) + ", expected a number from " +
                                                 number(-kLargestFusionNumber) + " to " + number(kLargestFusionNumber));
    return value;
}

std::string join(const std::vector<double>& values, const char* separator) {
    std::string text;
    for (const double value : values)
        text.append(text.empty() ? "" : separator).append(number(value));
    return text;
}

/// Sets what a normalising sum takes off and divides by.
void normalise(FusionLine& line, FusionMethod method, std::span<const float> raw, std::size_t experts,
               std::size_t expert_idx) {
    double low = INFINITY, high = -INFINITY, sum = 0;
    std::size_t count = 0;
    for (std::size_t at = expert_idx; at < raw.size(); at += experts) {
        const double score = raw[at];
        if (!std::isfinite(score)) continue;
        low = std::min(low, score);
        high = std::max(high, score);
        sum += score;
        ++count;
    }
    line.divisor = 0;
    if (count == 0 || high == low) return;
    if (method == FusionMethod::MinMax) {
        line.offset = low;
        line.divisor = high - low;
        return;
    }
    line.offset = sum / static_cast<double>(count);
    double squares = 0;
    for (std::size_t at = expert_idx; at < raw.size(); at += experts)
        if (std::isfinite(raw[at])) squares += (raw[at] - line.offset) * (raw[at] - line.offset);
    line.divisor = std::sqrt(squares / static_cast<double>(count));
}

void rank_expert(std::span<const float> raw, std::size_t experts, std::size_t expert_idx,
                 std::span<const std::size_t> tie_order, std::span<std::int32_t> ranks) {
    const auto key = [&](std::size_t document) {
        const float score = raw[document * experts + expert_idx];
        return std::isfinite(score) ? score : -INFINITY;
    };
    std::vector<std::size_t> order(tie_order.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const float score_a = key(a), score_b = key(b);
        return score_a != score_b ? score_a > score_b : tie_order[a] < tie_order[b];
    });
    for (std::size_t position = 0; position < order.size(); ++position)
        ranks[order[position] * experts + expert_idx] = static_cast<std::int32_t>(position + 1);
}

} // namespace

std::string_view name(FusionMethod method) {
    return kNames[static_cast<std::size_t>(method)];
}

FusionSpec parse_fusion(std::string_view text) {
    const auto colon = text.find(':');
    const auto method = std::find(std::begin(kNames), std::end(kNames), text.substr(0, colon));
    if (method == std::end(kNames))
        throw Error(ErrorKind::InvalidInput,
                    "there is no fusion '" + std::string(text) +
                        "': sum, minmax, zscore, rrf, rank, weighted and adaptive are known, each "
                        "with weights if wanted, as in zscore:1,2,1");
    FusionSpec spec;
    spec.method = static_cast<FusionMethod>(method - std::begin(kNames));

    for (auto rest = colon == text.npos ? std::string_view{} : text.substr(colon + 1); colon != text.npos;) {
        const auto comma = rest.find(',');
        const auto item = rest.substr(0, comma);
        if (spec.method == FusionMethod::Rrf && item.starts_with("k=")) {
            spec.rrf_k = parse_number(item.substr(2), text);
            if (spec.rrf_k < 0)
                throw Error(ErrorKind::InvalidInput,
                            "fusion '" + std::string(text) + "': k must not be negative");
        } else {
            spec.weights.push_back(parse_number(item, text));
        }
        if (comma == rest.npos) break;
        rest.remove_prefix(comma + 1);
    }
    return spec;
}

std::string to_string(const FusionSpec& spec) {
    std::string text(name(spec.method));
    const bool states_k = spec.method == FusionMethod::Rrf && spec.rrf_k != 60;
    if (states_k) text.append(":k=").append(number(spec.rrf_k));
    if (!spec.weights.empty()) text.append(states_k ? "," : ":").append(join(spec.weights, ","));
    return text;
}

std::string describe(const FusionSpec& spec, std::span<const double> query_weights) {
    if (spec.method == FusionMethod::Adaptive && !query_weights.empty())
        return "adaptive z-score sum, weights for this query " +
               join(for_query(spec, query_weights).weights, " : ");
    std::string words;
    switch (spec.method) {
    case FusionMethod::Sum:
        words = "plain sum";
        break;
    case FusionMethod::MinMax:
        words = "min-max sum";
        break;
    case FusionMethod::ZScore:
        words = "z-score sum";
        break;
    case FusionMethod::Rrf:
        words = "reciprocal rank fusion, 1 / (" + number(spec.rrf_k) + " + rank)";
        break;
    case FusionMethod::ReciprocalRank:
        words = "reciprocal-rank sum, 1 / rank";
        break;
    case FusionMethod::Weighted:
        words = "weighted sum";
        break;
    case FusionMethod::Adaptive:
        words = "adaptive z-score sum";
        break;
    }
    if (!spec.weights.empty()) words += ", weights " + join(spec.weights, " : ");
    return words;
}

FusionSpec fitted(FusionSpec spec, std::size_t experts, bool learned) {
    if (spec.weights.size() != experts) spec.weights.clear();
    if (!learned && spec.method == FusionMethod::Adaptive) spec.method = FusionMethod::ZScore;
    return spec;
}

FusionSpec for_query(const FusionSpec& spec, std::span<const double> query_weights) {
    if (spec.method != FusionMethod::Adaptive) return spec;
    if (query_weights.empty())
        throw Error(ErrorKind::InvalidInput, "fusion '" + to_string(spec) +
                                                 "' needs the weights that a learned fusion predicts for the query, "
                                                 "and none were recorded with it");
    if (!spec.weights.empty() && spec.weights.size() != query_weights.size())
        throw Error(ErrorKind::InvalidInput,
                    "fusion '" + to_string(spec) + "' has " + std::to_string(spec.weights.size()) +
                        " weights, the model has " + std::to_string(query_weights.size()) + " experts");
    FusionSpec sum{.method = FusionMethod::ZScore, .weights = {query_weights.begin(), query_weights.end()}};
    for (std::size_t expert_idx = 0; expert_idx < spec.weights.size(); ++expert_idx)
        sum.weights[expert_idx] *= spec.weights[expert_idx];
    return sum;
}

std::vector<FusionLine> fusion_lines(const FusionSpec& spec, std::span<const float> raw, std::size_t experts) {
    check(spec.method != FusionMethod::Adaptive, "fusion_lines: for_query() makes a z-score sum of Adaptive first");
    if (!spec.weights.empty() && spec.weights.size() != experts)
        throw Error(ErrorKind::InvalidInput,
                    "fusion '" + to_string(spec) + "' has " + std::to_string(spec.weights.size()) +
                        " weights, the model has " + std::to_string(experts) + " experts");
    std::vector<FusionLine> lines(experts);
    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        FusionLine& line = lines[expert_idx];
        line.straight = spec.method != FusionMethod::Rrf && spec.method != FusionMethod::ReciprocalRank;
        if (!spec.weights.empty()) line.weight = spec.weights[expert_idx];
        if (spec.method == FusionMethod::MinMax || spec.method == FusionMethod::ZScore)
            normalise(line, spec.method, raw, experts, expert_idx);
    }
    return lines;
}

void fuse(const FusionSpec& spec, std::span<const float> raw, std::size_t experts,
          std::span<const std::size_t> tie_order, std::span<double> used, std::span<double> fused,
          std::span<std::int32_t> ranks) {
    const std::size_t documents = tie_order.size();
    check(experts > 0 && raw.size() == documents * experts && used.size() == raw.size() &&
              fused.size() == documents && ranks.size() == raw.size(),
          "fuse: shapes of raw, used, ranks [D, E] and fused, tie_order [D] differ");
    const std::vector<FusionLine> lines = fusion_lines(spec, raw, experts);
    const double rank_offset = spec.method == FusionMethod::Rrf ? spec.rrf_k : 0;

    for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx) {
        rank_expert(raw, experts, expert_idx, tie_order, ranks);
        const FusionLine& line = lines[expert_idx];
        for (std::size_t at = expert_idx; at < raw.size(); at += experts) {
            used[at] = 0;
            if (!std::isfinite(raw[at])) continue;
            used[at] = line.straight ? line.used(raw[at]) : line.weight * (1 / (rank_offset + ranks[at]));
        }
    }
    for (std::size_t document = 0; document < documents; ++document) {
        double sum = 0;
        for (std::size_t expert_idx = 0; expert_idx < experts; ++expert_idx)
            sum += used[document * experts + expert_idx];
        fused[document] = sum;
    }
}

std::vector<double> unweighted_parts(const FusionSpec& spec, std::span<const float> raw, std::size_t experts,
                                     std::span<const std::size_t> tie_order) {
    std::vector<double> used(raw.size()), fused(tie_order.size());
    std::vector<std::int32_t> ranks(raw.size());
    fuse({.method = spec.method, .rrf_k = spec.rrf_k}, raw, experts, tie_order, used, fused, ranks);
    return used;
}

FusionMethod mixing_method(FusionMethod method) {
    if (method == FusionMethod::Weighted) return FusionMethod::Sum;
    return method == FusionMethod::Adaptive ? FusionMethod::ZScore : method;
}

FusionSpec simplified(FusionSpec spec) {
    if (std::all_of(spec.weights.begin(), spec.weights.end(), [](double weight) { return weight == 1; })) spec.weights.clear();
    if (spec.method != FusionMethod::Rrf) spec.rrf_k = FusionSpec{}.rrf_k;
    // A weighted plain sum is the plain sum with weights.
    if (spec.method == FusionMethod::Weighted) spec.method = FusionMethod::Sum;
    return spec;
}

} // namespace cameo
