// Lexical search, best 100, one thread: exact, or approximate with `seismic CUT HEAP`. tests/bench/lexical.sh sets it beside bm25s and Seismic.
#include "core/index/lexical_structure.hpp"
#include "tests/bench/vectors.hpp"

using namespace cameo;

namespace {

constexpr std::size_t kHits = 100;

std::vector<SparseVector> sparse_vectors(const std::filesystem::path& folder, const std::string& which) {
    const auto lengths = bench::read_array<std::int64_t>(folder / (which + "_lengths"));
    auto terms = bench::cut(bench::read_array<std::int32_t>(folder / (which + "_terms")), lengths);
    auto weights = bench::cut(bench::read_array<float>(folder / (which + "_weights")), lengths);
    std::vector<SparseVector> vectors;
    for (std::size_t at = 0; at < lengths.size(); ++at)
        vectors.push_back({std::move(terms[at]), std::move(weights[at])});
    return vectors;
}

int work(const std::filesystem::path& folder, int argc, char** argv) {
    const bool approximate = argc > 4 && std::string(argv[2]) == "seismic";
    const LexicalEffort effort = approximate ? LexicalEffort{std::stoul(argv[3]), std::stof(argv[4])} : LexicalEffort{};
    const auto vocabulary = bench::read_array<std::int64_t>(folder / "shape").at(0);
    std::vector<Representation> documents;
    for (auto& vector : sparse_vectors(folder, "document")) {
        documents.emplace_back();
        documents.back().sparse = std::move(vector);
    }
    const auto queries = sparse_vectors(folder, "query");
    const auto store = bench::store_of(
        folder, {"lexical", ExpertKind::Lexical, static_cast<std::int32_t>(vocabulary)}, std::move(documents));
    Progress progress;
    const double started = bench::processor_seconds();
    // Its blocks take a while: once for all efforts.
    const auto file = folder / "seismic";
    const bool there = approximate && std::filesystem::exists(file);
    const auto structure = there ? LexicalStructure::load(file, store, 0)
                                 : LexicalStructure::build(store, 0, progress, approximate ? LexicalStructure::Form::Seismic : LexicalStructure::Form::Exact);
    if (!there)
        std::cerr << structure->postings() << " postings, built in " << bench::processor_seconds() - started
                  << " s of processor time, " << structure->bytes() << " bytes" << (approximate ? " with the lists of Seismic" : "") << '\n';
    if (approximate && !there) structure->save(file);
    std::vector<std::int64_t> found(queries.size() * kHits, -1);
    const auto search_all = [&] {
        for (std::size_t query = 0; query < queries.size(); ++query) {
            TopK best(kHits);
            structure->search(queries[query], best, nullptr, effort);
            const auto hits = best.take();
            for (std::size_t at = 0; at < hits.size(); ++at)
                found[query * kHits + at] = hits[at].document;
        }
    };
    search_all();
    bench::write_array(folder / (approximate ? "found-approximate" : "found"), found);
    bench::serve(search_all);
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    return bench::run(argc, argv, work);
}
