#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/index/shard_work.hpp"

#include <algorithm>
#include <chrono>

namespace cameo {

namespace {

constexpr std::int64_t kFirstPartial = 512;
constexpr double kPartialGrowth = 1.5; // so all partial structures together cost about three times the last

class Builder {
public:
    Builder(const Model& model, const Collection& collection, const std::filesystem::path& folder,
            const IndexOptions& options, Progress& progress)
        : m_model(model), m_collection(collection), m_folder(folder), m_options(options),
          m_progress(progress) {}

    IndexReport run() {
        const auto started = std::chrono::steady_clock::now();
        m_manifest = {
            m_model.name(),      m_model.version(),         m_collection.name(),     m_collection.version(),
            m_collection.size(), m_options.shard_documents, stored_experts(m_model), false};
        auto index = resume();
        if (!index) {
            encode_missing();
            index = finish();
        }
        m_report.documents = index->info().documents;
        m_report.experts = index->info().experts;
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        return m_report;
    }

private:
    // Takes what an earlier build left. @return the index when nothing is missing.
    std::shared_ptr<const Index> resume() {
        m_progress.begin("checking what is indexed", Unit::Steps);
        remove_leftovers(m_folder);
        std::optional<IndexManifest> before;
        try {
            before = read_index_manifest(m_folder);
        } catch (const Error& problem) {
            if (problem.kind() == ErrorKind::Environment) throw; // otherwise made anew
        }
        const bool same_texts = before && before->collection == m_manifest.collection &&
                                m_collection.grew_from(before->collection_version);
        m_shards = usable_shards(m_folder, m_manifest, m_collection, same_texts, m_progress);
        for (const auto& shard : m_shards)
            m_report.resumed_at += shard->info().documents;
        if (before && before->complete && m_report.resumed_at == m_manifest.expected &&
            before->model == m_manifest.model && before->model_version == m_manifest.model_version &&
            before->collection == m_manifest.collection &&
            before->collection_version == m_manifest.collection_version) {
            try {
                return Index::open(m_folder, m_progress);
            } catch (const Error& problem) {
                if (problem.kind() == ErrorKind::Environment) throw; // a damaged structure is made anew
            }
        }
        write_manifest(m_folder, m_manifest);
        return nullptr;
    }

    void encode_missing() {
        m_progress.begin("encoding documents", Unit::Documents, m_manifest.expected, m_report.resumed_at);
        offer_partial();
        std::int64_t next = 0;
        for (std::size_t at = 0; next < m_manifest.expected;) {
            if (at < m_shards.size() && m_shards[at]->info().first == next) {
                next += m_shards[at++]->info().documents;
                continue;
            }
            const auto gap_end = at < m_shards.size() ? m_shards[at]->info().first : m_manifest.expected;
            m_shards.insert(m_shards.begin() + static_cast<std::ptrdiff_t>(at),
                            encode_shard(m_model, m_collection, m_manifest, m_folder, next,
                                         std::min(gap_end, next + m_options.shard_documents), m_report.tokens, m_progress));
            offer_partial();
        }
    }

    // What follows from document 0 without a gap.
    Shards prefix() const {
        Shards shards;
        std::int64_t documents = 0;
        for (const auto& shard : m_shards) {
            if (shard->info().first != documents) break;
            documents += shard->info().documents;
            shards.push_back(shard);
        }
        return shards;
    }

    void offer_partial() {
        if (!m_options.on_partial) return;
        auto shards = prefix();
        const auto documents =
            shards.empty() ? 0 : shards.back()->info().first + shards.back()->info().documents;
        if (documents < m_next_partial || documents == m_manifest.expected) return;
        m_next_partial = static_cast<std::int64_t>(static_cast<double>(documents) * kPartialGrowth);
        m_options.on_partial(build_structures(
            m_manifest, std::make_shared<const ForwardStore>(std::move(shards)), nullptr, m_progress));
    }

    std::shared_ptr<const Index> finish() {
        m_progress.begin("building the search structures", Unit::Steps,
                         static_cast<std::int64_t>(m_manifest.experts.size()));
        auto index = build_structures(m_manifest, std::make_shared<const ForwardStore>(m_shards), &m_folder,
                                      m_progress);
        m_manifest.complete = true;
        write_manifest(m_folder, m_manifest);
        return index;
    }

    const Model& m_model;
    const Collection& m_collection;
    const std::filesystem::path& m_folder;
    const IndexOptions& m_options;
    Progress& m_progress;
    IndexManifest m_manifest;
    Shards m_shards; ///< by ordinal, with gaps until all is encoded
    std::int64_t m_next_partial = kFirstPartial;
    IndexReport m_report;
};

} // namespace

IndexReport build_index(const Model& model, const Collection& collection, const std::filesystem::path& folder,
                        const IndexOptions& options, Progress& progress) {
    if (options.shard_documents < 1)
        throw Error(ErrorKind::InvalidInput, "a shard of " + std::to_string(options.shard_documents) +
                                                 " documents: expected at least 1");
    if (collection.size() == 0)
        throw Error(ErrorKind::InvalidInput,
                    "collection " + collection.name() + " has no documents to index");
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed)
        throw Error(ErrorKind::Environment,
                    folder.string() + ": cannot create the folder: " + failed.message());
    const FolderLock lock(folder, "another build is writing into this index");
    return Builder(model, collection, folder, options, progress).run();
}

} // namespace cameo
