#include "core/index/hnsw_graph.hpp"

#include "core/base/error.hpp"

#include <faiss/impl/DistanceComputer.h>
#include <faiss/utils/distances.h>

#include <algorithm>

namespace cameo {

namespace {

constexpr int kConstruction = 100; // efConstruction
constexpr int kSearch = 128;       // efSearch; FAISS takes k where that is more

class RowDistances final : public faiss::DistanceComputer {
public:
    RowDistances(std::span<const float* const> rows, std::size_t width) : m_rows(rows), m_width(width) {}
    void set_query(const float* query) override { m_query = query; }
    float operator()(faiss::Index::idx_t row) override { return product(m_query, at(row)); }
    float symmetric_dis(faiss::Index::idx_t a, faiss::Index::idx_t b) override { return product(at(a), at(b)); }

private:
    const float* at(faiss::Index::idx_t row) const { return m_rows[static_cast<std::size_t>(row)]; }
    float product(const float* a, const float* b) const { return faiss::fvec_inner_product(a, b, m_width); }

    std::span<const float* const> m_rows;
    std::size_t m_width;
    const float* m_query = nullptr;
};

} // namespace

/// What FAISS takes for an index that has the vectors.
class HnswGraph::Rows final : public faiss::Index {
public:
    Rows(std::span<const float* const> rows, std::size_t width)
        : faiss::Index(static_cast<faiss::Index::idx_t>(width), faiss::METRIC_INNER_PRODUCT), m_rows(rows) {}
    void add(idx_t count, const float*) override { ntotal += count; }
    void reset() override { ntotal = 0; }
    void search(idx_t, const float*, idx_t, float*, idx_t*, const faiss::SearchParameters*) const override {
        throw InternalError("HnswGraph: only the graph is searched");
    }
    faiss::DistanceComputer* get_distance_computer() const override { return new RowDistances(m_rows, static_cast<std::size_t>(d)); }
    std::size_t count() const { return m_rows.size(); }

private:
    std::span<const float* const> m_rows;
};

HnswGraph::HnswGraph(std::span<const float* const> rows, std::size_t width)
    : m_rows(std::make_unique<Rows>(rows, width)), m_index(std::make_unique<faiss::IndexHNSW>(m_rows.get(), kLinks)) {
    m_index->own_fields = false;
    m_index->hnsw.efConstruction = kConstruction;
    m_index->hnsw.efSearch = kSearch;
}

HnswGraph::~HnswGraph() = default;

faiss::Index& HnswGraph::index() {
    return *m_index;
}

void HnswGraph::add(std::size_t count, const float* values) {
    check(static_cast<std::size_t>(m_index->ntotal) + count <= m_rows->count(), "HnswGraph::add: more rows than there are");
    m_index->add(static_cast<faiss::Index::idx_t>(count), values);
}

void HnswGraph::write_to(SectionWriter& writer) const {
    m_entry = {m_index->hnsw.entry_point};
    writer.add(m_entry);
    writer.add(m_index->hnsw.levels);
    writer.add(m_index->hnsw.neighbors);
}

void HnswGraph::read(const SectionFile& file, std::size_t first_section) {
    auto& hnsw = m_index->hnsw;
    const auto entry = file.section<std::int32_t>(first_section);
    const auto levels = file.section<std::int32_t>(first_section + 1);
    const auto neighbours = file.section<std::int32_t>(first_section + 2);
    const auto rows = static_cast<std::int64_t>(m_rows->count());
    const auto most_levels = static_cast<std::int32_t>(hnsw.cum_nneighbor_per_level.size()) - 1;
    const auto refuse = [&] { file.damaged("its graph contradicts itself"); };
    if (entry.size() != 1 || entry[0] < 0 || entry[0] >= rows || std::ssize(levels) != rows ||
        std::ranges::any_of(levels, [&](std::int32_t level) { return level < 1 || level > most_levels; }))
        refuse();
    hnsw.levels.assign(levels.begin(), levels.end());
    hnsw.offsets.assign(1, 0);
    for (const auto level : levels)
        hnsw.offsets.push_back(hnsw.offsets.back() + static_cast<std::size_t>(hnsw.cum_nb_neighbors(level)));
    if (hnsw.offsets.back() != neighbours.size()) refuse();
    // A walk follows links without asking: each must lead to a row that has that level.
    for (std::size_t row = 0; row < levels.size(); ++row)
        for (std::int32_t level = 0; level < levels[row]; ++level) {
            const auto begin = hnsw.offsets[row] + static_cast<std::size_t>(hnsw.cum_nb_neighbors(level));
            for (const auto to : neighbours.subspan(begin, static_cast<std::size_t>(hnsw.nb_neighbors(level))))
                if (to < -1 || to >= rows || (to >= 0 && levels[static_cast<std::size_t>(to)] <= level)) refuse();
        }
    hnsw.neighbors.assign(neighbours.begin(), neighbours.end());
    hnsw.entry_point = entry[0];
    hnsw.max_level = levels[static_cast<std::size_t>(entry[0])] - 1;
    m_rows->ntotal = rows;
    m_index->ntotal = rows;
}

std::uint64_t HnswGraph::bytes() const {
    return (m_index->hnsw.neighbors.size() + m_index->hnsw.levels.size()) * sizeof(std::int32_t);
}

} // namespace cameo
