#include "core/index/local_structure.hpp"

#include "core/base/error.hpp"

#include <algorithm>

namespace cameo {

namespace {

constexpr SectionKind kLocalKind = section_kind("LOCL");
constexpr std::uint32_t kLocalVersion = 2;

} // namespace

LocalStructure::LocalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx, std::shared_ptr<const TokenCodec> codec)
    : m_store(std::move(store)), m_expert_idx(expert_idx), m_codec(std::move(codec)) {
    const auto& expert = m_store->experts()[expert_idx];
    check(expert.kind == ExpertKind::Local, "LocalStructure: not a local expert");
    check(!m_codec || m_codec->width() == expert.width, "LocalStructure: a codec of another width");
    check(expert.codec == 0 || !m_codec || m_codec->fingerprint() == expert.codec, "LocalStructure: another codec than the store's");
}

std::unique_ptr<const LocalStructure> LocalStructure::build(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx,
                                                            std::shared_ptr<const TokenCodec> codec, Progress& progress) {
    std::unique_ptr<LocalStructure> built(new LocalStructure(std::move(store), expert_idx, std::move(codec)));
    auto& self = *built;
    if (!self.m_codec) return built;
    if (self.m_store->experts()[expert_idx].codec == 0) self.code_tokens(progress);
    self.m_codes = self.m_own_codes;
    self.find_codes();
    progress.check_cancelled();
    self.list_documents();
    return built;
}

void LocalStructure::code_tokens(Progress& progress) {
    const auto width = static_cast<std::size_t>(m_codec->width());
    constexpr std::size_t kTogether = 4096; // rows: starting threads costs as much as many of them
    std::vector<float> rows;
    const auto encode = [&] {
        const std::size_t before = m_own_codes.size();
        m_own_codes.resize(before + rows.size() / width);
        m_codec->encode(rows, std::span(m_own_codes).subspan(before), {});
        rows.clear();
        progress.check_cancelled();
    };
    for (const auto& shard : m_store->shards())
        for (std::int64_t local = 0; local < shard->info().documents; ++local) {
            const auto kept = shard->rows(m_expert_idx, local);
            const std::size_t before = rows.size();
            rows.resize(before + kept.size());
            to_float(kept, std::span(rows).subspan(before));
            if (rows.size() >= kTogether * width) encode();
            if (local + 1 == shard->info().documents) shard->release();
        }
    if (!rows.empty()) encode();
}

void LocalStructure::find_codes() {
    const bool coded = m_store->experts()[m_expert_idx].codec != 0;
    m_codes_of.reserve(static_cast<std::size_t>(m_store->documents()));
    std::size_t begin = 0;
    for (const auto& shard : m_store->shards())
        for (std::int64_t local = 0; local < shard->info().documents; ++local) {
            const std::size_t count = shard->token_count(m_expert_idx, local);
            m_codes_of.push_back(coded ? shard->coded(m_expert_idx, local).codes : m_codes.subspan(begin, count));
            begin += count;
        }
}

void LocalStructure::list_documents() {
    // Two passes: how many documents each centroid has, then which.
    const std::size_t centroids = m_codec->centroids();
    m_own_list_begins.assign(centroids + 1, 0);
    std::vector<std::uint64_t> next;
    for (const bool filling : {false, true}) {
        std::vector<std::uint32_t> last(centroids, UINT32_MAX);
        for (std::size_t document = 0; document < m_codes_of.size(); ++document)
            for (const std::size_t centroid : m_codes_of[document]) {
                if (centroid >= centroids || last[centroid] == document) continue; // a shard may be damaged
                last[centroid] = static_cast<std::uint32_t>(document);
                if (filling)
                    m_own_lists[next[centroid]++] = static_cast<std::uint32_t>(document);
                else
                    ++m_own_list_begins[centroid + 1];
            }
        if (filling) break;
        for (std::size_t centroid = 0; centroid < centroids; ++centroid)
            m_own_list_begins[centroid + 1] += m_own_list_begins[centroid];
        m_own_lists.resize(m_own_list_begins.back());
        next = m_own_list_begins;
    }
    m_list_begins = m_own_list_begins;
    m_lists = m_own_lists;
}

void LocalStructure::save(const std::filesystem::path& file) const {
    const std::vector<std::uint64_t> shape{static_cast<std::uint64_t>(m_store->first()), static_cast<std::uint64_t>(m_store->documents()),
                                           m_codec ? m_codec->fingerprint() : 0};
    SectionWriter writer(kLocalKind, kLocalVersion);
    writer.add(shape);
    writer.add(m_codes);
    writer.add(m_list_begins);
    writer.add(m_lists);
    writer.write(file);
}

std::unique_ptr<const LocalStructure> LocalStructure::load(const std::filesystem::path& path, std::shared_ptr<const ForwardStore> store,
                                                           std::size_t expert_idx, std::shared_ptr<const TokenCodec> codec) {
    std::unique_ptr<LocalStructure> loaded(new LocalStructure(std::move(store), expert_idx, std::move(codec)));
    auto& self = *loaded;
    self.m_file = SectionFile::open(path, kLocalKind, kLocalVersion);
    const auto& file = *self.m_file;
    file.verify_once();
    const auto shape = file.section<std::uint64_t>(0);
    if (shape.size() != 3 || shape[0] != static_cast<std::uint64_t>(self.m_store->first()) ||
        shape[1] != static_cast<std::uint64_t>(self.m_store->documents()))
        file.damaged("it was made of other documents");
    if (shape[2] != (self.m_codec ? self.m_codec->fingerprint() : 0)) file.damaged("it was made with other centroids");
    if (!self.m_codec) return loaded;
    self.m_codes = file.section<std::uint16_t>(1);
    self.m_list_begins = file.section<std::uint64_t>(2);
    self.m_lists = file.section<std::uint32_t>(3);
    const bool coded = self.m_store->experts()[expert_idx].codec != 0;
    const bool fits = self.m_codes.size() == (coded ? 0 : static_cast<std::uint64_t>(self.m_store->entries(expert_idx))) &&
                      self.m_list_begins.size() == self.m_codec->centroids() + 1 && self.m_list_begins.front() == 0 &&
                      self.m_list_begins.back() == self.m_lists.size() && std::ranges::is_sorted(self.m_list_begins);
    if (!fits) file.damaged("its sections contradict each other");
    self.find_codes();
    return loaded;
}

std::uint64_t LocalStructure::bytes() const {
    return m_codes.size_bytes() + m_list_begins.size_bytes() + m_lists.size_bytes();
}

} // namespace cameo
