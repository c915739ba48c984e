#include "core/index/lexical_structure.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

constexpr SectionKind kLexicalKind = section_kind("LEXI");
constexpr std::uint32_t kLexicalVersion = 2;

struct Posting {
    std::uint16_t document;
    float weight;
};

} // namespace

LexicalStructure::LexicalStructure(std::shared_ptr<const ForwardStore> store, std::size_t expert_idx)
    : m_store(std::move(store)), m_expert_idx(expert_idx) {
    const auto& expert = m_store->experts()[expert_idx];
    check(expert.kind == ExpertKind::Lexical, "LexicalStructure: not a lexical expert");
    m_vocabulary = static_cast<std::size_t>(expert.width);
    m_documents = m_store->documents();
}

std::unique_ptr<const LexicalStructure> LexicalStructure::build(std::shared_ptr<const ForwardStore> store,
                                                                std::size_t expert_idx, Progress& progress) {
    std::unique_ptr<LexicalStructure> built(new LexicalStructure(std::move(store), expert_idx));
    auto& self = *built;
    const auto vocabulary = self.m_vocabulary;
    self.m_own_window_begins.push_back(0);

    // One window's documents, one after the other, as (term, document, weight); then by a counting sort over
    // terms.
    std::vector<std::int32_t> terms;
    std::vector<Posting> postings;
    std::size_t in_window = 0;
    const auto close_window = [&] {
        const std::size_t base = self.m_own_documents.size();
        check(terms.size() <= UINT32_MAX, "LexicalStructure: too many postings in a window");
        self.m_own_documents.resize(base + terms.size());
        self.m_own_weights.resize(base + terms.size());
        self.m_own_entries.resize(self.m_own_entries.size() + vocabulary + 1);
        const std::span entries(self.m_own_entries.data() + self.m_own_entries.size() - vocabulary - 1,
                                vocabulary + 1);
        for (const auto term : terms)
            ++entries[static_cast<std::size_t>(term) + 1].begin;
        for (std::size_t term = 0; term < vocabulary; ++term)
            entries[term + 1].begin += entries[term].begin;
        std::vector<std::uint32_t> next(vocabulary);
        for (std::size_t term = 0; term < vocabulary; ++term)
            next[term] = entries[term].begin;
        for (std::size_t at = 0; at < terms.size(); ++at) {
            const auto term = static_cast<std::size_t>(terms[at]);
            const std::size_t to = base + next[term]++;
            self.m_own_documents[to] = postings[at].document;
            self.m_own_weights[to] = postings[at].weight;
            entries[term].max = std::max(entries[term].max, postings[at].weight);
        }
        self.m_own_window_begins.push_back(self.m_own_documents.size());
        terms.clear();
        postings.clear();
        in_window = 0;
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
                terms.push_back(term);
                postings.push_back({static_cast<std::uint16_t>(in_window), sparse.weights[at]});
            }
            if (++in_window == kWindow) close_window();
        }
        shard->release();
    }
    if (in_window > 0) close_window();
    self.view_own_memory();
    self.count_postings();
    return built;
}

void LexicalStructure::view_own_memory() {
    m_window_begins = m_own_window_begins;
    m_entries = m_own_entries;
    m_posting_documents = m_own_documents;
    m_posting_weights = m_own_weights;
}

void LexicalStructure::save(const std::filesystem::path& file) const {
    const std::vector<std::uint64_t> shape{m_vocabulary, static_cast<std::uint64_t>(m_documents), static_cast<std::uint64_t>(m_store->first())};
    SectionWriter writer(kLexicalKind, kLexicalVersion);
    writer.add(shape);
    writer.add(m_window_begins);
    writer.add(m_entries);
    writer.add(m_posting_documents);
    writer.add(m_posting_weights);
    writer.write(file);
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
    self.m_posting_documents = file.section<std::uint16_t>(3);
    self.m_posting_weights = file.section<float>(4);

    // Checksums tell damage, not malice: what a search follows without asking is checked as well.
    const std::size_t windows = (static_cast<std::size_t>(self.m_documents) + kWindow - 1) / kWindow;
    bool fits = self.m_window_begins.size() == windows + 1 && self.m_window_begins.front() == 0 &&
                self.m_window_begins.back() == self.m_posting_documents.size() &&
                self.m_entries.size() == windows * (self.m_vocabulary + 1) &&
                self.m_posting_weights.size() == self.m_posting_documents.size();
    for (std::size_t window = 0; fits && window < windows; ++window) {
        const auto begin = self.m_window_begins[window], end = self.m_window_begins[window + 1];
        const auto entries = self.window_entries(window);
        fits = begin <= end && entries.front().begin == 0 && entries.back().begin == end - begin;
        for (std::size_t term = 0; fits && term < self.m_vocabulary; ++term)
            fits = entries[term].begin <= entries[term + 1].begin;
    }
    std::uint16_t largest = 0;
    for (const auto document : self.m_posting_documents)
        largest = std::max(largest, document);
    if (!fits || largest >= kWindow) file.damaged("its sections contradict each other");
    self.count_postings();
    return loaded;
}

void LexicalStructure::count_postings() {
    m_postings_of.assign(m_vocabulary, 0);
    for (std::size_t window = 0; window < windows(); ++window) {
        const auto entries = window_entries(window);
        for (std::size_t term = 0; term < m_vocabulary; ++term)
            m_postings_of[term] += entries[term + 1].begin - entries[term].begin;
    }
}

std::int64_t LexicalStructure::postings(std::int32_t term) const {
    return term < 0 || static_cast<std::size_t>(term) >= m_vocabulary ? 0 : m_postings_of[static_cast<std::size_t>(term)];
}

std::uint64_t LexicalStructure::bytes() const {
    return m_window_begins.size_bytes() + m_entries.size_bytes() + m_posting_documents.size_bytes() +
           m_posting_weights.size_bytes();
}

} // namespace cameo
