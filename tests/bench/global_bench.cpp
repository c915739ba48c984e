// Nearest pooled vectors, best 100, `flat` or `hnsw`; tests/bench/global.sh sets it beside faiss-cpu.
#include "core/index/global_structure.hpp"
#include "tests/bench/vectors.hpp"

using namespace cameo;

namespace {

constexpr std::size_t kHits = 100;

int work(const std::filesystem::path& folder, int argc, char** argv) {
    const auto width = static_cast<std::size_t>(bench::read_array<std::int64_t>(folder / "shape").at(0));
    const auto rows = bench::read_array<float>(folder / "documents"), queries = bench::read_array<float>(folder / "queries");
    std::vector<Representation> documents(rows.size() / width);
    for (std::size_t document = 0; document < documents.size(); ++document)
        documents[document].pooled.assign(rows.begin() + static_cast<std::ptrdiff_t>(document * width),
                                          rows.begin() + static_cast<std::ptrdiff_t>((document + 1) * width));
    const auto store = bench::store_of(folder, {"global", ExpertKind::Global, static_cast<std::int32_t>(width)},
                                       std::move(documents));
    Progress progress;
    const double started = bench::processor_seconds();
    const bool hnsw = argc > 2 && argv[2] == std::string("hnsw");
    const auto structure = GlobalStructure::build(
        store, 0, hnsw ? "HNSW32" : "Flat", progress);
    std::cerr << structure->name() << ", built in " << bench::processor_seconds() - started << " s of processor time\n";
    const std::size_t count = queries.size() / width;
    std::vector<std::int64_t> found(count * kHits, -1);
    const auto search_all = [&] {
        for (std::size_t query = 0; query < count; ++query) {
            const auto hits = structure->search(std::span(queries).subspan(query * width, width), kHits);
            for (std::size_t at = 0; at < hits.size(); ++at)
                found[query * kHits + at] = hits[at].document;
        }
    };
    search_all();
    bench::write_array(folder / "found", found);
    bench::serve(search_all);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    return bench::run(argc, argv, work);
}
