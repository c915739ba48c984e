// What approximate searches find of each expert's first hundred documents by exact scores of all of them, and how long they take,
// over fifty of the judged test queries; the local expert's with as many efforts as are given. Exact scores of a million documents
// take seconds a query. Peers: none.
//
//   cameo_search_losses_bench [MODEL [COLLECTION [PROBES,COMPARED,REFINED,RESCORED…]]]     a 0, and none: the default

#include "core/base/error.hpp"
#include "core/eval/measure_search_losses.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace cameo;

constexpr std::size_t kFirst = 100, kQueries = 50;

struct Found {
    double share = 0, p50_ms = 0;
};
Found measure(const SearchEngine& engine, std::size_t expert_idx, const std::vector<std::vector<Representation>>& queries,
              const std::vector<std::vector<ScoredDocument>>& exact, const LocalEffort& effort) {
    CandidateOptions options = engine.candidate_options();
    options.local = effort;
    std::vector<double> times;
    std::size_t lost = 0, wanted = 0;
    for (std::size_t query = 0; query < queries.size(); ++query) {
        std::vector<ScoredDocument> found;
        double fastest = 1e9;
        for (int again = 0; again < 2; ++again) { // the first reads its pages
            const auto begin = std::chrono::steady_clock::now();
            found = engine.index().candidates(expert_idx, queries[query][expert_idx], kFirst, options);
            fastest = std::min(fastest, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
        }
        times.push_back(fastest);
        lost += missing_from(exact[query], found);
        wanted += exact[query].size();
    }
    std::ranges::nth_element(times, times.begin() + std::ssize(times) / 2);
    return {1 - static_cast<double>(lost) / static_cast<double>(std::max<std::size_t>(wanted, 1)), times[times.size() / 2]};
}

int run(const std::string& model_name, const std::string& collection_name, const std::vector<LocalEffort>& efforts) {
    auto model = open_model(model_name);
    auto collection = open_collection(collection_name);
    auto index = Index::open(index_folder(model->name(), collection->name()));
    const JudgedSplit judged = read_split(*collection, "test");
    const SearchEngine engine(std::move(model), std::move(collection), std::move(index));
    Progress progress;
    const std::size_t count = std::min(kQueries, judged.queries.size());
    std::vector<std::string> texts;
    for (std::size_t query = 0; query < count; ++query) texts.push_back(judged.queries[query * judged.queries.size() / count].text);
    const auto queries = engine.model().encode(texts, Role::Query, progress);
    std::printf("%lld documents, %zu queries compared\n", static_cast<long long>(engine.index().info().documents), count);
    for (std::size_t expert_idx = 0; expert_idx < engine.index().info().experts.size(); ++expert_idx) {
        const ExpertIndexInfo& expert = engine.index().info().experts[expert_idx];
        if (expert.exact_candidates) {
            std::printf("%-12s %s: exact\n", expert.name.c_str(), expert.structure.c_str());
            continue;
        }
        std::vector<std::vector<ScoredDocument>> exact;
        for (const auto& query : queries) exact.push_back(exact_first(engine, expert_idx, query[expert_idx], kFirst));
        const bool local = engine.model().experts()[expert_idx].kind == ExpertKind::Local;
        for (const LocalEffort& effort : local ? efforts : std::vector<LocalEffort>(1)) {
            const Found found = measure(engine, expert_idx, queries, exact, effort);
            std::printf("%-12s %s, %zu,%zu,%zu,%zu: finds %.4f of the first hundred in %.1f ms\n", expert.name.c_str(), expert.structure.c_str(),
                        effort.probes, effort.compared, effort.refined, effort.rescored, found.share, found.p50_ms);
            std::fflush(stdout);
        }
    }
    return 0;
}

} // namespace

int main(int count, char** values) {
    try {
        std::vector<LocalEffort> efforts;
        for (int at = 3; at < count; ++at) {
            LocalEffort& effort = efforts.emplace_back();
            if (std::sscanf(values[at], "%zu,%zu,%zu,%zu", &effort.probes, &effort.compared, &effort.refined, &effort.rescored) != 4) throw cameo::Error(cameo::ErrorKind::InvalidInput, std::string(values[at]) + ": expected PROBES,COMPARED,REFINED,RESCORED");
        }
        if (efforts.empty()) efforts.emplace_back();
        return run(count > 1 ? values[1] : "came", count > 2 ? values[2] : "debian", efforts);
    } catch (const cameo::Error& error) {
        std::fprintf(stderr, "cameo_search_losses_bench: %s\n", error.what());
        return 1;
    }
}
