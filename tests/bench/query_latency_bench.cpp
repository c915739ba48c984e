// From text to trace, stage by stage: the judged test queries of a collection, one after the other as a person would
// ask them, ledgers of the ten best documents included. Peers: none; the figure to hold is p50 <= 40 ms on two cores
// with the demo collection (`cameo demo` first). Prints machine, threads and versions with the figures.
//
//   cameo_query_latency_bench [MODEL [COLLECTION [QUERIES [DEPTH]]]]

#include "core/base/error.hpp"
#include "core/index/index.hpp"
#include "core/search/engine.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace cameo;

/// The smallest value that at least `share` of all values do not exceed.
double percentile(std::vector<double> values, double share) {
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(values.size())));
    return values[std::clamp<std::size_t>(rank, 1, values.size()) - 1];
}

void row(const std::string& stage, const std::vector<Trace>& traces, const std::function<double(const Trace&)>& value) {
    std::vector<double> values;
    for (const Trace& trace : traces)
        values.push_back(value(trace));
    std::printf("%-24s %8.2f %8.2f %8.2f\n", stage.c_str(), percentile(values, 0.5), percentile(values, 0.99),
                percentile(values, 1));
}

int run(const std::string& model_name, const std::string& collection_name, std::size_t count, int depth) {
    auto model = open_model(model_name);
    auto collection = open_collection(collection_name);
    auto index = Index::open(index_folder(model->name(), collection->name()));
    const SearchEngine engine(model, collection, index);
    auto queries = collection->queries("test");
    if (queries.empty()) queries = collection->queries("");
    if (queries.empty()) throw Error(ErrorKind::NotFound, "collection " + collection_name + " has no queries");
    queries.resize(std::min(queries.size(), count));
    const FusionSpec fusion = parse_fusion(model->default_fusion());

    const auto ask = [&](const Query& query) {
        Progress progress;
        return engine.run({.text = query.text, .fusion = fusion, .depth = depth}, progress);
    };
    double first_ms = 0;
    for (std::size_t query = 0; query < std::min<std::size_t>(10, queries.size()); ++query) {
        const double ms = ask(queries[query]).timings.total_ms; // pages and names come in
        if (query == 0) first_ms = ms;
    }
    std::vector<Trace> traces;
    for (const Query& query : queries)
        traces.push_back(ask(query));

    const DeviceInfo device = model->device();
    std::printf("%s, %s, %d threads, %s, %s; %s\n", device.name.c_str(), device.instructions.c_str(), device.threads,
                device.device.c_str(), device.precision.c_str(), CAMEO_VERSIONS);
    std::printf("%s %s, %s: %lld documents, depth %d, %zu queries; the very first took %.1f ms\n\n", model->name().c_str(),
                model->version().substr(0, 12).c_str(), collection->name().c_str(),
                static_cast<long long>(index->info().documents), depth, traces.size(), first_ms);
    std::printf("%-24s %8s %8s %8s\n", "milliseconds", "p50", "p99", "most");
    row("encode", traces, [](const Trace& trace) { return trace.timings.encode_ms; });
    for (std::size_t expert = 0; expert < traces[0].experts.size(); ++expert)
        row("candidates " + traces[0].experts[expert].name, traces,
            [&](const Trace& trace) { return trace.experts[expert].candidates_ms; });
    row("rescore", traces, [](const Trace& trace) { return trace.timings.rescore_ms; });
    row("fuse", traces, [](const Trace& trace) { return trace.timings.fuse_ms; });
    row("explain", traces, [](const Trace& trace) { return trace.timings.explain_ms; });
    row("text to trace", traces, [](const Trace& trace) { return trace.timings.total_ms; });
    return 0;
}

} // namespace

int main(int count, char** values) {
    const auto argument = [&](int place, const char* otherwise) { return place < count ? values[place] : otherwise; };
    try {
        return run(argument(1, "came"), argument(2, "debian"), std::strtoul(argument(3, "300"), nullptr, 10),
                   std::atoi(argument(4, "100")));
    } catch (const cameo::Error& error) {
        std::fprintf(stderr, "cameo_query_latency_bench: %s\n", error.what());
        return 1;
    }
}
