#include "core/index/seismic_lists.hpp"

#include "core/base/error.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {

namespace {

constexpr std::size_t kPlaces = 32;        // heaviest terms of a document that list it
constexpr std::size_t kLongestList = 8192; // documents, those of largest weight
constexpr std::size_t kBlock = 8;          // documents of a block, about
constexpr std::size_t kLargestBlock = 40;
constexpr double kSummaryShare = 0.5;      // of the sum of weights

} // namespace

/// Cuts one list after the other into blocks and appends them to what is built.
class SeismicLists::Blocker {
public:
    Blocker(const ForwardStore& store, std::size_t expert_idx, SeismicLists& to)
        : m_store(store), m_expert_idx(expert_idx), m_to(to), m_vocabulary(static_cast<std::size_t>(store.experts()[expert_idx].width)),
          m_centres_of(m_vocabulary), m_largest(m_vocabulary) {
        m_to.m_own_list_blocks.push_back(0);
        m_to.m_own_block_begins.push_back(0);
        m_to.m_own_list_terms.push_back(0);
        m_to.m_own_term_begins.push_back(0);
        place_documents();
    }

    std::size_t vocabulary() const { return m_vocabulary; }

    /// Of the terms from 0 on, one after the other.
    void add(std::size_t term) {
        std::vector<Place> list(m_lists.begin() + static_cast<std::ptrdiff_t>(m_list_begins[term]), m_lists.begin() + static_cast<std::ptrdiff_t>(m_list_begins[term + 1]));
        std::ranges::sort(list, [](const Place& a, const Place& b) { return a.weight != b.weight ? a.weight > b.weight : a.document < b.document; });
        list.resize(std::min(list.size(), kLongestList));
        m_summaries.clear();
        std::uint16_t blocks = 0;
        for (const auto& cluster : clusters(list))
            for (std::size_t begin = 0; begin < cluster.size(); begin += kLargestBlock)
                add_block(std::span(cluster).subspan(begin, std::min(kLargestBlock, cluster.size() - begin)), blocks++);
        m_to.m_own_list_blocks.push_back(static_cast<std::uint32_t>(m_to.m_own_scales.size()));
        std::ranges::sort(m_summaries, [](const Value& a, const Value& b) { return a.term != b.term ? a.term < b.term : a.block < b.block; });
        for (std::size_t at = 0; at < m_summaries.size(); ++at) {
            if (at == 0 || m_summaries[at].term != m_summaries[at - 1].term) {
                if (at > 0) m_to.m_own_term_begins.push_back(static_cast<std::uint32_t>(m_to.m_own_values.size()));
                m_to.m_own_terms.push_back(m_summaries[at].term);
            }
            m_to.m_own_value_blocks.push_back(m_summaries[at].block);
            m_to.m_own_values.push_back(m_summaries[at].value);
        }
        if (!m_summaries.empty()) m_to.m_own_term_begins.push_back(static_cast<std::uint32_t>(m_to.m_own_values.size()));
        m_to.m_own_list_terms.push_back(static_cast<std::uint32_t>(m_to.m_own_terms.size()));
        check(m_to.m_own_values.size() <= UINT32_MAX, "SeismicLists: too many values");
    }

private:
    struct Place {
        std::uint32_t document;
        float weight;
    };
    struct Entry {
        std::uint32_t term;
        float weight;
    };
    struct Value {
        std::uint32_t term;
        std::uint16_t block;
        std::uint8_t value;
    };

    // The lists by a counting sort, and each document's heaviest terms, which stand for it when documents are compared.
    void place_documents() {
        const auto documents = static_cast<std::size_t>(m_store.documents());
        m_heavy_begins.push_back(0);
        m_list_begins.assign(m_vocabulary + 1, 0);
        for (std::size_t document = 0; document < documents; ++document) {
            const auto sparse = stored(document);
            const std::size_t begin = m_heavy.size();
            for (std::size_t at = 0; at < sparse.terms.size(); ++at)
                m_heavy.push_back({static_cast<std::uint32_t>(sparse.terms[at]), sparse.weights[at]});
            const std::size_t kept = std::min(kPlaces, sparse.terms.size());
            std::partial_sort(m_heavy.begin() + static_cast<std::ptrdiff_t>(begin), m_heavy.begin() + static_cast<std::ptrdiff_t>(begin + kept), m_heavy.end(), heavier);
            m_heavy.resize(begin + kept);
            m_heavy_begins.push_back(m_heavy.size());
            for (std::size_t at = begin; at < m_heavy.size(); ++at)
                ++m_list_begins[m_heavy[at].term + 1];
        }
        for (std::size_t term = 0; term < m_vocabulary; ++term)
            m_list_begins[term + 1] += m_list_begins[term];
        m_lists.resize(m_heavy.size());
        std::vector<std::size_t> next(m_list_begins.begin(), m_list_begins.end() - 1);
        for (std::size_t document = 0; document < documents; ++document)
            for (const auto& [term, weight] : heavy(document))
                m_lists[next[term]++] = {static_cast<std::uint32_t>(document), weight};
    }

    static bool heavier(const Entry& a, const Entry& b) { return a.weight != b.weight ? a.weight > b.weight : a.term < b.term; }
    std::span<const Entry> heavy(std::size_t document) const {
        return std::span(m_heavy).subspan(m_heavy_begins[document], m_heavy_begins[document + 1] - m_heavy_begins[document]);
    }
    SparseView stored(std::size_t document) const { return m_store.sparse(m_expert_idx, m_store.first() + static_cast<DocumentOrdinal>(document)); }

    // One round of k-means: some of the documents, evenly spaced by weight, are the centres; each document goes to the one
    // with the largest product.
    std::vector<std::vector<std::uint32_t>> clusters(std::span<const Place> list) {
        const std::size_t count = (list.size() + kBlock - 1) / kBlock;
        std::vector<std::vector<std::uint32_t>> found(count);
        for (std::size_t centre = 0; centre < count; ++centre)
            for (const auto& [term, weight] : heavy(list[centre * kBlock].document))
                m_centres_of[term].push_back({static_cast<std::uint32_t>(centre), weight});
        std::vector<float> products(count);
        for (const auto& place : list) {
            std::ranges::fill(products, 0.0f);
            for (const auto& [term, weight] : heavy(place.document))
                for (const auto& [centre, other] : m_centres_of[term])
                    products[centre] += weight * other;
            found[static_cast<std::size_t>(std::ranges::max_element(products) - products.begin())].push_back(place.document);
        }
        for (std::size_t centre = 0; centre < count; ++centre)
            for (const auto& entry : heavy(list[centre * kBlock].document))
                m_centres_of[entry.term].clear();
        return found;
    }

    void add_block(std::span<const std::uint32_t> documents, std::uint16_t block) {
        m_entries.clear();
        for (const auto document : documents) {
            const auto sparse = stored(document);
            for (std::size_t at = 0; at < sparse.terms.size(); ++at) {
                const auto term = static_cast<std::uint32_t>(sparse.terms[at]);
                if (m_largest[term] == 0) m_entries.push_back({term, 0});
                m_largest[term] = std::max(m_largest[term], sparse.weights[at]);
            }
        }
        double sum = 0, kept = 0;
        for (auto& entry : m_entries) {
            entry.weight = std::exchange(m_largest[entry.term], 0.0f);
            sum += entry.weight;
        }
        std::ranges::sort(m_entries, heavier);
        const double scale = double{m_entries.front().weight} / 255;
        for (const auto& [term, weight] : m_entries) {
            m_summaries.push_back({term, block, static_cast<std::uint8_t>(std::clamp(std::ceil(weight / scale), 1.0, 255.0))});
            kept += weight;
            if (kept >= kSummaryShare * sum) break;
        }
        m_to.m_own_documents.insert(m_to.m_own_documents.end(), documents.begin(), documents.end());
        m_to.m_own_block_begins.push_back(static_cast<std::uint32_t>(m_to.m_own_documents.size()));
        m_to.m_own_scales.push_back(static_cast<float>(scale));
    }

    struct Centre {
        std::uint32_t centre;
        float weight;
    };

    const ForwardStore& m_store;
    std::size_t m_expert_idx;
    SeismicLists& m_to;
    std::size_t m_vocabulary;
    std::vector<Entry> m_heavy;              ///< the heaviest terms of all documents
    std::vector<std::size_t> m_heavy_begins; ///< [documents + 1]
    std::vector<Place> m_lists;
    std::vector<std::size_t> m_list_begins; ///< [vocabulary + 1]
    std::vector<std::vector<Centre>> m_centres_of; ///< [vocabulary], empty between lists
    std::vector<float> m_largest;                  ///< [vocabulary], 0 between blocks
    std::vector<Entry> m_entries;                  ///< of a block
    std::vector<Value> m_summaries;                ///< of a list
};

std::unique_ptr<const SeismicLists> SeismicLists::build(const ForwardStore& store, std::size_t expert_idx, Progress& progress) {
    auto built = std::make_unique<SeismicLists>();
    Blocker blocker(store, expert_idx, *built);
    for (std::size_t term = 0; term < blocker.vocabulary(); ++term) {
        if (term % 64 == 0) progress.check_cancelled();
        blocker.add(term);
    }
    built->view_own_memory();
    return built;
}

void SeismicLists::view_own_memory() {
    m_list_blocks = m_own_list_blocks;
    m_block_begins = m_own_block_begins;
    m_documents = m_own_documents;
    m_scales = m_own_scales;
    m_list_terms = m_own_list_terms;
    m_terms = m_own_terms;
    m_term_begins = m_own_term_begins;
    m_value_blocks = m_own_value_blocks;
    m_values = m_own_values;
}

void SeismicLists::add_to(SectionWriter& writer) const {
    writer.add(m_list_blocks);
    writer.add(m_block_begins);
    writer.add(m_documents);
    writer.add(m_scales);
    writer.add(m_list_terms);
    writer.add(m_terms);
    writer.add(m_term_begins);
    writer.add(m_value_blocks);
    writer.add(m_values);
}

std::unique_ptr<const SeismicLists> SeismicLists::load(std::shared_ptr<const SectionFile> file, std::size_t from, const ForwardStore& store, std::size_t expert_idx) {
    auto loaded = std::make_unique<SeismicLists>();
    auto& self = *loaded;
    self.m_file = std::move(file);
    self.m_list_blocks = self.m_file->section<std::uint32_t>(from);
    self.m_block_begins = self.m_file->section<std::uint32_t>(from + 1);
    self.m_documents = self.m_file->section<std::uint32_t>(from + 2);
    self.m_scales = self.m_file->section<float>(from + 3);
    self.m_list_terms = self.m_file->section<std::uint32_t>(from + 4);
    self.m_terms = self.m_file->section<std::uint32_t>(from + 5);
    self.m_term_begins = self.m_file->section<std::uint32_t>(from + 6);
    self.m_value_blocks = self.m_file->section<std::uint16_t>(from + 7);
    self.m_values = self.m_file->section<std::uint8_t>(from + 8);
    if (!self.is_sound(store, static_cast<std::size_t>(store.experts()[expert_idx].width))) self.m_file->damaged("its blocks contradict each other");
    return loaded;
}

// Whether a search can follow all of it without asking.
bool SeismicLists::is_sound(const ForwardStore& store, std::size_t vocabulary) const {
    const auto begins = [](std::span<const std::uint32_t> table, std::size_t lists, std::size_t entries) {
        return table.size() == lists + 1 && table.front() == 0 && table.back() == entries && std::ranges::is_sorted(table);
    };
    if (!begins(m_list_blocks, vocabulary, m_scales.size()) || !begins(m_block_begins, m_scales.size(), m_documents.size()) ||
        !begins(m_list_terms, vocabulary, m_terms.size()) || !begins(m_term_begins, m_terms.size(), m_values.size()) || m_value_blocks.size() != m_values.size())
        return false;
    if (std::ranges::any_of(m_documents, [&](std::uint32_t document) { return document >= static_cast<std::uint64_t>(store.documents()); })) return false;
    if (!std::ranges::all_of(m_scales, [](float scale) { return scale >= 0 && std::isfinite(scale); })) return false;
    for (std::size_t list = 0; list < vocabulary; ++list) {
        const std::size_t blocks = m_list_blocks[list + 1] - m_list_blocks[list];
        for (std::size_t value = m_term_begins[m_list_terms[list]]; value < m_term_begins[m_list_terms[list + 1]]; ++value)
            if (m_value_blocks[value] >= blocks) return false;
    }
    return true;
}

std::uint64_t SeismicLists::bytes() const {
    return m_list_blocks.size_bytes() + m_block_begins.size_bytes() + m_documents.size_bytes() + m_scales.size_bytes() + m_list_terms.size_bytes() +
           m_terms.size_bytes() + m_term_begins.size_bytes() + m_value_blocks.size_bytes() + m_values.size_bytes();
}

} // namespace cameo
