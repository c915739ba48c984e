#include "core/index/local_structure.hpp"

#include "core/base/error.hpp"
#include "core/index/centroids.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace cameo {

namespace {

constexpr SectionKind kLocalKind = section_kind("LOCL");
constexpr std::uint32_t kLocalVersion = 1;

// ColBERT takes 16 sqrt(n) centroids; four times fewer, and no more than 4,096, keep the table of
// similarities in the processor's cache, the build within seconds, and lose nothing that the exact rescoring
// does not bring back.
std::size_t centroid_count(std::int64_t tokens, bool draft) {
    const auto wanted = std::bit_floor(static_cast<std::size_t>(4 * std::sqrt(static_cast<double>(tokens))));
    return std::clamp<std::size_t>(wanted, 64, draft ? 512 : 4096);
}

} // namespace

LocalStructure::LocalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx)
    : m_store(std::move(store)), m_expert_idx(expert_idx) {
    const auto& expert = m_store->experts()[expert_idx];
    check(expert.kind == ExpertKind::Local, "LocalStructure: not a local expert");
    m_width = expert.width;
}

std::unique_ptr<const LocalStructure> LocalStructure::build(std::shared_ptr<const ForwardStore> store,
                                                            std::size_t expert_idx, const Options& options,
                                                            Progress& progress) {
    std::unique_ptr<LocalStructure> built(new LocalStructure(std::move(store), expert_idx));
    auto& self = *built;
    const auto tokens = self.m_store->entries(expert_idx);
    if (tokens * self.m_width > options.exact_values) {
        ClusterOptions clustering;
        clustering.centroids = centroid_count(tokens, options.draft);
        if (options.draft) clustering.iterations = 3;
        auto clusters = cluster_tokens(*self.m_store, expert_idx, clustering, progress);
        self.m_own_centroids = std::move(clusters.centroids);
        self.m_own_codes = std::move(clusters.codes);
        self.m_centroids = self.m_own_centroids;
        self.m_codes = self.m_own_codes;
    }
    self.index_documents(kScanTokens);
    return built;
}

void LocalStructure::index_documents(std::int64_t scan_tokens) {
    m_centroid_count = m_centroids.size() / static_cast<std::size_t>(m_width);
    if (exact()) return;
    m_begins.push_back(0);
    for (const auto& shard : m_store->shards())
        for (std::int64_t local = 0; local < shard->info().documents; ++local)
            m_begins.push_back(m_begins.back() + shard->tokens(m_expert_idx, local).tokens.size());
    check(m_begins.back() == m_codes.size(), "LocalStructure: not one code for each token");
    if (static_cast<std::int64_t>(m_codes.size()) <= scan_tokens) return;

    // Two passes: how many documents each centroid has, then which.
    m_list_begins.assign(m_centroid_count + 1, 0);
    std::vector<std::uint64_t> next;
    for (const bool filling : {false, true}) {
        std::vector<std::uint32_t> last(m_centroid_count, UINT32_MAX);
        for (std::size_t document = 0; document + 1 < m_begins.size(); ++document) {
            for (auto at = m_begins[document]; at < m_begins[document + 1]; ++at) {
                const std::size_t centroid = m_codes[at];
                if (last[centroid] == document) continue;
                last[centroid] = static_cast<std::uint32_t>(document);
                if (filling)
                    m_list[next[centroid]++] = static_cast<std::uint32_t>(document);
                else
                    ++m_list_begins[centroid + 1];
            }
        }
        if (filling) break;
        for (std::size_t centroid = 0; centroid < m_centroid_count; ++centroid)
            m_list_begins[centroid + 1] += m_list_begins[centroid];
        m_list.resize(m_list_begins.back());
        next = m_list_begins;
    }
}

void LocalStructure::save(const std::filesystem::path& file) const {
    const std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(m_width),
                                           static_cast<std::uint64_t>(m_store->documents()),
                                           m_centroid_count};
    SectionWriter writer(kLocalKind, kLocalVersion);
    writer.add(shape);
    writer.add(m_centroids);
    writer.add(m_codes);
    writer.write(file);
}

std::unique_ptr<const LocalStructure> LocalStructure::load(const std::filesystem::path& path,
                                                           std::shared_ptr<const ForwardStore> store,
                                                           std::size_t expert_idx, std::int64_t scan_tokens) {
    std::unique_ptr<LocalStructure> loaded(new LocalStructure(std::move(store), expert_idx));
    auto& self = *loaded;
    self.m_file = SectionFile::open(path, kLocalKind, kLocalVersion);
    const auto& file = *self.m_file;
    file.verify_all();
    const auto shape = file.section<std::uint64_t>(0);
    if (shape.size() != 3 || shape[0] != static_cast<std::uint64_t>(self.m_width) ||
        shape[1] != static_cast<std::uint64_t>(self.m_store->documents()))
        file.damaged("it was made of other documents or another width");
    self.m_centroids = file.section<Half>(1);
    self.m_codes = file.section<std::uint16_t>(2);
    const auto tokens = static_cast<std::uint64_t>(self.m_store->entries(expert_idx));
    const bool fits = shape[2] <= 65536 && self.m_centroids.size() == shape[2] * shape[0] &&
                      self.m_codes.size() == (shape[2] == 0 ? 0 : tokens) &&
                      std::all_of(self.m_codes.begin(), self.m_codes.end(),
                                  [&](std::uint16_t code) { return code < shape[2]; });
    if (!fits) file.damaged("its sections contradict each other");
    self.index_documents(scan_tokens);
    return loaded;
}

std::uint64_t LocalStructure::bytes() const {
    return m_centroids.size_bytes() + m_codes.size_bytes();
}

} // namespace cameo
