#include "core/eval/gate_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <functional>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json; // writes null for what is not a number

Json to_json(const std::vector<double>& matrix, std::size_t rows) {
    Json json = Json::array();
    for (std::size_t at = 0; at < matrix.size(); at += matrix.size() / rows)
        json.push_back(
            std::vector<double>(matrix.begin() + static_cast<std::ptrdiff_t>(at),
                                matrix.begin() + static_cast<std::ptrdiff_t>(at + matrix.size() / rows)));
    return json;
}

Json to_json(const GateSide& side, const std::vector<std::string>& experts) {
    const RoutingSummary& routing = side.routing;
    const ExpertSimilarity& similarity = side.similarity;
    Json dead = Json::array();
    for (const std::int32_t expert : routing.dead)
        dead.push_back(experts[static_cast<std::size_t>(expert)]);
    Json examples = Json::object();
    for (std::size_t expert = 0; expert < side.examples.size(); ++expert) {
        Json list = Json::array();
        for (const GateExample& example : side.examples[expert])
            list.push_back({{"name", example.name}, {"probability", example.probability}});
        examples[experts[expert]] = std::move(list);
    }
    return {{"inputs", routing.inputs},
            {"left_out", routing.left_out},
            {"load", routing.load},
            {"chosen", routing.chosen},
            {"importance", routing.importance},
            {"probability", routing.probability},
            {"load_ratio", routing.load_ratio},
            {"load_cv2", routing.load_cv2},
            {"importance_cv2", routing.importance_cv2},
            {"effective_experts", routing.effective_experts},
            {"dead", std::move(dead)},
            {"entropy", routing.entropy},
            {"entropy_share", routing.entropy_share},
            {"marginal_entropy", routing.marginal_entropy},
            {"marginal_entropy_share", routing.marginal_entropy_share},
            {"information", routing.information},
            {"margin",
             {{"mean", routing.margin.mean},
              {"p5", routing.margin.p5},
              {"p25", routing.margin.p25},
              {"p50", routing.margin.p50},
              {"p75", routing.margin.p75},
              {"p95", routing.margin.p95}}},
            {"examples", std::move(examples)},
            {"outputs",
             {{"inputs", similarity.inputs},
              {"left_out", similarity.left_out},
              {"cosine", to_json(similarity.cosine, similarity.experts)},
              {"cka", to_json(similarity.cka, similarity.experts)},
              {"cka_shuffled", to_json(similarity.cka_shuffled, similarity.experts)}}}};
}

std::string number(double value) {
    return std::isnan(value) ? "-" : fmt::format("{:.3f}", value);
}
std::string percent(double share) {
    return std::isnan(share) ? "-" : fmt::format("{:.1f} %", 100 * share);
}

std::string names_of(const std::vector<std::int32_t>& experts, const GateReport& report) {
    std::string names;
    for (const std::int32_t expert : experts)
        names += (names.empty() ? "" : ", ") + report.experts[static_cast<std::size_t>(expert)];
    return names.empty() ? "none" : names;
}

/// Queries beside documents, and what the figure says.
void put_row(std::string& text, const char* name, const std::string& queries, const std::string& documents,
             const std::string& meaning = "") {
    text += fmt::format("{:<24}{:>12}{:>12}{}{}\n", name, queries, documents, meaning.empty() ? "" : "   ",
                        meaning);
}

void put_figures(std::string& text, const GateReport& report) {
    const RoutingSummary &queries = report.queries.routing, &documents = report.documents.routing;
    const std::size_t experts = report.experts.size();
    const double most = std::log(static_cast<double>(experts));
    const auto count = [&](const char* name, std::int64_t RoutingSummary::*member,
                           const std::string& meaning) {
        put_row(text, name, std::to_string(queries.*member), std::to_string(documents.*member), meaning);
    };
    const auto figure = [&](const char* name, double RoutingSummary::*member, const std::string& meaning) {
        put_row(text, name, number(queries.*member), number(documents.*member), meaning);
    };
    const auto share = [&](double RoutingSummary::*member) {
        put_row(text, "  of the most", percent(queries.*member), percent(documents.*member));
    };
    const auto margin = [&](const char* name, double Spread::*member, const std::string& meaning = "") {
        put_row(text, name, number(queries.margin.*member), number(documents.margin.*member), meaning);
    };

    put_row(text, "", "queries", "documents");
    count("inputs", &RoutingSummary::inputs,
          report.from_index ? "documents: all of the index" : "documents: a sample, for there is no index");
    if (queries.left_out + documents.left_out > 0)
        count("left out", &RoutingSummary::left_out, "a logit is not finite");
    figure("load ratio", &RoutingSummary::load_ratio,
           fmt::format("largest load over the mean: 1 balanced, {} one expert has all", experts));
    figure("load CV2", &RoutingSummary::load_cv2,
           fmt::format("variance over squared mean: 0 balanced, {} one expert has all", experts - 1));
    figure("importance CV2", &RoutingSummary::importance_cv2, "the same of the mean weights");
    figure("effective experts", &RoutingSummary::effective_experts,
           fmt::format("exp(entropy of the load), at most {}", experts));
    put_row(text, "dead experts", std::to_string(queries.dead.size()), std::to_string(documents.dead.size()),
            fmt::format("serve less than {:.0f} %: {}; {}", 100 * kDeadLoad, names_of(queries.dead, report),
                        names_of(documents.dead, report)));
    figure("entropy, an input", &RoutingSummary::entropy,
           fmt::format("nats, at most {:.3f}: how undecided the gate is", most));
    share(&RoutingSummary::entropy_share);
    figure("entropy, the mean", &RoutingSummary::marginal_entropy, "how evenly it spreads all inputs");
    share(&RoutingSummary::marginal_entropy_share);
    figure("information", &RoutingSummary::information, "the difference: 0 where the gate ignores its input");
    margin("margin, mean", &Spread::mean, "first choice's probability minus the second's");
    margin("  5 %", &Spread::p5);
    margin("  25 %", &Spread::p25);
    margin("  50 %", &Spread::p50);
    margin("  75 %", &Spread::p75);
    margin("  95 %", &Spread::p95);
}

std::size_t name_width(const GateReport& report) {
    std::size_t width = 8;
    for (const std::string& expert : report.experts)
        width = std::max(width, expert.size());
    return width;
}

void put_loads(std::string& text, const GateReport& report) {
    const std::size_t width = name_width(report);
    text += fmt::format("\n{:<{}}  {:>32}  {:>32}\n{:<{}}", "", width, "queries", "documents", "", width);
    for (int side = 0; side < 2; ++side)
        text += fmt::format("  {:>10} {:>10} {:>10}", "first", "chosen", "weight");
    text += '\n';
    for (std::size_t expert = 0; expert < report.experts.size(); ++expert) {
        text += fmt::format("{:<{}}", report.experts[expert], width);
        for (const GateSide* side : {&report.queries, &report.documents})
            text +=
                fmt::format("  {:>10} {:>10} {:>10}", percent(side->routing.load[expert]),
                            percent(side->routing.chosen[expert]), number(side->routing.importance[expert]));
        text += '\n';
    }
}

void put_matrix(std::string& text, const GateReport& report, const std::string& head,
                const std::function<std::string(std::size_t, std::size_t)>& cell) {
    const std::size_t width = name_width(report);
    text += fmt::format("\n{}\n{:<{}}", head, "", width);
    for (const std::string& expert : report.experts)
        text += fmt::format("  {:>{}}", expert, width + 5);
    text += '\n';
    for (std::size_t i = 0; i < report.experts.size(); ++i) {
        text += fmt::format("{:<{}}", report.experts[i], width);
        for (std::size_t j = 0; j < report.experts.size(); ++j)
            text += fmt::format("  {:>{}}", cell(i, j), width + 5);
        text += '\n';
    }
}

void put_similarity(std::string& text, const GateReport& report, const GateSide& side, const char* inputs) {
    const ExpertSimilarity& similarity = side.similarity;
    put_matrix(text, report,
               fmt::format("Cosine of the experts' outputs, mean over {} {}", similarity.inputs, inputs),
               [&](std::size_t i, std::size_t j) { return number(similarity.at(similarity.cosine, i, j)); });
    put_matrix(text, report,
               "Linear CKA of the same outputs (in brackets: what is left of it when inputs are shuffled)",
               [&](std::size_t i, std::size_t j) {
                   return fmt::format("{} ({})", number(similarity.at(similarity.cka, i, j)),
                                      number(similarity.at(similarity.cka_shuffled, i, j)));
               });
}

void put_categories(std::string& text, const GateReport& report) {
    const CategoryRouting& routing = report.categories;
    if (routing.inputs == 0) return;
    text +=
        fmt::format("\nFirst choice and category of {} queries: {} nats of mutual information; shuffled {}\n",
                    routing.inputs, number(routing.information), number(routing.shuffled));
    std::size_t width = 8;
    for (const auto& [category, load] : routing.load)
        width = std::max(width, category.size());
    text += fmt::format("{:<{}}", "", width);
    for (const std::string& expert : report.experts)
        text += fmt::format("  {:>{}}", expert, name_width(report));
    text += '\n';
    for (const auto& [category, load] : routing.load) {
        text += fmt::format("{:<{}}", category, width);
        for (const double share : load)
            text += fmt::format("  {:>{}}", percent(share), name_width(report));
        text += '\n';
    }
}

} // namespace

std::string to_table(const GateReport& report) {
    std::string text = fmt::format("{} on {}, {}\n\n", report.model, report.collection,
                                   report.split.empty() ? "all queries" : "split " + report.split);
    put_figures(text, report);
    put_loads(text, report);
    if (report.agreement.pairs > 0)
        text += fmt::format(
            "\nA query and a document that answers it have the same first choice in {} of {} pairs; "
            "by chance in {}\n",
            percent(report.agreement.same), report.agreement.pairs, percent(report.agreement.chance));
    put_categories(text, report);
    put_similarity(text, report, report.queries, "queries");
    put_similarity(text, report, report.documents, "documents");
    return text;
}

std::string to_json(const GateReport& report) {
    Json documents = to_json(report.documents, report.experts);
    documents["from"] = report.from_index ? "index" : "sample";
    const Json json = {{"model", report.model},
                       {"collection", report.collection},
                       {"split", report.split},
                       {"experts", report.experts},
                       {"queries", to_json(report.queries, report.experts)},
                       {"documents", std::move(documents)},
                       {"agreement",
                        {{"pairs", report.agreement.pairs},
                         {"same", report.agreement.same},
                         {"chance", report.agreement.chance}}},
                       {"categories",
                        {{"inputs", report.categories.inputs},
                         {"information", report.categories.information},
                         {"shuffled", report.categories.shuffled},
                         {"load", report.categories.load}}}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace cameo
