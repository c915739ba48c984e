#include "core/index/global_structure.hpp"

#include "core/base/error.hpp"
#include "core/index/faiss_job.hpp"
#include "core/index/global_product.hpp"
#include "core/index/hnsw_graph.hpp"

#include <faiss/IVFlib.h>
#include <faiss/IndexFlat.h>
#include <faiss/IndexIVF.h>
#include <faiss/IndexRefine.h>
#include <faiss/impl/FaissException.h>
#include <faiss/impl/io.h>
#include <faiss/index_factory.h>
#include <faiss/index_io.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>

namespace cameo {

namespace {

constexpr SectionKind kGlobalKind = section_kind("GLOB");
constexpr std::uint32_t kGlobalVersion = 2;
constexpr const char* kFlat = "Flat";
constexpr const char* kGraph = "HNSW32";
constexpr std::size_t kMostTrained = 262'144; // vectors that a structure of a factory string is trained with

enum class Form : std::uint64_t { Graph = 0, Flat = 1, Factory = 2 };

float norm(std::span<const float> vector) {
    return std::sqrt(global_product(vector, vector));
}

class SpanReader final : public faiss::IOReader {
public:
    explicit SpanReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    std::size_t operator()(void* to, std::size_t size, std::size_t items) override {
        if (size == 0) return 0;
        const std::size_t whole = std::min(items, m_bytes.size() / size);
        if (whole == 0) return 0; // `to` may be null then
        std::memcpy(to, m_bytes.data(), whole * size);
        m_bytes = m_bytes.subspan(whole * size);
        return whole;
    }

private:
    std::span<const std::byte> m_bytes;
};

class CountingWriter final : public faiss::IOWriter {
public:
    std::size_t operator()(const void*, std::size_t size, std::size_t items) override {
        bytes += size * items;
        return items;
    }
    std::uint64_t bytes = 0;
};

/// The inverted lists of a structure that has any, or null.
faiss::IndexIVF* inverted_lists(faiss::Index* index) {
    if (const auto* const refined = dynamic_cast<const faiss::IndexRefine*>(index)) index = refined->base_index;
    return faiss::ivflib::try_extract_index_ivf(index);
}

/// FAISS looks at one list of them all unless told otherwise.
void search_several_lists(faiss::Index& index) {
    constexpr std::size_t kFewestSearched = 8;
    if (auto* const lists = inverted_lists(&index))
        lists->nprobe = std::min(lists->nlist, std::max(kFewestSearched, static_cast<std::size_t>(std::ceil(std::sqrt(lists->nlist)))));
}

/// FAISS makes no more clusters, and no more principal axes, than it has vectors; its words are all that tells this from other failures.
bool had_too_few_vectors(const faiss::FaissException& problem) {
    return problem.msg.find("Number of training points") != std::string::npos || problem.msg.find("PCA matrix cannot output") != std::string::npos;
}

/// With vectors evenly spaced over the store. @return false where these are too few
bool train_structure(faiss::Index& index, const ForwardStore& store, std::size_t expert_idx) {
    const auto documents = static_cast<std::size_t>(store.documents()), sample = std::min(documents, kMostTrained);
    std::vector<float> rows;
    rows.reserve(sample * static_cast<std::size_t>(index.d));
    for (std::size_t at = 0; at < sample; ++at) {
        const auto vector = store.pooled(expert_idx, store.first() + static_cast<DocumentOrdinal>(at * documents / sample));
        rows.insert(rows.end(), vector.begin(), vector.end());
    }
    try {
        index.train(static_cast<std::int64_t>(sample), rows.data());
    } catch (const faiss::FaissException& problem) {
        if (!had_too_few_vectors(problem)) throw;
        return false;
    }
    return true;
}

} // namespace

struct GlobalStructure::Faiss {
    Form form = Form::Flat;
    std::unique_ptr<faiss::Index> own;
    std::optional<HnswGraph> graph;
    faiss::Index& index() { return graph ? graph->index() : *own; }
};

GlobalStructure::GlobalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx)
    : m_store(std::move(store)), m_expert_idx(expert_idx), m_faiss(std::make_unique<Faiss>()) {
    const auto& expert = m_store->experts()[expert_idx];
    check(expert.kind == ExpertKind::Global, "GlobalStructure: not a global expert");
    m_width = static_cast<std::size_t>(expert.width);
}

GlobalStructure::~GlobalStructure() = default;

std::string GlobalStructure::structure_for(std::int64_t documents, std::int32_t width, const std::string& wanted) {
    if (!wanted.empty()) return wanted;
    const auto bytes = static_cast<std::uint64_t>(documents) * static_cast<std::uint64_t>(width) * sizeof(float);
    return bytes <= kFlatBytes ? kFlat : kGraph;
}

void GlobalStructure::check_factory(const std::string& wanted, std::int32_t width, std::int64_t documents) {
    if (wanted.empty()) return;
    try {
        const std::unique_ptr<faiss::Index> made(faiss::index_factory(width, wanted.c_str(), faiss::METRIC_INNER_PRODUCT));
        const auto* const lists = inverted_lists(made.get());
        if (lists && lists->nlist > static_cast<std::size_t>(documents))
            throw Error(ErrorKind::InvalidInput, "\"" + wanted + "\" makes " + std::to_string(lists->nlist) + " lists of at most " + std::to_string(documents) +
                                                     " documents: expected no more lists than documents, or Flat");
        return;
    } catch (const faiss::FaissException& problem) {
        throw Error(ErrorKind::InvalidInput, "\"" + wanted + "\" is no structure for vectors of " + std::to_string(width) + " values: " +
                                                 faiss_words(problem.msg) + "; expected a factory string of FAISS, such as Flat, HNSW32 or IVF1024,SQ8");
    }
}

std::unique_ptr<const GlobalStructure> GlobalStructure::build(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx,
                                                              const std::string& wanted, Progress& progress) {
    std::unique_ptr<GlobalStructure> built(new GlobalStructure(std::move(store), expert_idx));
    const auto structure = structure_for(built->m_store->documents(), static_cast<std::int32_t>(built->m_width), wanted);
    if (structure == kFlat)
        built->fill_flat(progress);
    else if (structure == kGraph)
        built->fill_graph(progress);
    else
        built->fill_by_factory(structure, progress);
    return built;
}

// A flat index only copies its vectors and never asks FAISS whether to stop: it need not wait until a build
// of another index, which may take minutes, is over.
void GlobalStructure::fill_flat(Progress& progress) {
    m_faiss->own = std::make_unique<faiss::IndexFlat>(static_cast<int>(m_width), faiss::METRIC_INNER_PRODUCT);
    m_faiss->form = Form::Flat;
    m_name = "flat";
    add_vectors(progress);
}

void GlobalStructure::find_rows() {
    m_rows.reserve(static_cast<std::size_t>(m_store->documents()));
    for (const auto& shard : m_store->shards())
        for (std::int64_t local = 0; local < shard->info().documents; ++local)
            m_rows.push_back(shard->pooled(m_expert_idx, local).data());
    m_faiss->graph.emplace(m_rows, m_width);
    m_faiss->form = Form::Graph;
    m_name = kGraph;
}

void GlobalStructure::fill_graph(Progress& progress) {
    find_rows();
    run_faiss_job("building the global structure", progress, [&] {
        for (const auto& shard : m_store->shards()) {
            progress.check_cancelled();
            m_faiss->graph->add(static_cast<std::size_t>(shard->info().documents), shard->pooled(m_expert_idx, 0).data());
        }
    });
}

void GlobalStructure::fill_by_factory(const std::string& wanted, Progress& progress) {
    run_faiss_job("building the global structure " + wanted, progress, [&] {
        m_faiss->own.reset(faiss::index_factory(static_cast<int>(m_width), wanted.c_str(), faiss::METRIC_INNER_PRODUCT));
        // The few documents behind the others of a collection that grew: to look at all of them takes no time.
        if (!m_faiss->own->is_trained && !train_structure(*m_faiss->own, *m_store, m_expert_idx)) return fill_flat(progress);
        m_faiss->form = Form::Factory;
        m_name = wanted;
        search_several_lists(*m_faiss->own);
        add_vectors(progress);
    });
}

void GlobalStructure::add_vectors(Progress& progress) {
    for (const auto& shard : m_store->shards()) {
        progress.check_cancelled();
        for (std::int64_t local = 0; local < shard->info().documents; ++local)
            m_longest = std::max(m_longest, norm(shard->pooled(m_expert_idx, local)));
        m_faiss->own->add(shard->info().documents, shard->pooled(m_expert_idx, 0).data());
    }
}

void GlobalStructure::save(const std::filesystem::path& file) const {
    const std::vector<std::uint64_t> shape{m_width, static_cast<std::uint64_t>(m_store->documents()), static_cast<std::uint64_t>(m_faiss->form),
                                           static_cast<std::uint64_t>(m_store->first())};
    faiss::VectorIOWriter bytes;
    SectionWriter writer(kGlobalKind, kGlobalVersion);
    writer.add(shape);
    writer.add(m_name);
    if (m_faiss->form == Form::Graph) m_faiss->graph->write_to(writer);
    if (m_faiss->form == Form::Factory) {
        faiss::write_index(m_faiss->own.get(), &bytes);
        writer.add(bytes.data);
    }
    writer.write(file);
}

std::unique_ptr<const GlobalStructure> GlobalStructure::load(const std::filesystem::path& path, std::shared_ptr<const ForwardStore> store,
                                                             std::size_t expert_idx, Progress& progress) {
    std::unique_ptr<GlobalStructure> loaded(new GlobalStructure(std::move(store), expert_idx));
    auto& self = *loaded;
    const auto file = SectionFile::open(path, kGlobalKind, kGlobalVersion);
    file->verify_once();
    const auto shape = file->section<std::uint64_t>(0);
    if (shape.size() != 4 || shape[0] != self.m_width || shape[1] != static_cast<std::uint64_t>(self.m_store->documents()) ||
        shape[3] != static_cast<std::uint64_t>(self.m_store->first()))
        file->damaged("it was made of other documents or another width");
    if (shape[2] > 2) file->damaged("a structure of unknown form");
    self.m_faiss->form = static_cast<Form>(shape[2]);
    if (self.m_faiss->form == Form::Flat) {
        self.fill_flat(progress);
        return loaded;
    }
    if (self.m_faiss->form == Form::Graph) {
        self.find_rows();
        self.m_faiss->graph->read(*file, 2);
        return loaded;
    }
    self.m_name = file->text(1);
    try {
        SpanReader reader(file->section<std::byte>(2));
        self.m_faiss->own.reset(faiss::read_index(&reader));
        search_several_lists(*self.m_faiss->own); // the file may be older than that
    } catch (const std::exception& problem) {
        file->damaged(std::string("FAISS cannot read it: ") + problem.what());
    }
    if (self.m_faiss->own->d != static_cast<int>(self.m_width) || self.m_faiss->own->ntotal != self.m_store->documents())
        file->damaged("its vectors are of another number or width");
    return loaded;
}

// Scored by us, in no order. `worst` is FAISS's own score of the last.
std::vector<ScoredDocument> GlobalStructure::nominate(std::span<const float> query, std::size_t count, const OrdinalSet* hidden, float& worst) const {
    std::vector<float> scores(count);
    std::vector<std::int64_t> labels(count);
    run_faiss_search([&] {
        m_faiss->index().search(1, query.data(), static_cast<std::int64_t>(count), scores.data(), labels.data());
    });
    std::vector<ScoredDocument> nominated;
    worst = std::numeric_limits<float>::infinity();
    for (std::size_t at = 0; at < count; ++at) {
        if (labels[at] < 0 || labels[at] >= m_store->documents()) continue; // a graph may find fewer
        worst = std::min(worst, scores[at]);
        const auto document = m_store->first() + labels[at];
        if (!hidden || !hidden->contains(document)) nominated.push_back({document, global_product(query, m_store->pooled(m_expert_idx, document))});
    }
    return nominated;
}

std::vector<ScoredDocument> GlobalStructure::search(std::span<const float> query, std::size_t k, const OrdinalSet* hidden) const {
    check(query.size() == m_width, "GlobalStructure::search: a query of another width");
    const auto documents = static_cast<std::size_t>(m_store->documents());
    const std::size_t removed = hidden ? hidden->count(m_store->first(), m_store->first() + m_store->documents()) : 0;
    k = std::min(k, documents - removed);
    if (k == 0) return {};
    // Two sums of n products in any two orders differ by less than 2 n u |q| |d|, u = 2^-24; taken twice
    // over.
    const float rounding = 4.0f * static_cast<float>(m_width) * 0x1p-24f * norm(query) * m_longest;
    for (std::size_t count = std::min(documents, k + 16);; count = std::min(documents, count * 2)) {
        float worst = 0;
        auto nominated = nominate(query, count, hidden, worst);
        std::sort(nominated.begin(), nominated.end(), better);
        const bool enough = nominated.size() >= k || count == documents;
        const bool certain = count == documents || (enough && worst + rounding < nominated[k - 1].score);
        // A graph that does not reach k documents would not with a longer list either, unless removed ones stand in it.
        if (exact() ? certain : enough || removed == 0) {
            if (nominated.size() > k) nominated.resize(k);
            return nominated;
        }
    }
}

void GlobalStructure::score(std::span<const float> query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const {
    check(query.size() == m_width, "GlobalStructure::score: a query of another width");
    check(documents.size() == scores.size(), "GlobalStructure::score: lengths differ");
    for (std::size_t at = 0; at < documents.size(); ++at)
        scores[at] = global_product(query, m_store->pooled(m_expert_idx, documents[at]));
}

bool GlobalStructure::exact() const {
    return m_faiss->form == Form::Flat;
}

std::uint64_t GlobalStructure::bytes() const {
    if (m_faiss->form == Form::Flat) return 0;
    if (m_faiss->form == Form::Graph) return m_faiss->graph->bytes();
    CountingWriter counted;
    faiss::write_index(m_faiss->own.get(), &counted);
    return counted.bytes;
}

} // namespace cameo
