#include "core/index/global_structure.hpp"

#include "core/base/error.hpp"
#include "core/index/faiss_job.hpp"
#include "core/index/global_product.hpp"
#include "core/index/top_k.hpp"

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/impl/io.h>
#include <faiss/index_io.h>

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cameo {

namespace {

constexpr SectionKind kGlobalKind = section_kind("GLOB");
constexpr std::uint32_t kGlobalVersion = 1;
constexpr int kLinks = 32;
constexpr int kConstruction = 100; // efConstruction
constexpr int kSearch = 128;       // efSearch; FAISS takes k where that is more

float norm(std::span<const float> vector) {
    return std::sqrt(global_product(vector, vector));
}

class SpanReader final : public faiss::IOReader {
public:
    explicit SpanReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    std::size_t operator()(void* to, std::size_t size, std::size_t items) override {
        if (size == 0) return 0;
        const std::size_t whole = std::min(items, m_bytes.size() / size);
        std::memcpy(to, m_bytes.data(), whole * size);
        m_bytes = m_bytes.subspan(whole * size);
        return whole;
    }

private:
    std::span<const std::byte> m_bytes;
};

} // namespace

struct GlobalStructure::Faiss {
    std::unique_ptr<faiss::Index> index;
    bool flat = true;
};

GlobalStructure::GlobalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx)
    : m_store(std::move(store)), m_expert_idx(expert_idx), m_faiss(std::make_unique<Faiss>()) {
    const auto& expert = m_store->experts()[expert_idx];
    check(expert.kind == ExpertKind::Global, "GlobalStructure: not a global expert");
    m_width = static_cast<std::size_t>(expert.width);
}

GlobalStructure::~GlobalStructure() = default;

std::unique_ptr<const GlobalStructure> GlobalStructure::build(std::shared_ptr<const ForwardStore> store,
                                                              std::size_t expert_idx, Choice choice,
                                                              Progress& progress) {
    std::unique_ptr<GlobalStructure> built(new GlobalStructure(std::move(store), expert_idx));
    const auto bytes =
        static_cast<std::uint64_t>(built->m_store->documents()) * built->m_width * sizeof(float);
    if (choice == Choice::BySize ? bytes <= kFlatBytes : choice == Choice::Flat)
        built->fill_flat(progress);
    else
        built->fill_hnsw(progress);
    return built;
}

// A flat index only copies its vectors and never asks FAISS whether to stop: it need not wait until a build
// of another index, which may take minutes, is over.
void GlobalStructure::fill_flat(Progress& progress) {
    m_faiss->index =
        std::make_unique<faiss::IndexFlat>(static_cast<int>(m_width), faiss::METRIC_INNER_PRODUCT);
    m_faiss->flat = true;
    add_vectors(progress);
}

void GlobalStructure::fill_hnsw(Progress& progress) {
    run_faiss_job("building the global structure", progress, [&] {
        auto hnsw = std::make_unique<faiss::IndexHNSWFlat>(static_cast<int>(m_width), kLinks,
                                                           faiss::METRIC_INNER_PRODUCT);
        hnsw->hnsw.efConstruction = kConstruction;
        hnsw->hnsw.efSearch = kSearch;
        m_faiss->index = std::move(hnsw);
        m_faiss->flat = false;
        add_vectors(progress);
    });
}

void GlobalStructure::add_vectors(Progress& progress) {
    std::vector<float> rows;
    for (const auto& shard : m_store->shards()) {
        progress.check_cancelled();
        for (std::int64_t local = 0; local < shard->info().documents; ++local) {
            const auto vector = shard->pooled(m_expert_idx, local);
            m_longest = std::max(m_longest, norm(vector));
            rows.insert(rows.end(), vector.begin(), vector.end());
        }
        m_faiss->index->add(shard->info().documents, rows.data());
        rows.clear();
    }
}

void GlobalStructure::save(const std::filesystem::path& file) const {
    const std::vector<std::uint64_t> shape{m_width, static_cast<std::uint64_t>(m_store->documents()),
                                           m_faiss->flat ? 1u : 0u};
    faiss::VectorIOWriter bytes;
    if (!m_faiss->flat) faiss::write_index(m_faiss->index.get(), &bytes);
    SectionWriter writer(kGlobalKind, kGlobalVersion);
    writer.add(shape);
    writer.add(bytes.data);
    writer.write(file);
}

std::unique_ptr<const GlobalStructure> GlobalStructure::load(const std::filesystem::path& path,
                                                             std::shared_ptr<const ForwardStore> store,
                                                             std::size_t expert_idx, Progress& progress) {
    std::unique_ptr<GlobalStructure> loaded(new GlobalStructure(std::move(store), expert_idx));
    auto& self = *loaded;
    const auto file = SectionFile::open(path, kGlobalKind, kGlobalVersion);
    file->verify_all();
    const auto shape = file->section<std::uint64_t>(0);
    if (shape.size() != 3 || shape[0] != self.m_width ||
        shape[1] != static_cast<std::uint64_t>(self.m_store->documents()))
        file->damaged("it was made of other documents or another width");
    if (shape[2] == 1) {
        self.fill_flat(progress);
        return loaded;
    }
    try {
        SpanReader reader(file->section<std::byte>(1));
        self.m_faiss->index.reset(faiss::read_index(&reader));
        self.m_faiss->flat = false;
    } catch (const std::exception& problem) {
        file->damaged(std::string("FAISS cannot read it: ") + problem.what());
    }
    if (self.m_faiss->index->d != static_cast<int>(self.m_width) ||
        self.m_faiss->index->ntotal != self.m_store->documents())
        file->damaged("its vectors are of another number or width");
    return loaded;
}

// Scored by us, in no order. `worst` is FAISS's own score of the last.
std::vector<ScoredDocument> GlobalStructure::nominate(std::span<const float> query, std::size_t count,
                                                      float& worst) const {
    std::vector<float> scores(count);
    std::vector<std::int64_t> labels(count);
    run_faiss_search([&] {
        m_faiss->index->search(1, query.data(), static_cast<std::int64_t>(count), scores.data(),
                               labels.data());
    });
    std::vector<ScoredDocument> nominated;
    worst = std::numeric_limits<float>::infinity();
    for (std::size_t at = 0; at < count; ++at) {
        if (labels[at] < 0) continue; // HNSW may find fewer
        nominated.push_back({labels[at], global_product(query, m_store->pooled(m_expert_idx, labels[at]))});
        worst = std::min(worst, scores[at]);
    }
    return nominated;
}

std::vector<ScoredDocument> GlobalStructure::search(std::span<const float> query, std::size_t k) const {
    check(query.size() == m_width, "GlobalStructure::search: a query of another width");
    const auto documents = static_cast<std::size_t>(m_store->documents());
    k = std::min(k, documents);
    if (k == 0) return {};
    // Two sums of n products in any two orders differ by less than 2 n u |q| |d|, u = 2^-24; taken twice
    // over.
    const float rounding = 4.0f * static_cast<float>(m_width) * 0x1p-24f * norm(query) * m_longest;
    for (std::size_t count = std::min(documents, k + 16);; count = std::min(documents, count * 2)) {
        float worst = 0;
        auto nominated = nominate(query, count, worst);
        std::sort(nominated.begin(), nominated.end(), better);
        const bool certain =
            count == documents || (nominated.size() >= k && worst + rounding < nominated[k - 1].score);
        if (!exact() || certain) {
            if (nominated.size() > k) nominated.resize(k);
            return nominated;
        }
    }
}

void GlobalStructure::score(std::span<const float> query, std::span<const DocumentOrdinal> documents,
                            std::span<float> scores) const {
    check(query.size() == m_width, "GlobalStructure::score: a query of another width");
    check(documents.size() == scores.size(), "GlobalStructure::score: lengths differ");
    for (std::size_t at = 0; at < documents.size(); ++at)
        scores[at] = global_product(query, m_store->pooled(m_expert_idx, documents[at]));
}

bool GlobalStructure::exact() const {
    return m_faiss->flat;
}

std::string GlobalStructure::name() const {
    return m_faiss->flat ? "flat" : "HNSW" + std::to_string(kLinks);
}

std::uint64_t GlobalStructure::bytes() const {
    const std::uint64_t links = (2 * kLinks + 2) * sizeof(std::int32_t);
    return m_faiss->flat
               ? 0
               : static_cast<std::uint64_t>(m_store->documents()) * (m_width * sizeof(float) + links);
}

} // namespace cameo
