#include "core/index/lexical_structure.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace cameo {

namespace {

constexpr SectionKind kLexicalKind = section_kind("LEXI");
constexpr std::uint32_t kLexicalVersion = 3;
constexpr std::size_t kOwnSections = 4; // those of SeismicLists may come behind them

// A list of so many postings, and a block of so many documents.
constexpr std::size_t list_bytes(std::size_t postings) {
    return 3 * postings + postings % 2;
}
constexpr std::size_t block_bytes(std::size_t documents) {
    return (documents + 31) / 32 * 32;
}
// From a fourth of the documents on: a block has up to a third more bytes then, and is added in less than half the time.
// A list is always shorter than a block.
constexpr bool as_block(std::size_t postings, std::size_t documents) {
    return 4 * postings >= block_bytes(documents);
}

std::uint8_t impact_of(float weight, float max) {
    return static_cast<std::uint8_t>(std::min(std::ceil(double{weight} * 255 / double{max}), 255.0));
}

} // namespace

LexicalStructure::LexicalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx)
    : m_store(std::move(store)), m_expert_idx(expert_idx) {
    const auto& expert = m_store->experts()[expert_idx];
    check(expert.kind == ExpertKind::Lexical, "LexicalStructure: not a lexical expert");
    m_vocabulary = static_cast<std::size_t>(expert.width);
    m_documents = m_store->documents();
}

/// One window's documents, one after the other; then by a counting sort over terms.
class LexicalStructure::WindowInverter {
public:
    explicit WindowInverter(std::size_t vocabulary) : m_vocabulary(vocabulary) {}

    void add(std::int32_t term, float weight) {
        m_terms.push_back(term);
        m_pairs.push_back({static_cast<std::uint16_t>(m_documents), weight});
    }
    void end_document() { ++m_documents; }
    std::size_t documents() const { return m_documents; }

    /// Appends the window's entries and bytes, and begins another one.
    void close(std::vector<Entry>& entries, std::vector<std::uint8_t>& bytes) {
        m_begins.assign(m_vocabulary + 1, 0);
        for (const auto term : m_terms)
            ++m_begins[static_cast<std::size_t>(term) + 1];
        for (std::size_t term = 0; term < m_vocabulary; ++term)
            m_begins[term + 1] += m_begins[term];
        m_next.assign(m_begins.begin(), m_begins.end() - 1);
        m_sorted.resize(m_pairs.size());
        for (std::size_t at = 0; at < m_terms.size(); ++at)
            m_sorted[m_next[static_cast<std::size_t>(m_terms[at])]++] = m_pairs[at];
        const std::size_t base = bytes.size();
        for (std::size_t term = 0; term <= m_vocabulary; ++term) {
            check(bytes.size() - base <= UINT32_MAX, "LexicalStructure: too many postings in a window");
            auto& entry = entries.emplace_back(static_cast<std::uint32_t>(bytes.size() - base), 0.0f);
            if (term == m_vocabulary) break;
            const std::span pairs(m_sorted.data() + m_begins[term], m_begins[term + 1] - m_begins[term]);
            for (const auto& pair : pairs)
                entry.max = std::max(entry.max, pair.weight);
            append(pairs, entry.max, bytes);
        }
        m_terms.clear();
        m_pairs.clear();
        m_documents = 0;
    }

private:
    struct Pair {
        std::uint16_t document;
        float weight;
    };

    void append(std::span<const Pair> pairs, float max, std::vector<std::uint8_t>& bytes) const {
        const std::size_t begin = bytes.size();
        if (as_block(pairs.size(), m_documents)) {
            bytes.resize(begin + block_bytes(m_documents), 0);
            for (const auto& pair : pairs)
                bytes[begin + pair.document] = impact_of(pair.weight, max);
            return;
        }
        bytes.resize(begin + list_bytes(pairs.size()), 0);
        for (std::size_t at = 0; at < pairs.size(); ++at) {
            std::memcpy(bytes.data() + begin + 2 * at, &pairs[at].document, 2);
            bytes[begin + 2 * pairs.size() + at] = impact_of(pairs[at].weight, max);
        }
    }

    std::size_t m_vocabulary;
    std::size_t m_documents = 0;
    std::vector<std::int32_t> m_terms;
    std::vector<Pair> m_pairs, m_sorted;
    std::vector<std::size_t> m_begins, m_next; ///< [vocabulary + 1] and [vocabulary] into m_sorted
};

std::unique_ptr<const LexicalStructure> LexicalStructure::build(std::shared_ptr<const ForwardStore> store,
                                                                std::size_t expert_idx, Progress& progress, Form form) {
    std::unique_ptr<LexicalStructure> built(new LexicalStructure(std::move(store), expert_idx));
    auto& self = *built;
    const auto vocabulary = self.m_vocabulary;
    self.m_own_entries.reserve(self.windows() * (vocabulary + 1));
    // As much as there can be, so that nothing is copied; what is never written to takes no memory.
    self.m_own_bytes.reserve(4 * static_cast<std::size_t>(self.m_store->entries(expert_idx)));
    self.m_own_window_begins.push_back(0);
    WindowInverter inverter(vocabulary);
    const auto close_window = [&] {
        inverter.close(self.m_own_entries, self.m_own_bytes);
        self.m_own_window_begins.push_back(self.m_own_bytes.size());
    };
    for (const auto& shard : self.m_store->shards()) {
        progress.check_cancelled();
        for (std::int64_t local = 0; local < shard->info().documents; ++local) {
            const auto sparse = shard->sparse(expert_idx, local);
            for (std::size_t at = 0; at < sparse.terms.size(); ++at) {
                const auto term = sparse.terms[at];
                if (term < 0 || static_cast<std::size_t>(term) >= vocabulary)
                    shard->damaged("term " + std::to_string(term) + " outside of a vocabulary of " +
                                   std::to_string(vocabulary));
                if (!(sparse.weights[at] > 0 && std::isfinite(sparse.weights[at])))
                    shard->damaged("a weight of " + std::to_string(sparse.weights[at]));
                inverter.add(term, sparse.weights[at]);
            }
            inverter.end_document();
            if (inverter.documents() == kWindow) close_window();
        }
        shard->release();
    }
    if (inverter.documents() > 0) close_window();
    self.view_own_memory();
    self.count_postings();
    if (form == Form::Seismic) self.m_seismic = SeismicLists::build(*self.m_store, expert_idx, progress);
    return built;
}

void LexicalStructure::view_own_memory() {
    m_window_begins = m_own_window_begins;
    m_entries = m_own_entries;
    m_bytes = m_own_bytes;
}

void LexicalStructure::save(const std::filesystem::path& file) const {
    const std::vector<std::uint64_t> shape{m_vocabulary, static_cast<std::uint64_t>(m_documents), static_cast<std::uint64_t>(m_store->first())};
    SectionWriter writer(kLexicalKind, kLexicalVersion);
    writer.add(shape);
    writer.add(m_window_begins);
    writer.add(m_entries);
    writer.add(m_bytes);
    if (m_seismic) m_seismic->add_to(writer);
    writer.write(file);
}

LexicalStructure::Postings LexicalStructure::postings_in(std::size_t window, std::size_t term) const {
    const auto entries = window_entries(window);
    const auto bytes = m_bytes.subspan(m_window_begins[window] + entries[term].begin, entries[term + 1].begin - entries[term].begin);
    if (bytes.size() == block_bytes(documents_of(window))) return {{}, bytes};
    const std::size_t count = bytes.size() / 3;
    return {{reinterpret_cast<const std::uint16_t*>(bytes.data()), count}, bytes.subspan(2 * count, count)};
}

// Whether a search can follow a window's entries and postings without asking. @pre the sections have their lengths
bool LexicalStructure::is_sound(std::size_t window) const {
    const auto begin = m_window_begins[window], end = m_window_begins[window + 1];
    const auto entries = window_entries(window);
    const std::size_t documents = documents_of(window), block = block_bytes(documents);
    if (begin % 2 != 0 || begin > end || end > m_bytes.size() || entries.front().begin != 0 || entries.back().begin != end - begin) return false;
    for (std::size_t term = 0; term < m_vocabulary; ++term) {
        if (entries[term].begin > entries[term + 1].begin) return false;
        const std::size_t bytes = entries[term + 1].begin - entries[term].begin;
        if (bytes == 0) continue;
        if (!(entries[term].max > 0 && std::isfinite(entries[term].max))) return false;
        if (bytes != block && (bytes > block || list_bytes(bytes / 3) != bytes)) return false;
        const auto here = postings_in(window, term);
        if (here.documents.empty()) {
            if (std::ranges::any_of(here.impacts.subspan(documents), [](std::uint8_t impact) { return impact != 0; })) return false;
            continue;
        }
        // Ascending, so that no document is added to twice.
        if (here.documents.back() >= documents) return false;
        for (std::size_t at = 1; at < here.documents.size(); ++at)
            if (here.documents[at - 1] >= here.documents[at]) return false;
    }
    return true;
}

std::unique_ptr<const LexicalStructure> LexicalStructure::load(const std::filesystem::path& path,
                                                               std::shared_ptr<const ForwardStore> store,
                                                               std::size_t expert_idx) {
    std::unique_ptr<LexicalStructure> loaded(new LexicalStructure(std::move(store), expert_idx));
    auto& self = *loaded;
    self.m_file = SectionFile::open(path, kLexicalKind, kLexicalVersion);
    const auto& file = *self.m_file;
    file.verify_once();
    const auto shape = file.section<std::uint64_t>(0);
    if (shape.size() != 3 || shape[0] != self.m_vocabulary || shape[1] != static_cast<std::uint64_t>(self.m_documents) ||
        shape[2] != static_cast<std::uint64_t>(self.m_store->first()))
        file.damaged("it was made of other documents or another vocabulary");
    self.m_window_begins = file.section<std::uint64_t>(1);
    self.m_entries = file.section<Entry>(2);
    self.m_bytes = file.section<std::uint8_t>(3);

    // Checksums tell damage, not malice: what a search follows without asking is checked as well.
    bool fits = self.m_window_begins.size() == self.windows() + 1 && self.m_window_begins.front() == 0 &&
                self.m_window_begins.back() == self.m_bytes.size() && self.m_entries.size() == self.windows() * (self.m_vocabulary + 1);
    for (std::size_t window = 0; fits && window < self.windows(); ++window)
        fits = self.is_sound(window);
    if (!fits) file.damaged("its sections contradict each other");
    self.count_postings();
    if (file.sections() > kOwnSections) self.m_seismic = SeismicLists::load(self.m_file, kOwnSections, *self.m_store, expert_idx);
    return loaded;
}

void LexicalStructure::count_postings() {
    m_postings_of.assign(m_vocabulary, 0);
    for (std::size_t window = 0; window < windows(); ++window)
        for (std::size_t term = 0; term < m_vocabulary; ++term) {
            const auto here = postings_in(window, term);
            const auto block = here.impacts.size() - static_cast<std::size_t>(std::ranges::count(here.impacts, std::uint8_t{0}));
            m_postings_of[term] += static_cast<std::uint32_t>(here.documents.empty() ? block : here.documents.size());
        }
    m_postings = 0;
    for (const auto count : m_postings_of)
        m_postings += count;
}

std::int64_t LexicalStructure::postings(std::int32_t term) const {
    return term < 0 || static_cast<std::size_t>(term) >= m_vocabulary ? 0 : m_postings_of[static_cast<std::size_t>(term)];
}

std::uint64_t LexicalStructure::bytes() const {
    return m_window_begins.size_bytes() + m_entries.size_bytes() + m_bytes.size_bytes() + (m_seismic ? m_seismic->bytes() : 0);
}

} // namespace cameo
