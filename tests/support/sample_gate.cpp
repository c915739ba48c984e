#include "tests/support/sample_gate.hpp"

#include "core/eval/routing.hpp"
#include "tests/support/sample_snapshot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace cameo {
namespace {

std::vector<float> softmax(const std::vector<float>& logits) {
    std::vector<float> p;
    float sum = 0;
    for (const float logit : logits) {
        p.push_back(std::exp(logit));
        sum += p.back();
    }
    for (float& share : p)
        share /= sum;
    return p;
}

/// The two largest, as they are.
std::vector<float> top_two(const std::vector<float>& logits) {
    auto p = softmax(logits);
    auto sorted = p;
    std::ranges::sort(sorted, std::ranges::greater());
    for (float& share : p)
        if (share < sorted[std::min<std::size_t>(1, sorted.size() - 1)]) share = 0;
    return p;
}

std::vector<float> logits_of(SampleGate kind, std::size_t experts, std::size_t group, std::mt19937& random) {
    std::vector<float> logits;
    for (std::size_t expert = 0; expert < experts; ++expert) {
        const float noise = static_cast<float>(random() % 1000) / 1000;
        float bias = 0;
        if (kind == SampleGate::Specialised && expert == group % experts) bias = 4;
        if (kind == SampleGate::Collapsed && expert == 2) bias = 6;
        logits.push_back(kind == SampleGate::Undecided ? 0.01f * noise : noise + bias);
    }
    return logits;
}

GateSide side(SampleGate kind, std::size_t experts, std::size_t inputs, const char* name, std::mt19937& random) {
    GateSide made;
    std::vector<float> all, weights;
    made.examples.resize(experts);
    for (std::size_t input = 0; input < inputs; ++input) {
        const auto logits = logits_of(kind, experts, input, random);
        const auto chosen = top_two(logits);
        all.insert(all.end(), logits.begin(), logits.end());
        weights.insert(weights.end(), chosen.begin(), chosen.end());
        const auto first = static_cast<std::size_t>(std::ranges::max_element(logits) - logits.begin());
        if (made.examples[first].size() < 5)
            made.examples[first].push_back({std::string(name) + " number " + std::to_string(input), softmax(logits)[first]});
    }
    made.routing = summarise_routing(all, weights, experts);
    std::vector<float> outputs;
    for (std::size_t input = 0; input < 64; ++input)
        for (std::size_t expert = 0; expert < experts; ++expert)
            for (std::size_t column = 0; column < 8; ++column)
                outputs.push_back(static_cast<float>(random() % 1000) / 500 - 1 + (expert < 2 ? std::sin(static_cast<float>(input * 8 + column)) * 2 : 0));
    Progress progress;
    made.similarity = compare_experts(outputs, experts, 8, progress);
    return made;
}

} // namespace

Snapshot sample_gate(SampleGate kind, std::size_t experts) {
    std::mt19937 random(11);
    Snapshot now = sample_snapshot({.experts = 1});
    auto trace = std::make_shared<Trace>(*now.trace);
    trace->model = now.workbench.model = "sbmoe";
    trace->experts[0].name = "gate";
    trace->experts[0].kind = ExpertKind::Global;
    trace->gate.logits = logits_of(kind, experts, 4, random);
    trace->gate.weights = top_two(trace->gate.logits);
    for (std::size_t expert = 0; expert < experts; ++expert) {
        ExpertTrace one = trace->experts[0];
        one.name = "expert " + std::to_string(expert + 1);
        trace->experts.push_back(std::move(one));
    }
    for (std::size_t position = 0; position < trace->documents.size(); ++position) {
        UnionDocument& document = trace->documents[position];
        document.raw.assign(experts + 1, document.raw[0]);
        document.gate.logits = logits_of(kind, experts, position % 2 == 0 ? 4 : position, random);
        document.gate.weights = top_two(document.gate.logits);
    }
    std::vector<double> only_gate(experts + 1, 0.0);
    only_gate[0] = 1;
    trace->ledgers.clear();
    now.trace = std::make_shared<Trace>(with_fusion(*trace, {.method = FusionMethod::Weighted, .weights = only_gate}));
    now.fusion = now.trace->fusion;
    now.ledger = nullptr;
    now.ledger_phase = Phase::Loading;
    now.selection.document = now.trace->documents[0].id;
    now.workbench.experts.clear();
    for (const auto& expert : now.trace->experts)
        now.workbench.experts.push_back({.name = expert.name, .kind = expert.kind});
    now.workbench.experts[0].gate = static_cast<std::int32_t>(experts);

    GateReport report{.model = "sbmoe", .model_version = "m1", .collection = "debian", .split = "test"};
    for (std::size_t expert = 0; expert < experts; ++expert)
        report.experts.push_back("expert " + std::to_string(expert + 1));
    report.queries = side(kind, experts, 300, "query", random);
    report.documents = side(kind, experts, 300, "document", random);
    report.from_index = true;
    report.agreement = {.pairs = 300, .same = kind == SampleGate::Collapsed ? 1.0 : 0.66, .chance = kind == SampleGate::Collapsed ? 1.0 : 0.18};
    for (const char* category : {"lexical", "mixed", "semantic"}) {
        std::vector<double> load;
        double sum = 0;
        for (std::size_t expert = 0; expert < experts; ++expert) {
            load.push_back(report.queries.routing.load[expert] + 0.1 * static_cast<double>(random() % 5));
            sum += load.back();
        }
        for (double& share : load)
            share /= sum;
        report.categories.load[category] = load;
    }
    report.categories.inputs = 300;
    report.categories.information = 0.21;
    report.categories.shuffled = 0.02;
    now.gate = {.phase = Phase::Ready, .report = std::make_shared<const GateReport>(std::move(report))};
    return now;
}

GateStorm sample_storm(const Trace& trace) {
    auto storm = std::make_shared<NoiseStorm>();
    storm->query = trace.query;
    storm->model_version = trace.model_version;
    storm->collection = trace.collection;
    storm->draws = 1000;
    storm->chosen = 2;
    storm->same_choice = 0.71;
    storm->same_first = 0.93;
    const std::size_t experts = trace.gate.logits.size();
    for (std::size_t expert = 0; expert < experts; ++expert) {
        storm->deviation.push_back(0.6 + 0.1 * static_cast<double>(expert));
        storm->first.push_back(1.0 / static_cast<double>(experts));
        storm->served.push_back(std::min(1.0, 2.0 / static_cast<double>(experts)));
    }
    for (std::int32_t rank = 1; rank <= 10 && static_cast<std::size_t>(rank) <= trace.documents.size(); ++rank)
        storm->documents.push_back({.id = trace.documents[static_cast<std::size_t>(rank) - 1].id, .rank = rank, .top_1 = rank + rank % 3, .all = rank,
                                    .p5 = 1.0, .p50 = static_cast<double>(rank), .p95 = 3.0 * rank});
    return {.phase = Phase::Ready, .of = trace.id, .storm = storm};
}

} // namespace cameo
