// MaxSim of queries with documents, exactly; tests/bench/maxsim.sh sets it beside PyLate. With a second argument it finds the best 100
// instead and writes what it found: `exact`, `search` through centroids over half precision, `coded` over two bits a value,
// with a third argument the number of documents that it scores exactly; tests/bench/plaid.sh sets that beside fast-plaid.
#include "core/index/local_search.hpp"
#include "core/index/segment.hpp"
#include "core/index/max_sim.hpp"
#include "tests/bench/vectors.hpp"

using namespace cameo;

namespace {

int work(const std::filesystem::path& folder, int argc, char** argv) {
    const auto shape = bench::read_array<std::int64_t>(folder / "shape"); // [width]
    const auto width = static_cast<std::size_t>(shape.at(0));
    const auto rows = bench::cut(bench::read_array<float>(folder / "documents"),
                                 bench::read_array<std::int64_t>(folder / "document_lengths"), width);
    const auto queries = bench::cut(bench::read_array<float>(folder / "queries"),
                                    bench::read_array<std::int64_t>(folder / "query_lengths"), width);
    std::vector<std::vector<Half>> stored;
    for (const auto& document : rows) {
        stored.emplace_back(document.size());
        to_half(document, stored.back());
    }
    const std::vector<std::span<const Half>> documents(stored.begin(), stored.end());
    std::vector<float> scores(documents.size() * queries.size());
    const auto score_all = [&] {
        for (std::size_t query = 0; query < queries.size(); ++query)
            MaxSimQuery(queries[query], static_cast<std::int32_t>(width))
                .score(documents, std::span(scores).subspan(query * documents.size(), documents.size()));
    };
    if (argc < 3) {
        score_all();
        bench::write_array(folder / "scores", scores);
        bench::serve(score_all);
        return 0;
    }

    constexpr std::size_t kHits = 100;
    std::vector<Representation> representations(rows.size());
    for (std::size_t document = 0; document < rows.size(); ++document) {
        auto& tokens = representations[document].tokens;
        tokens.width = static_cast<std::int32_t>(width);
        tokens.rows = rows[document];
        tokens.tokens.resize(rows[document].size() / width);
        tokens.spans.resize(tokens.tokens.size());
    }
    const StoredExpert expert{"local", ExpertKind::Local, static_cast<std::int32_t>(width)};
    const bool coded = argv[2] == std::string("coded");
    const auto copies = coded ? representations : std::vector<Representation>();
    auto store = bench::store_of(folder, expert, std::move(representations));
    Progress progress;
    const double started = bench::processor_seconds();
    std::shared_ptr<const TokenCodec> codec;
    if (argv[2] != std::string("exact")) {
        const auto options = TokenCodec::options_for(store->entries(0), coded ? 2 : 0, false);
        codec = TokenCodec::train(sample_token_rows(*store, 0, options.centroids * options.rows_per_centroid),
                                  static_cast<std::int32_t>(width), options, progress);
    }
    if (coded) store = bench::store_of(folder, expert, copies, codec);
    const auto structure = LocalStructure::build(store, 0, codec, progress);
    const LocalStructure* const segments[] = {structure.get()};
    std::cerr << "cameo, " << argv[2] << ": " << (codec ? codec->centroids() : 0) << " centroids, built in " << bench::processor_seconds() - started
              << " s of processor time\n";
    LocalEffort effort;
    if (argc > 3) effort.rescored = std::stoul(argv[3]);
    std::vector<std::int64_t> found(queries.size() * kHits, -1);
    const auto search_all = [&] {
        for (std::size_t query = 0; query < queries.size(); ++query) {
            TokenVectors tokens;
            tokens.width = static_cast<std::int32_t>(width);
            tokens.rows = queries[query];
            const auto hits = search_local(segments, tokens, kHits, effort, nullptr);
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
