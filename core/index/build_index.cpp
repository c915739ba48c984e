#include "core/base/error.hpp"
#include "core/base/folder_lock.hpp"
#include "core/index/draft_index.hpp"
#include "core/index/shard_work.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cameo {

namespace {

constexpr std::int64_t kFirstPartial = 512;
constexpr double kPartialGrowth = 1.5; // so all partial structures together cost about three times the last
constexpr std::int64_t kFirstSample = 256;
constexpr std::int64_t kCheapSample = 4096;
constexpr std::int64_t kMergedAlways = 16'384; // documents whose structures take seconds
constexpr std::int64_t kMergeGrowth = 4;       // a segment is merged with one that is a fourth of it, or more

// How many documents a segment may have so that building its structures takes a third of the memory at most: postings in
// 3 bytes each, links of a graph and what FAISS needs beside them. Encoding takes its part at other times.
constexpr std::int64_t kMostSegment = 262'144;
constexpr std::int64_t kLeastSegment = 4096;
constexpr std::uint64_t kStructureBytes = 4096; // of a document, while its structures are built

std::int64_t segment_documents(const IndexOptions& options) {
    if (options.segment_documents > 0) return options.segment_documents;
    if (options.memory == 0) return kMostSegment;
    return std::clamp(static_cast<std::int64_t>(options.memory / 3 / kStructureBytes), kLeastSegment, kMostSegment);
}

// A kill costs seconds where there are few documents, and half a minute where a file for every 256 of them would be many.
std::int64_t shard_documents(const IndexOptions& options, std::int64_t documents) {
    if (options.shard_documents > 0) return options.shard_documents;
    return documents <= 100'000 ? 256 : 2048;
}

class Builder {
public:
    Builder(const Model& model, const Collection& collection, const std::filesystem::path& folder,
            const IndexOptions& options, Progress& progress)
        : m_model(model), m_collection(collection), m_folder(folder), m_options(options), m_progress(progress),
          m_shard_documents(shard_documents(options, collection.size())), m_segment_documents(segment_documents(options)),
          m_codecs(model.experts().size()) {}

    IndexReport run() {
        const auto started = std::chrono::steady_clock::now();
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
        describe(before);
        make_codecs();
        const bool same_texts = before && before->collection == m_manifest.collection &&
                                m_collection.grew_from(before->collection_version);
        m_shards = usable_shards(m_folder, m_manifest, m_collection, same_texts, m_codecs.of_store(), m_progress);
        for (const auto& shard : m_shards)
            m_report.resumed_at += shard->info().documents;
        if (before && before->global_structure == m_manifest.global_structure && before->lexical_structure == m_manifest.lexical_structure) m_manifest.segments = covered(before->segments);
        if (before && before->complete && m_report.resumed_at == m_manifest.expected && m_manifest.segments == before->segments &&
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

    void describe(const std::optional<IndexManifest>& before) {
        m_manifest.model = m_model.name();
        m_manifest.model_version = m_model.version();
        m_manifest.collection = m_collection.name();
        m_manifest.collection_version = m_collection.version();
        m_manifest.expected = m_collection.size();
        m_manifest.experts = stored_experts(m_model);
        const std::int32_t by_size = m_collection.size() <= kExactDocuments ? 0 : 2;
        m_manifest.local_bits = m_options.local_bits.value_or(before ? before->local_bits : by_size);
        m_manifest.global_structure = m_options.global_structure.value_or(before ? before->global_structure : "");
        m_manifest.lexical_structure = m_options.lexical_structure.value_or(before ? before->lexical_structure : kLexicalExact);
        for (const auto& expert : m_manifest.experts)
            if (expert.kind == ExpertKind::Global) GlobalStructure::check_factory(m_manifest.global_structure, expert.width);
    }

    // The segments whose shards are all there; what comes after one that is not is built again.
    std::vector<SegmentRange> covered(const std::vector<SegmentRange>& segments) const {
        std::vector<SegmentRange> whole;
        auto shard = m_shards.begin();
        std::int64_t next = 0;
        for (const auto& range : segments) {
            for (; shard != m_shards.end() && next < range.end() && (*shard)->info().first == next; ++shard)
                next += (*shard)->info().documents;
            if (next != range.end()) break;
            whole.push_back(range);
        }
        return whole;
    }

    // Coded tokens need their codec before the first of them is encoded.
    void make_codecs() {
        const auto bits = m_manifest.local_bits;
        for (std::size_t expert_idx = 0; expert_idx < m_manifest.experts.size(); ++expert_idx) {
            auto& expert = m_manifest.experts[expert_idx];
            if (expert.kind != ExpertKind::Local) continue;
            auto codec = codec_on_disk(expert_idx);
            if (bits > 0 && (!codec || codec->bits() != bits)) codec = make_codec(expert_idx);
            if (codec && codec->bits() != bits) codec = nullptr;
            if (!codec) std::filesystem::remove(codec_path(m_folder, expert_idx));
            if (codec) m_codecs.set(expert_idx, codec, bits > 0);
            if (bits > 0) expert.codec = codec->fingerprint();
        }
    }

    std::shared_ptr<const TokenCodec> codec_on_disk(std::size_t expert_idx) const {
        const auto path = codec_path(m_folder, expert_idx);
        if (!std::filesystem::exists(path)) return nullptr;
        try {
            auto codec = TokenCodec::load(path);
            if (codec->origin() == m_manifest.model_version && codec->width() == m_manifest.experts[expert_idx].width) return codec;
        } catch (const Error& problem) {
            if (problem.kind() == ErrorKind::Environment) throw;
        }
        return nullptr; // of another model, or damaged
    }

    // Of an index whose tokens are in half precision all is there already.
    std::shared_ptr<const ForwardStore> exact_store() const {
        Shards shards;
        std::int64_t next = 0;
        for (const auto& file : shard_files(m_folder)) {
            try {
                auto shard = Shard::open(file);
                const auto& info = shard->info();
                if (info.first != next || info.model_version != m_manifest.model_version || info.experts != without_codecs(m_manifest.experts)) break;
                next += info.documents;
                shards.push_back(std::move(shard));
            } catch (const Error& problem) {
                if (problem.kind() == ErrorKind::Environment) throw;
                break;
            }
        }
        return next >= m_manifest.expected ? std::make_shared<const ForwardStore>(std::move(shards)) : nullptr;
    }

    std::shared_ptr<const TokenCodec> make_codec(std::size_t expert_idx) {
        const auto exact = exact_store();
        auto options = TokenCodec::options_for(exact ? exact->entries(expert_idx) : 1, m_manifest.local_bits, false);
        auto rows = exact ? sample_token_rows(*exact, expert_idx, options.centroids * options.rows_per_centroid) : encoded_sample(expert_idx, options);
        const auto width = m_manifest.experts[expert_idx].width;
        if (rows.empty()) rows.assign(static_cast<std::size_t>(width), 0.0f); // no document has a token
        options.origin = m_manifest.model_version;
        auto codec = TokenCodec::train(rows, width, options, m_progress);
        codec->save(codec_path(m_folder, expert_idx));
        return codec;
    }

    // Of documents evenly spaced over the collection, as many as k-means looks at; sets `options` by what they have.
    std::vector<float> encoded_sample(std::size_t expert_idx, TokenCodec::Options& options) {
        const auto documents = m_collection.size(), first = std::min(documents, kFirstSample);
        m_progress.begin("reading a sample of the documents", Unit::Documents, first);
        std::vector<float> rows;
        add_rows_of(0, first, first, expert_idx, rows);
        const auto width = static_cast<std::size_t>(m_manifest.experts[expert_idx].width);
        const auto tokens = static_cast<std::int64_t>(rows.size() / width);
        options = TokenCodec::options_for(tokens * documents / first, m_manifest.local_bits, false);
        const auto wanted = static_cast<std::int64_t>(options.centroids * options.rows_per_centroid);
        // These documents are encoded for it alone: no more than a twentieth of them all, unless that is a minute's work.
        const auto enough = std::min(documents, first * wanted / std::max<std::int64_t>(tokens, 1) + 1);
        const auto sample = std::min(enough, std::max(documents / 20, kCheapSample));
        if (sample > first) {
            m_progress.begin("reading a sample of the documents", Unit::Documents, sample);
            rows.clear();
            rows.reserve(static_cast<std::size_t>(wanted + wanted / 8) * width);
            for (std::int64_t begin = 0; begin < sample; begin += kFirstSample)
                add_rows_of(begin, std::min(begin + kFirstSample, sample), sample, expert_idx, rows);
        }
        return rows;
    }

    // The tokens of the documents begin .. end of a sample of so many.
    void add_rows_of(std::int64_t begin, std::int64_t end, std::int64_t sample, std::size_t expert_idx, std::vector<float>& rows) {
        std::vector<std::string> texts;
        for (auto at = begin; at < end; ++at)
            texts.push_back(m_collection.document(at * m_collection.size() / sample).content());
        for (const auto& document : m_model.encode(texts, Role::Document, m_progress))
            rows.insert(rows.end(), document[expert_idx].tokens.rows.begin(), document[expert_idx].tokens.rows.end());
    }

    void encode_missing() {
        m_progress.begin("encoding documents", Unit::Documents, m_manifest.expected, m_report.resumed_at);
        offer_partial();
        std::int64_t next = 0;
        for (std::size_t at = 0; next < m_manifest.expected;) {
            if (at < m_shards.size() && m_shards[at]->info().first == next) {
                next += m_shards[at++]->info().documents;
                close_segment(next);
                continue;
            }
            const auto gap_end = at < m_shards.size() ? m_shards[at]->info().first : m_manifest.expected;
            m_shards.insert(m_shards.begin() + static_cast<std::ptrdiff_t>(at),
                            encode_shard(m_model, m_collection, m_manifest, m_folder, next, std::min(gap_end, next + m_shard_documents),
                                         m_codecs.of_store(), m_report.tokens, m_progress));
            offer_partial();
        }
    }

    std::int64_t in_segments() const { return m_manifest.segments.empty() ? 0 : m_manifest.segments.back().end(); }

    // Once enough documents have come together, so that the structures of all of them are never built at once.
    void close_segment(std::int64_t encoded) {
        if (encoded - in_segments() < m_segment_documents || encoded == m_manifest.expected) return;
        const SegmentRange range{in_segments(), encoded - in_segments()};
        build(range);
        m_manifest.segments.push_back(range);
        write_manifest(m_folder, m_manifest);
        m_progress.begin("encoding documents", Unit::Documents, m_manifest.expected, encoded);
    }

    Segment build(const SegmentRange& range) {
        m_progress.begin("building the search structures", Unit::Steps);
        auto store = store_of(range);
        find_centroids(*store);
        auto segment = build_segment(std::move(store), m_codecs.all(), m_manifest, &m_folder, m_progress);
        for (const auto& shard : segment.store->shards())
            shard->release();
        return segment;
    }

    std::shared_ptr<const ForwardStore> store_of(const SegmentRange& range) const {
        Shards here;
        for (const auto& shard : m_shards)
            if (shard->info().first >= range.first && shard->info().first < range.end()) here.push_back(shard);
        return std::make_shared<const ForwardStore>(std::move(here), m_codecs.of_store());
    }

    // Tokens in half precision need centroids as well once they are too many to be scored one and all.
    void find_centroids(const ForwardStore& store) {
        for (std::size_t expert_idx = 0; expert_idx < m_manifest.experts.size(); ++expert_idx) {
            const auto& expert = m_manifest.experts[expert_idx];
            if (expert.kind != ExpertKind::Local || m_codecs.all()[expert_idx]) continue;
            const auto expected = store.entries(expert_idx) * m_manifest.expected / store.documents();
            if (expected * expert.width <= LocalStructure::kExactValues) continue;
            auto options = TokenCodec::options_for(expected, 0, false);
            options.origin = m_manifest.model_version;
            const auto rows = sample_token_rows(store, expert_idx, options.centroids * options.rows_per_centroid);
            auto codec = TokenCodec::train(rows, expert.width, options, m_progress);
            codec->save(codec_path(m_folder, expert_idx));
            m_codecs.set(expert_idx, std::move(codec), false);
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
        m_options.on_partial(with_draft(m_manifest, {}, std::move(shards), m_codecs, m_progress));
    }

    // All ranges in the end: what is built, the rest in pieces, and behind them small ones merged into larger ones, so that
    // documents added now and then make as many segments as the logarithm of their number, and each is built into a
    // larger one as often.
    std::vector<SegmentRange> planned() const {
        auto ranges = m_manifest.segments;
        for (auto begin = in_segments(); begin < m_manifest.expected;) {
            auto end = std::min(begin + m_segment_documents, m_manifest.expected);
            for (const auto& shard : m_shards) // segments end where shards end
                if (shard->info().first < end && shard->info().first + shard->info().documents > end) end = shard->info().first + shard->info().documents;
            ranges.push_back({begin, end - begin});
            begin = end;
        }
        while (ranges.size() > 1) {
            const auto last = ranges.back(), before = ranges[ranges.size() - 2];
            const auto together = last.documents + before.documents;
            if (together > m_segment_documents || (together > kMergedAlways && before.documents >= kMergeGrowth * last.documents)) break;
            ranges.pop_back();
            ranges.back().documents = together;
        }
        return ranges;
    }

    std::shared_ptr<const Index> finish() {
        const auto ranges = planned();
        std::vector<Segment> segments;
        const auto kept = std::exchange(m_manifest.segments, {});
        // Where centroids have become necessary, segments without them do not load and are built again.
        if (!ranges.empty()) find_centroids(*store_of(ranges.back()));
        for (const auto& range : ranges) {
            // Structures of the same range may lie here that were made of other texts: only those of the description count.
            const bool is_kept = std::ranges::find(kept, range) != kept.end();
            segments.push_back(is_kept ? loaded_or_built(range) : build(range));
            m_manifest.segments.push_back(range);
        }
        m_manifest.complete = true;
        write_manifest(m_folder, m_manifest);
        remove_old_structures();
        return stored_index(m_manifest, std::move(segments), m_codecs.all());
    }

    Segment loaded_or_built(const SegmentRange& range) {
        try {
            return load_segment(m_folder, store_of(range), m_codecs.all(), m_progress);
        } catch (const Error& problem) {
            if (problem.kind() == ErrorKind::Environment) throw;
        }
        return build(range);
    }

    void remove_old_structures() const {
        std::vector<std::filesystem::path> kept;
        for (const auto& range : m_manifest.segments)
            for (std::size_t expert_idx = 0; expert_idx < m_manifest.experts.size(); ++expert_idx)
                kept.push_back(structure_path(m_folder, expert_idx, range));
        for (const auto& entry : std::filesystem::directory_iterator(m_folder))
            if (entry.path().filename().string().starts_with("structure-") && std::ranges::find(kept, entry.path()) == kept.end())
                std::filesystem::remove(entry.path());
    }

    const Model& m_model;
    const Collection& m_collection;
    const std::filesystem::path& m_folder;
    const IndexOptions& m_options;
    Progress& m_progress;
    std::int64_t m_shard_documents, m_segment_documents;
    IndexManifest m_manifest;
    CodecFiles m_codecs;
    Shards m_shards; ///< by ordinal, with gaps until all is encoded
    std::int64_t m_next_partial = kFirstPartial;
    IndexReport m_report;
};

} // namespace

IndexReport build_index(const Model& model, const Collection& collection, const std::filesystem::path& folder,
                        const IndexOptions& options, Progress& progress) {
    if (options.local_bits && *options.local_bits != 0 && *options.local_bits != 1 && *options.local_bits != 2 && *options.local_bits != 4)
        throw Error(ErrorKind::InvalidInput, std::to_string(*options.local_bits) + " bits for each value of a token vector: expected 0, 1, 2 or 4");
    if (options.lexical_structure && *options.lexical_structure != kLexicalExact && *options.lexical_structure != kLexicalSeismic)
        throw Error(ErrorKind::InvalidInput, "\"" + *options.lexical_structure + "\" is no structure for sparse vectors: expected exact or seismic");
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
