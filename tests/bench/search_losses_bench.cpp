// What approximate searches lose: the share of each expert's first hundred documents, by exact scores of all of them, that its own
// search does not find, over fifty of the judged test queries. Exact scores of a million documents take seconds a query. Peers: none.
//
//   cameo_search_losses_bench [MODEL [COLLECTION]]

#include "core/base/error.hpp"
#include "core/eval/measure_search_losses.hpp"

#include <cstdio>
#include <string>

namespace {

using namespace cameo;

int run(const std::string& model_name, const std::string& collection_name) {
    auto model = open_model(model_name);
    auto collection = open_collection(collection_name);
    auto index = Index::open(index_folder(model->name(), collection->name()));
    const JudgedSplit judged = read_split(*collection, "test");
    const SearchEngine engine(std::move(model), std::move(collection), std::move(index));
    Progress progress;
    const SearchLosses losses = measure_search_losses(engine, judged, progress);
    std::printf("%lld documents, %zu queries compared\n", static_cast<long long>(engine.index().info().documents), losses.compared);
    for (std::size_t expert_idx = 0; expert_idx < losses.experts.size(); ++expert_idx) {
        const ExpertSearchLosses& expert = losses.experts[expert_idx];
        if (engine.index().info().experts[expert_idx].exact_candidates) std::printf("%-12s %s: exact\n", expert.name.c_str(), expert.structure.c_str());
        else std::printf("%-12s %s: finds %.4f of the first hundred\n", expert.name.c_str(), expert.structure.c_str(), 1 - expert.lost_candidates);
    }
    return 0;
}

} // namespace

int main(int count, char** values) {
    try {
        return run(count > 1 ? values[1] : "came", count > 2 ? values[2] : "debian");
    } catch (const cameo::Error& error) {
        std::fprintf(stderr, "cameo_search_losses_bench: %s\n", error.what());
        return 1;
    }
}
