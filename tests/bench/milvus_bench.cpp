// Loads made-up documents into a Milvus server, or asks it for the candidates of queries and scores them; tests/bench/milvus.sh
// sets it beside pymilvus.
//   cameo_milvus_bench FOLDER ADDRESS load|cold|warm
#include "core/milvus/load.hpp"
#include "core/milvus/milvus_index.hpp"
#include "tests/bench/vectors.hpp"
#include "tests/support/fake_tokenizer.hpp"
#include "tests/support/memory_collection.hpp"

#include <algorithm>
#include <cstdlib>

using namespace cameo;

namespace {

constexpr std::size_t kHits = 100;

/// Texts are numbers of documents; their vectors are read, not made.
class VectorModel final : public Model {
public:
    explicit VectorModel(const std::filesystem::path& folder) {
        const auto shape = bench::read_array<std::int64_t>(folder / "shape"); // vocabulary, token width, vector width
        m_experts = {{"lexical", ExpertKind::Lexical, static_cast<std::int32_t>(shape.at(0)), 64, 256, ""},
                     {"local", ExpertKind::Local, static_cast<std::int32_t>(shape.at(1)), 64, 256, ""},
                     {"global", ExpertKind::Global, static_cast<std::int32_t>(shape.at(2)), 64, 256, ""}};
        documents = read(folder, "documents");
        queries = read(folder, "queries");
    }
    const std::string& name() const override { return m_name; }
    const std::string& kind() const override { return m_name; }
    const std::string& version() const override { return m_name; }
    std::span<const ExpertInfo> experts() const override { return m_experts; }
    const Tokenizer& tokenizer(std::size_t) const override { return m_tokenizer; }
    const LoadReport& load_report() const override { return m_report; }
    DeviceInfo device() const override { return {}; }
    std::vector<std::vector<Representation>> encode(std::span<const std::string> texts, Role, Progress&) const override {
        std::vector<std::vector<Representation>> all;
        for (const auto& text : texts) all.push_back(documents.at(static_cast<std::size_t>(std::atoi(text.c_str()))));
        return all;
    }
    std::vector<Representation> encode(std::span<const std::string>, Role, std::size_t, Progress&) const override { return {}; }

    std::vector<std::vector<Representation>> documents, queries; ///< [texts][E]

private:
    std::vector<std::vector<Representation>> read(const std::filesystem::path& folder, const std::string& which) const {
        const auto width = [&](std::size_t expert_idx) { return static_cast<std::size_t>(m_experts[expert_idx].width); };
        const auto counts = bench::read_array<std::int64_t>(folder / (which + "_terms_each")), tokens = bench::read_array<std::int64_t>(folder / (which + "_tokens_each"));
        auto terms = bench::cut(bench::read_array<std::int32_t>(folder / (which + "_terms")), counts);
        auto weights = bench::cut(bench::read_array<float>(folder / (which + "_weights")), counts);
        auto rows = bench::cut(bench::read_array<float>(folder / (which + "_rows")), tokens, width(1));
        auto pooled = bench::cut(bench::read_array<float>(folder / (which + "_pooled")), std::vector<std::int64_t>(counts.size(), 1), width(2));
        std::vector<std::vector<Representation>> all;
        for (std::size_t text = 0; text < counts.size(); ++text) {
            std::vector<Representation> one(3);
            one[0].sparse = {std::move(terms[text]), std::move(weights[text])};
            one[1].tokens = {m_experts[1].width, std::move(rows[text]), std::vector<std::int32_t>(static_cast<std::size_t>(tokens[text])), std::vector<TextSpan>(static_cast<std::size_t>(tokens[text]))};
            one[2].pooled = std::move(pooled[text]);
            all.push_back(std::move(one));
        }
        return all;
    }

    std::string m_name = "bench";
    std::vector<ExpertInfo> m_experts;
    FakeTokenizer m_tokenizer{{}};
    LoadReport m_report;
};

int work(const std::filesystem::path& folder, int argc, char** argv) {
    if (argc < 4) throw std::runtime_error("called by the script of the same name");
    const auto address = parse_milvus_address(argv[2]);
    const std::string what = argv[3];
    const VectorModel model(folder);
    std::vector<Document> documents(model.documents.size());
    for (std::size_t at = 0; at < documents.size(); ++at) {
        documents[at].id = std::to_string(at);
        documents[at].text = std::to_string(at);
    }
    const MemoryCollection collection(std::move(documents));
    Progress progress;
    const auto index_at = folder / "index";
    const auto load = [&] {
        std::filesystem::remove_all(index_at);
        load_into_milvus(model, collection, index_at, address, {.batch_documents = 250}, progress);
    };
    if (what == "load") {
        bench::serve([&] {
            load();
            MilvusClient::connect(address, {}, {}, progress)->drop_collection(read_index_manifest(index_at)->engine->collection, progress);
        });
        return 0;
    }
    load();
    const auto index = MilvusIndex::open(index_at, {.cache_bytes = what == "cold" ? 1u : 512u << 20}, progress);
    bench::serve([&] {
        for (const auto& query : model.queries) {
            // As a search does: the candidates, and what every expert makes of all of them.
            const auto found = index->all_candidates(query, kHits, {}, progress);
            std::vector<DocumentOrdinal> ordinals;
            for (const auto& expert : found.experts)
                for (const auto& hit : expert.hits) ordinals.push_back(hit.document);
            std::ranges::sort(ordinals);
            ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
            std::vector<float> scores(ordinals.size());
            if (what == "warm")
                for (std::size_t expert_idx = 0; expert_idx < 3; ++expert_idx) index->score(expert_idx, query[expert_idx], ordinals, scores);
        }
    });
    return 0;
}

} // namespace

int main(int argc, char** argv) { return bench::run(argc, argv, work); }
