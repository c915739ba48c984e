#include "core/milvus/load.hpp"

#include "core/base/folder_lock.hpp"
#include "core/base/random_id.hpp"
#include "core/index/prepare_build.hpp"
#include "core/index/shard_work.hpp"
#include "core/milvus/expert_infos.hpp"
#include "core/milvus/shard_sender.hpp"

#include <algorithm>
#include <chrono>

namespace cameo {

namespace {

constexpr int kMostRepairs = 3;

/// What a collection of Milvus may be called, and what a person recognises there.
std::string collection_name(const std::string& model, const std::string& collection) {
    std::string name = "cameo_" + model.substr(0, 80) + "_" + collection.substr(0, 80) + "_" + random_id().substr(0, 8);
    for (char& letter : name)
        if (!((letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || (letter >= '0' && letter <= '9'))) letter = '_';
    return name;
}

/// What cannot be sent would be deleted and encoded again, and the index on this machine be gone before the server has another.
void refuse_coded(const std::filesystem::path& folder) {
    const auto before = manifest_to_go_on_from(folder);
    if (!before || before->engine || std::ranges::all_of(before->experts, [](const auto& expert) { return expert.codec == 0; }) || shard_files(folder).empty()) return;
    throw Error(ErrorKind::InvalidInput, folder.string() + ": the token vectors of this index are coded in " + std::to_string(before->local_bits) +
                                             " bits, and a server takes them in half precision only: index with --local-bits 0 first, or delete the folder; both encode all documents again");
}

class MilvusLoader {
public:
    MilvusLoader(const Model& model, const Collection& collection, const std::filesystem::path& folder, const MilvusAddress& address, const MilvusLoadOptions& options,
                 Progress& progress)
        : m_model(model), m_collection(collection), m_folder(folder), m_options(options), m_progress(progress), m_layout(MilvusLayout::of(model, options.token_pooling)) {
        progress.begin("asking " + to_string(address), Unit::Steps);
        m_client = MilvusClient::connect(address, milvus_credentials(address), options.connection, progress);
        m_manifest = {.model = model.name(), .model_version = model.version(), .collection = collection.name(), .collection_version = collection.version(),
                      .expected = collection.size(), .experts = m_layout.experts};
        m_manifest.engine = {.address = to_string(address), .collection = collection_name(model.name(), collection.name()),
                             .dense = options.dense == MilvusDense::Hnsw ? "HNSW" : "FLAT", .text_fields = m_layout.text_fields};
    }

    IndexReport run() {
        const auto started = std::chrono::steady_clock::now();
        remove_leftovers(m_folder);
        resume();
        m_report.resumed_at = m_record.documents();
        send_missing();
        finish();
        m_report.documents = m_manifest.expected;
        m_report.tokens = m_tally.tokens;
        m_report.experts = milvus_expert_infos(m_manifest, m_record, m_client->server());
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        return m_report;
    }

private:
    void resume() {
        const auto before = manifest_to_go_on_from(m_folder);
        m_same_texts = before && before->collection == m_manifest.collection && m_collection.grew_from(before->collection_version);
        if (before && goes_on(*before)) {
            m_manifest.engine = before->engine;
        } else {
            if (before && before->engine && before->engine->address == m_manifest.engine->address) m_client->drop_collection(before->engine->collection, m_progress);
            m_record = LoadRecord(m_manifest.engine->collection, m_layout.experts);
        }
        write_manifest(m_folder, m_manifest);
        m_record.write(m_folder);
        if (!m_client->has_collection(m_record.collection, m_progress))
            m_client->create_collection(m_record.collection, m_layout.fields(), "Cameo: " + m_manifest.model + " over " + m_manifest.collection, m_progress);
    }

    /// Whether the server has the same index, or its beginning; the record is read then.
    bool goes_on(const IndexManifest& before) {
        const auto& engine = before.engine;
        if (!engine || engine->address != m_manifest.engine->address || engine->dense != m_manifest.engine->dense || engine->text_fields != m_manifest.engine->text_fields ||
            before.model != m_manifest.model || before.model_version != m_manifest.model_version || before.collection != m_manifest.collection || before.experts != m_manifest.experts)
            return false;
        auto record = LoadRecord::read(m_folder, engine->collection, m_layout.experts);
        if (!record || !m_client->has_collection(engine->collection, m_progress)) return false;
        for (const auto& batch : record->batches) {
            m_progress.check_cancelled();
            if (batch.first + batch.documents > m_manifest.expected || (!m_same_texts && batch.content != content_of(m_collection, batch.first, batch.documents))) return false;
        }
        m_record = std::move(*record);
        return true;
    }

    void send_missing() {
        auto shards = usable_shards(m_folder, m_manifest, m_collection, m_same_texts, {}, m_progress);
        m_progress.begin("encoding documents and sending them to " + m_manifest.engine->address, Unit::Documents, m_manifest.expected, m_record.documents());
        const auto begun = m_record.begun; // by whoever was killed; what we send ourselves we know of
        const auto there = m_record.batches;
        ShardSender sender(m_client, m_layout, m_folder, m_record, m_client->takes_parallel_writes() ? std::max<std::size_t>(1, m_options.streams) : 1);
        auto shard = shards.begin();
        auto batch = there.begin();
        for (std::int64_t next = 0; next < m_manifest.expected;) {
            while (shard != shards.end() && (*shard)->info().first < next) { // confirmed, and killed before it was removed
                std::filesystem::remove((*shard)->path());
                ++shard;
            }
            if (batch != there.end() && batch->first == next) {
                next += batch++->documents;
                continue;
            }
            const auto room = batch != there.end() ? batch->first : m_manifest.expected;
            std::shared_ptr<const Shard> parcel;
            if (shard != shards.end() && (*shard)->info().first == next && next + (*shard)->info().documents <= room) {
                parcel = *shard++;
                m_progress.advance(parcel->info().documents);
            } else {
                const auto until = shard != shards.end() ? std::min(room, (*shard)->info().first) : room;
                if (until <= next) { // a shard that overlaps a batch
                    std::filesystem::remove((*shard++)->path());
                    continue;
                }
                parcel = encode_shard({m_model, m_collection, m_manifest, m_folder, {}}, next, std::min(until, next + m_options.batch_documents), m_tally, m_progress);
            }
            next += parcel->info().documents;
            sender.send(parcel, m_repairing || parcel->info().first < begun, m_progress);
        }
        m_progress.begin("waiting for the last batches", Unit::Steps);
        sender.finish(m_progress);
        for (; shard != shards.end(); ++shard) std::filesystem::remove((*shard)->path());
    }

    void finish() {
        const auto& collection = m_record.collection;
        for (int repairs = 0;; ++repairs) {
            m_progress.begin("building the server's indexes", Unit::Steps);
            m_client->flush(collection, m_progress);
            for (std::size_t expert_idx = 0; expert_idx < m_layout.experts.size(); ++expert_idx)
                if (const auto field = m_layout.searched(expert_idx)) m_client->create_index(collection, field->name, milvus_index_type(m_layout.experts[expert_idx].kind, *m_manifest.engine), m_progress);
            m_client->load(collection, m_progress);
            const auto found = m_client->count(collection, m_progress);
            if (found == m_manifest.expected) break;
            if (repairs == kMostRepairs)
                throw Error(ErrorKind::Environment, m_manifest.engine->address + ": the server has " + std::to_string(found) + " rows in collection " + collection + ", expected " +
                                                        std::to_string(m_manifest.expected) + ", also after these had been sent again");
            repair();
        }
        m_manifest.complete = true;
        write_manifest(m_folder, m_manifest);
    }

    /// A server that lost what it had confirmed, or has rows that nobody wants any more.
    void repair() {
        m_progress.begin("looking for what the server has lost", Unit::Documents, m_manifest.expected);
        m_client->remove_from(m_record.collection, m_manifest.expected, m_progress);
        for (const auto& batch : std::vector(m_record.batches)) {
            m_progress.advance(batch.documents);
            if (m_client->count(m_record.collection, batch.first, batch.first + batch.documents, m_progress) != batch.documents) m_record.forget(batch);
        }
        m_record.write(m_folder);
        m_repairing = true;
        send_missing();
    }

    const Model& m_model;
    const Collection& m_collection;
    const std::filesystem::path& m_folder;
    const MilvusLoadOptions& m_options;
    Progress& m_progress;
    MilvusLayout m_layout;
    std::shared_ptr<MilvusClient> m_client;
    IndexManifest m_manifest;
    LoadRecord m_record;
    bool m_same_texts = false;
    bool m_repairing = false; ///< what is sent may be there already, whoever has sent it
    EncodeTally m_tally;
    IndexReport m_report;
};

} // namespace

IndexReport load_into_milvus(const Model& model, const Collection& collection, const std::filesystem::path& folder, const MilvusAddress& address,
                             const MilvusLoadOptions& options, Progress& progress) {
    check(options.batch_documents >= 1, "load_into_milvus: batches of nothing");
    check_build(collection, {});
    make_index_folder(folder);
    const FolderLock lock(folder, "another build is writing into this index");
    refuse_coded(folder);
    return MilvusLoader(model, collection, folder, address, options, progress).run();
}

} // namespace cameo
