#include "core/milvus/milvus_index.hpp"

#include "core/index/dense_query.hpp"
#include "core/index/global_product.hpp"
#include "core/index/max_sim.hpp"
#include "core/jobs/parallel.hpp"
#include "core/milvus/expert_infos.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace cameo {

namespace {

constexpr std::size_t kMargin = 16;             ///< asked for beyond k, so that rounding rarely needs a second request
constexpr std::size_t kAnswerBytes = 32u << 20; ///< about, of an answer with documents: a server's limit is 100 MB
constexpr std::size_t kMostKeys = 256;          ///< of one request for documents
constexpr std::int64_t kAheadDocuments = 64;

double milliseconds_from(std::chrono::steady_clock::time_point start) { return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count(); }

template <class T>
std::string bytes_of(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

std::string bytes_of(const SparseVector& sparse) {
    std::string bytes;
    for (std::size_t at = 0; at < sparse.terms.size(); ++at) {
        bytes.append(reinterpret_cast<const char*>(&sparse.terms[at]), sizeof(std::int32_t));
        bytes.append(reinterpret_cast<const char*>(&sparse.weights[at]), sizeof(float));
    }
    return bytes;
}

/// How far the sums that a server makes may be from ours: of n products in any order, twice over.
float rounding_of(std::size_t products, float scale) { return 4.0f * static_cast<float>(products) * 0x1p-24f * scale; }

} // namespace

MilvusIndex::MilvusIndex(IndexManifest manifest, LoadRecord record, std::shared_ptr<MilvusClient> client, const MilvusIndexOptions& options)
    : m_manifest(std::move(manifest)), m_record(std::move(record)), m_layout{m_manifest.experts, m_manifest.engine->text_fields}, m_client(std::move(client)), m_cache(options.cache_bytes) {
    m_info = {.model = m_manifest.model, .model_version = m_manifest.model_version, .collection = m_manifest.collection, .collection_version = m_manifest.collection_version,
              .documents = m_manifest.expected, .expected = m_manifest.expected, .experts = milvus_expert_infos(m_manifest, m_record, m_client->server())};
}

std::shared_ptr<const MilvusIndex> MilvusIndex::open(const std::filesystem::path& folder, const MilvusIndexOptions& options, Progress& progress) {
    auto manifest = read_index_manifest(folder);
    if (!manifest || !manifest->engine) throw Error(ErrorKind::NotFound, folder.string() + ": there is no index in a Milvus server here");
    const auto address = parse_milvus_address(manifest->engine->address);
    if (manifest->engine->text_fields < 1 || manifest->engine->text_fields > MilvusLayout::kMostTextFields)
        throw Error(ErrorKind::InvalidInput, folder.string() + ": index.json: " + std::to_string(manifest->engine->text_fields) + " text fields, expected 1 to " + std::to_string(MilvusLayout::kMostTextFields));
    auto record = LoadRecord::read(folder, manifest->engine->collection, manifest->experts);
    if (!record) throw Error(ErrorKind::InvalidInput, LoadRecord::path(folder).string() + ": missing, damaged, or of another collection: indexing again makes it anew");
    if (!manifest->complete)
        throw Error(ErrorKind::NotFound, folder.string() + ": " + std::to_string(record->documents()) + " of " + std::to_string(manifest->expected) + " documents are on " + to_string(address) +
                                             " so far: indexing again goes on there, and they can be searched when all are");
    auto client = MilvusClient::connect(address, milvus_credentials(address), options.connection, progress);
    const auto& collection = manifest->engine->collection;
    if (!client->has_collection(collection, progress)) throw Error(ErrorKind::NotFound, to_string(address) + ": the server has no collection " + collection + " any more: indexing again makes it anew");
    client->load(collection, progress);
    const auto there = client->count(collection, progress);
    std::shared_ptr<MilvusIndex> index(new MilvusIndex(std::move(*manifest), std::move(*record), std::move(client), options));
    index->m_lost = std::max<std::int64_t>(0, index->m_manifest.expected - there);
    return index;
}

template <class Call>
auto MilvusIndex::loaded(Progress& progress, const Call& call) const {
    try {
        return call();
    } catch (const MilvusError& problem) {
        if (problem.cause() != MilvusError::Cause::NotLoaded) throw;
    }
    m_client->load(m_manifest.engine->collection, progress); // a server that was started again may not have done so
    return call();
}

std::vector<MilvusIndex::Document> MilvusIndex::fetch(std::span<const DocumentOrdinal> ordinals, Progress& progress) const {
    std::vector<Document> documents(ordinals.size());
    std::vector<std::size_t> wanted; // positions
    for (std::size_t at = 0; at < ordinals.size(); ++at) {
        check(ordinals[at] >= 0 && ordinals[at] < m_info.documents, "MilvusIndex: no such document");
        documents[at] = m_cache.find(ordinals[at]);
        if (!documents[at]) wanted.push_back(at);
    }
    const auto fields = m_layout.fields();
    const std::size_t grain = std::clamp<std::size_t>(kAnswerBytes / m_layout.most_row_bytes(), 1, kMostKeys);
    parallel_for(wanted.size(), grain, [&](std::size_t begin, std::size_t end) {
        std::vector<std::int64_t> keys;
        for (auto at = begin; at < end; ++at) keys.push_back(ordinals[wanted[at]]);
        const auto rows = loaded(progress, [&] { return m_client->rows(m_manifest.engine->collection, keys, fields, progress); });
        for (std::size_t row = 0; row < rows.keys.size(); ++row) {
            const auto place = std::ranges::find(keys, rows.keys[row]);
            if (place == keys.end()) continue;
            auto document = std::make_shared<const StoredDocument>(read_document(m_layout, rows, row));
            documents[wanted[begin + static_cast<std::size_t>(place - keys.begin())]] = document;
            m_cache.add(rows.keys[row], std::move(document));
        }
    });
    return documents;
}

std::vector<MilvusIndex::Document> MilvusIndex::fetch_all(std::span<const DocumentOrdinal> ordinals) const {
    Progress nobody;
    auto documents = fetch(ordinals, nobody);
    for (std::size_t at = 0; at < documents.size(); ++at)
        if (!documents[at])
            throw MilvusError(MilvusError::Cause::Refused, ErrorKind::Environment,
                              m_manifest.engine->address + ": the server does not have document " + std::to_string(ordinals[at]) + " just now; indexing again brings back what it has lost");
    return documents;
}

std::vector<float> MilvusIndex::scores_of(std::size_t expert_idx, const Representation& query, std::span<const Document> documents) const {
    std::vector<float> scores(documents.size());
    const auto& expert = m_layout.experts[expert_idx];
    switch (expert.kind) {
    case ExpertKind::Lexical: {
        const DenseQuery dense(query.sparse, static_cast<std::size_t>(expert.width));
        for (std::size_t at = 0; at < documents.size(); ++at) scores[at] = dense.score(documents[at]->sparse(expert_idx));
        break;
    }
    case ExpertKind::Local: {
        check(query.tokens.rows.empty() || query.tokens.width == expert.width, "MilvusIndex: a query of another width");
        std::vector<std::span<const Half>> rows;
        for (const auto& document : documents) rows.push_back(document->experts[expert_idx].rows);
        MaxSimQuery(query.tokens.rows, expert.width).score(rows, scores);
        break;
    }
    case ExpertKind::Global:
        check(query.pooled.size() == static_cast<std::size_t>(expert.width), "MilvusIndex: a query of another width");
        for (std::size_t at = 0; at < documents.size(); ++at) scores[at] = global_product(query.pooled, documents[at]->experts[expert_idx].floats);
        break;
    }
    return scores;
}

MilvusIndex::Union MilvusIndex::find(std::span<const std::size_t> experts, std::span<const Representation> query, std::size_t k, Progress& progress) const {
    std::vector<MilvusSearch> searches;
    for (const auto expert_idx : experts) {
        const auto field = m_layout.searched(expert_idx);
        MilvusSearch search{.field = field->name, .kind = field->kind, .most = static_cast<std::int64_t>(k)};
        search.vector = field->kind == MilvusFieldKind::Sparse ? bytes_of(query[expert_idx].sparse) : bytes_of(query[expert_idx].pooled);
        if (field->kind == MilvusFieldKind::Dense && m_manifest.engine->dense == "HNSW") search.reach = std::max<std::int64_t>(128, search.most);
        if (!search.vector.empty()) searches.push_back(std::move(search)); // a query without a term matches nothing
    }
    Union found;
    if (searches.empty()) return found;
    const auto answer = loaded(progress, [&] { return m_client->search(m_manifest.engine->collection, searches, progress); });
    found.warned = answer.warned;
    for (const auto key : answer.keys)
        if (key >= 0 && key < m_info.documents) found.ordinals.push_back(key);
    std::ranges::sort(found.ordinals);
    found.ordinals.erase(std::unique(found.ordinals.begin(), found.ordinals.end()), found.ordinals.end());
    found.documents = fetch(found.ordinals, progress);
    for (std::size_t at = found.ordinals.size(); at-- > 0;) {
        if (found.documents[at]) continue;
        ++found.missing;
        found.ordinals.erase(found.ordinals.begin() + static_cast<std::ptrdiff_t>(at));
        found.documents.erase(found.documents.begin() + static_cast<std::ptrdiff_t>(at));
    }
    return found;
}

bool MilvusIndex::best_of(std::size_t expert_idx, const Representation& query, const Union& found, std::size_t asked, std::size_t k, const OrdinalSet* hidden,
                          std::vector<ScoredDocument>& to) const {
    const auto kind = m_layout.experts[expert_idx].kind;
    const auto scores = scores_of(expert_idx, query, found.documents);
    to.clear();
    for (std::size_t at = 0; at < scores.size(); ++at) {
        if (kind == ExpertKind::Lexical && scores[at] <= 0) continue; // brought by another expert
        if (kind == ExpertKind::Local && found.documents[at]->experts[expert_idx].ids.empty()) continue;
        to.push_back({found.ordinals[at], scores[at]});
    }
    std::ranges::sort(to, better);
    // The search brought as many as were asked for; whatever it left out scores at most what the last of as many scores
    // here, but for the order in which the two of us add up.
    const bool all_asked_for = to.size() >= asked && asked > 0;
    const float last = all_asked_for ? to[asked - 1].score : 0.0f;
    const float best = to.empty() ? 0.0f : to.front().score;
    if (hidden) std::erase_if(to, [&](const ScoredDocument& one) { return hidden->contains(one.document); });
    bool certain = !all_asked_for || to.size() >= k; // removed documents may have taken the places of others
    if (certain && m_info.experts[expert_idx].exact_candidates && all_asked_for && (hidden || asked > k)) {
        const float rounding = kind == ExpertKind::Lexical ? rounding_of(query.sparse.terms.size(), best)
                                                           : rounding_of(query.pooled.size(), std::sqrt(global_product(query.pooled, query.pooled)) * m_record.tallies[expert_idx].longest);
        certain = last + rounding < to[k - 1].score;
    }
    if (to.size() > k) to.resize(k);
    return certain;
}

Candidates MilvusIndex::all_candidates(std::span<const Representation> query, std::size_t k, const CandidateOptions& options, Progress& progress) const {
    check(query.size() == m_layout.experts.size(), "MilvusIndex::all_candidates: not one representation an expert");
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::size_t> searching;
    for (std::size_t expert_idx = 0; expert_idx < query.size(); ++expert_idx)
        if (m_layout.searched(expert_idx)) searching.push_back(expert_idx);
    const auto documents = static_cast<std::size_t>(m_info.documents);
    const auto most = std::min(documents, static_cast<std::size_t>(MilvusClient::kMostHits) / searching.size());
    k = std::min(k, documents);
    if (k > most)
        throw Error(ErrorKind::Unsupported, std::to_string(k) + " candidates of " + std::to_string(searching.size()) + " experts: Milvus gives at most " + std::to_string(MilvusClient::kMostHits) + " in one answer");
    Candidates all;
    all.experts.resize(query.size());
    Union found;
    for (std::size_t asked = std::min(most, k + kMargin);; asked = std::min(most, asked * 2)) {
        progress.check_cancelled();
        found = find(searching, query, asked, progress);
        bool certain = true;
        for (const auto expert_idx : searching)
            if (!best_of(expert_idx, query[expert_idx], found, asked, k, options.hidden, all.experts[expert_idx].hits)) certain = false;
        if (!certain && asked < most) continue;
        all.unanswered = std::max(m_lost, found.missing);
        const bool dense = std::ranges::any_of(searching, [&](std::size_t expert_idx) { return m_layout.experts[expert_idx].kind == ExpertKind::Global; });
        // A search by vectors always brings as many as there are.
        if (found.warned || (dense && found.ordinals.size() + static_cast<std::size_t>(found.missing) < std::min(asked, documents)))
            all.unanswered = std::max({all.unanswered, std::int64_t{1}, m_info.documents - m_client->count(m_manifest.engine->collection, progress)});
        break;
    }
    const double milliseconds = milliseconds_from(start);
    std::vector<DocumentOrdinal> brought;
    for (const auto expert_idx : searching) {
        all.experts[expert_idx].milliseconds = milliseconds / static_cast<double>(searching.size()); // of one request for all of them
        for (const auto& hit : all.experts[expert_idx].hits) brought.push_back(hit.document);
    }
    std::ranges::sort(brought);
    Union whole; // of the lists, without what was asked for beyond them
    for (std::size_t at = 0; at < found.ordinals.size(); ++at) {
        if (!std::ranges::binary_search(brought, found.ordinals[at])) continue;
        whole.ordinals.push_back(found.ordinals[at]);
        whole.documents.push_back(found.documents[at]);
    }
    for (std::size_t expert_idx = 0; expert_idx < query.size(); ++expert_idx) {
        if (m_layout.searched(expert_idx)) continue;
        auto& expert = all.experts[expert_idx];
        const auto local_start = std::chrono::steady_clock::now();
        best_of(expert_idx, query[expert_idx], whole, documents, k, nullptr, expert.hits);
        expert.milliseconds = milliseconds_from(local_start);
        expert.brought = false;
    }
    return all;
}

std::vector<ScoredDocument> MilvusIndex::candidates(std::size_t expert_idx, const Representation& query, std::size_t k, const CandidateOptions& options) const {
    check(expert_idx < m_layout.experts.size(), "MilvusIndex: no such expert");
    std::vector<ScoredDocument> hits;
    if (!m_layout.searched(expert_idx)) return hits;
    std::vector<Representation> all(m_layout.experts.size());
    all[expert_idx] = query;
    const auto most = std::min<std::size_t>(static_cast<std::size_t>(m_info.documents), MilvusClient::kMostHits);
    k = std::min(k, most);
    if (k == 0) return hits;
    Progress nobody;
    for (std::size_t asked = std::min(most, k + kMargin);; asked = std::min(most, asked * 2)) {
        const Union found = find(std::span(&expert_idx, 1), all, asked, nobody);
        if (best_of(expert_idx, query, found, asked, k, options.hidden, hits) || asked == most) return hits;
    }
}

void MilvusIndex::score(std::size_t expert_idx, const Representation& query, std::span<const DocumentOrdinal> documents, std::span<float> scores) const {
    check(expert_idx < m_layout.experts.size(), "MilvusIndex: no such expert");
    check(documents.size() == scores.size(), "MilvusIndex::score: lengths differ");
    // In pieces: whoever scores a whole collection must not hold it in memory.
    constexpr std::size_t kPiece = 4096;
    for (std::size_t begin = 0; begin < documents.size(); begin += kPiece) {
        const auto piece = documents.subspan(begin, std::min(kPiece, documents.size() - begin));
        std::ranges::copy(scores_of(expert_idx, query, fetch_all(piece)), scores.begin() + static_cast<std::ptrdiff_t>(begin));
    }
}

std::int64_t MilvusIndex::postings(std::size_t expert_idx, std::int32_t term) const {
    check(expert_idx < m_layout.experts.size(), "MilvusIndex: no such expert");
    const auto& postings = m_record.tallies[expert_idx].postings;
    return term >= 0 && static_cast<std::size_t>(term) < postings.size() ? postings[static_cast<std::size_t>(term)] : 0;
}

Representation MilvusIndex::document(std::size_t expert_idx, DocumentOrdinal ordinal) const {
    check(expert_idx < m_layout.experts.size(), "MilvusIndex::document: no such expert");
    if (!m_cache.find(ordinal) && ordinal > 0 && m_cache.find(ordinal - 1)) {
        // Whoever reads one document after the other gets the next ones along with it.
        std::vector<DocumentOrdinal> ahead;
        for (auto next = ordinal; next < std::min(m_info.documents, ordinal + kAheadDocuments); ++next) ahead.push_back(next);
        Progress nobody;
        fetch(ahead, nobody);
    }
    return fetch_all(std::span(&ordinal, 1)).front()->representation(expert_idx, m_layout.experts[expert_idx]);
}

} // namespace cameo
