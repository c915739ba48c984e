// What approximate searches lose: the share of each expert's first hundred documents, by exact scores of all of them, that its own
// search does not find, over fifty of the judged test queries. Exact scores of a million documents take seconds a query. Peers: none.
//
//   cameo_search_losses_bench [MODEL [COLLECTION [PROBES [COMPARED [RESCORED]]]]]     0: the default

#include "core/base/error.hpp"
#include "core/eval/measure_search_losses.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace cameo;

/// The median time of an expert's own search.
double median_ms(const SearchEngine& engine, std::size_t expert_idx, const std::vector<std::vector<Representation>>& queries) {
    std::vector<double> times;
    for (const auto& query : queries) {
        const auto begin = std::chrono::steady_clock::now();
        (void)engine.index().candidates(expert_idx, query[expert_idx], 100, engine.candidate_options());
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    std::ranges::nth_element(times, times.begin() + std::ssize(times) / 2);
    return times[times.size() / 2];
}

int run(const std::string& model_name, const std::string& collection_name, const LocalEffort& effort) {
    auto model = open_model(model_name);
    auto collection = open_collection(collection_name);
    auto index = Index::open(index_folder(model->name(), collection->name()));
    const JudgedSplit judged = read_split(*collection, "test");
    const SearchEngine engine(std::move(model), std::move(collection), std::move(index), effort);
    Progress progress;
    std::vector<std::string> texts;
    for (std::size_t query = 0; query < std::min<std::size_t>(100, judged.queries.size()); ++query) texts.push_back(judged.queries[query].text);
    const auto queries = engine.model().encode(texts, Role::Query, progress);
    const SearchLosses losses = measure_search_losses(engine, judged, progress);
    std::printf("%lld documents, %zu queries compared\n", static_cast<long long>(engine.index().info().documents), losses.compared);
    for (std::size_t expert_idx = 0; expert_idx < losses.experts.size(); ++expert_idx) {
        const ExpertSearchLosses& expert = losses.experts[expert_idx];
        if (engine.index().info().experts[expert_idx].exact_candidates) std::printf("%-12s %s: exact\n", expert.name.c_str(), expert.structure.c_str());
        else
            std::printf("%-12s %s: finds %.4f of the first hundred in %.1f ms\n", expert.name.c_str(), expert.structure.c_str(), 1 - expert.lost_candidates, median_ms(engine, expert_idx, queries));
    }
    return 0;
}

} // namespace

int main(int count, char** values) {
    try {
        const auto number = [&](int at) { return at < count ? static_cast<std::size_t>(std::strtoul(values[at], nullptr, 10)) : 0; };
        return run(count > 1 ? values[1] : "came", count > 2 ? values[2] : "debian", {.probes = number(3), .compared = number(4), .rescored = number(5)});
    } catch (const cameo::Error& error) {
        std::fprintf(stderr, "cameo_search_losses_bench: %s\n", error.what());
        return 1;
    }
}
