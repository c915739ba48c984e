#include "core/index/build_whole.hpp"

#include "core/base/error.hpp"
#include "core/index/forecast_build.hpp"
#include "core/index/make_codecs.hpp"
#include "core/index/plan_segments.hpp"
#include "core/index/prepare_build.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace cameo {

namespace {

constexpr std::int64_t kFirstPartial = 512;
constexpr double kPartialGrowth = 1.5; // so all partial structures together cost about three times the last

class Builder {
public:
    Builder(const Model& model, const Collection& collection, const std::filesystem::path& folder, const IndexOptions& options, Progress& progress)
        : m_model(model), m_collection(collection), m_folder(folder), m_options(options), m_progress(progress),
          m_segment_documents(most_in_segment(options)), m_state(prepare_build(model, collection, folder, options, progress)) {}

    IndexReport run() {
        m_report.resumed_at = m_state.encoded();
        auto index = whole();
        if (!index) {
            encode();
            index = finish();
        }
        m_report.documents = index->info().documents;
        m_report.tokens = m_tally.tokens;
        m_report.experts = index->info().experts;
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - m_started).count();
        return m_report;
    }

private:
    /// @return the index when nothing is missing
    std::shared_ptr<const Index> whole() {
        if (!m_state.whole) return nullptr;
        try {
            return Index::open(m_folder, m_progress);
        } catch (const Error& problem) {
            if (problem.kind() == ErrorKind::Environment) throw; // a damaged structure is made anew
        }
        return nullptr;
    }

    void encode() {
        const ShardPlace place{m_model, m_collection, m_state.manifest, m_folder, m_state.codecs.of_store()};
        forecast_build(place, m_state.shards, 0, m_state.manifest.expected, m_options, m_progress);
        offer_partial();
        begin_encoding(m_report.resumed_at);
        encode_missing(place, 0, m_state.manifest.expected, shard_documents(m_options, m_collection.size()), m_state.shards, m_tally,
                       [&](std::int64_t next) {
                           const bool closed = close_segment(next), offered = offer_partial();
                           if (closed || offered) begin_encoding(next);
                       },
                       m_progress);
    }

    std::int64_t in_segments() const { return m_state.manifest.segments.empty() ? 0 : m_state.manifest.segments.back().end(); }

    void begin_encoding(std::int64_t encoded) { m_progress.begin("encoding documents", Unit::Documents, m_state.manifest.expected, encoded); }

    // Once enough documents have come together, so that the structures of all of them are never built at once.
    bool close_segment(std::int64_t encoded) {
        if (encoded - in_segments() < m_segment_documents || encoded == m_state.manifest.expected) return false;
        const SegmentRange range{in_segments(), encoded - in_segments()};
        build(range);
        m_state.manifest.segments.push_back(range);
        write_manifest(m_folder, m_state.manifest);
        return true;
    }

    // What is built is left on the disk and let go: however many segments there are, one is in memory.
    void build(const SegmentRange& range) {
        m_progress.begin("building the search structures", Unit::Steps);
        auto store = store_of(range);
        make_centroids(*store, m_folder, m_state.manifest, m_state.codecs, m_options.memory, m_progress);
        build_segment(std::move(store), m_state.codecs.all(), m_state.manifest, &m_folder, m_progress);
    }

    std::shared_ptr<const ForwardStore> store_of(const SegmentRange& range) const {
        Shards here;
        for (const auto& shard : m_state.shards)
            if (shard->info().first >= range.first && shard->info().first < range.end()) here.push_back(shard);
        return std::make_shared<const ForwardStore>(std::move(here), m_state.codecs.of_store());
    }

    // What follows from document 0 without a gap.
    Shards prefix() const {
        Shards shards;
        std::int64_t documents = 0;
        for (const auto& shard : m_state.shards) {
            if (shard->info().first != documents) break;
            documents += shard->info().documents;
            shards.push_back(shard);
        }
        return shards;
    }

    bool offer_partial() {
        if (!m_options.on_partial) return false;
        auto shards = prefix();
        const auto documents =
            shards.empty() ? 0 : shards.back()->info().first + shards.back()->info().documents;
        if (documents < std::max(m_next_partial, in_segments()) || documents == m_state.manifest.expected) return false;
        m_next_partial = static_cast<std::int64_t>(static_cast<double>(documents) * kPartialGrowth);
        m_progress.begin("making searchable what is encoded", Unit::Steps);
        if (auto index = so_far(std::move(shards))) m_options.on_partial(std::move(index));
        return true;
    }

    // Finished segments have their structures on the disk: only what is behind them is made, and never more than a segment is.
    // @return null where one of them is damaged, which finish() makes anew
    std::shared_ptr<const Index> so_far(Shards shards) const {
        try {
            std::vector<Segment> segments;
            for (const auto& range : m_state.manifest.segments)
                segments.push_back(load_segment(m_folder, store_of(range), m_state.codecs.all(), m_progress));
            std::erase_if(shards, [&](const auto& shard) { return shard->info().first < in_segments(); });
            return with_draft(m_state.manifest, std::move(segments), std::move(shards), m_state.codecs, m_progress);
        } catch (const Error& problem) {
            if (problem.kind() == ErrorKind::Environment) throw;
        }
        return nullptr;
    }

    std::vector<std::int64_t> shard_ends() const {
        std::vector<std::int64_t> ends;
        for (const auto& shard : m_state.shards)
            ends.push_back(shard->info().first + shard->info().documents);
        return ends;
    }

    std::shared_ptr<const Index> finish() {
        const auto ranges = plan_segments(m_state.manifest.segments, shard_ends(), m_state.manifest.expected, m_segment_documents);
        const auto kept = std::exchange(m_state.manifest.segments, {});
        // Where centroids have become necessary, segments without them do not load and are built again.
        if (!ranges.empty()) make_centroids(*store_of(ranges.back()), m_folder, m_state.manifest, m_state.codecs, m_options.memory, m_progress);
        std::vector<Segment> segments;
        for (const auto& range : ranges) {
            // Structures of the same range may lie here that were made of other texts: only those of the description count.
            const bool is_kept = std::ranges::find(kept, range) != kept.end();
            if (!is_kept) build(range);
            segments.push_back(loaded(range));
            m_state.manifest.segments.push_back(range);
        }
        note_drift();
        m_state.manifest.complete = true;
        write_manifest(m_folder, m_state.manifest);
        remove_old_structures();
        return stored_index(m_state.manifest, std::move(segments), m_state.codecs.all());
    }

    // How much worse the codec fits what has just been encoded than what it was made of.
    void note_drift() {
        constexpr std::int64_t kEnough = 1'000; // tokens
        for (std::size_t expert_idx = 0; expert_idx < m_tally.fits.size(); ++expert_idx) {
            const auto& fit = m_tally.fits[expert_idx];
            const auto& codec = m_state.codecs.of_store()[expert_idx];
            if (fit.rows < kEnough || !codec || !(codec->reconstruction_error() > 0)) continue;
            m_state.manifest.drift.resize(m_tally.fits.size());
            m_state.manifest.drift[expert_idx] = fit.squared_error / static_cast<double>(fit.rows) / codec->reconstruction_error();
        }
    }

    Segment loaded(const SegmentRange& range) {
        try {
            return load_segment(m_folder, store_of(range), m_state.codecs.all(), m_progress);
        } catch (const Error& problem) {
            if (problem.kind() == ErrorKind::Environment) throw;
        }
        build(range);
        return load_segment(m_folder, store_of(range), m_state.codecs.all(), m_progress);
    }

    void remove_old_structures() const {
        std::vector<std::filesystem::path> kept;
        for (const auto& range : m_state.manifest.segments)
            for (std::size_t expert_idx = 0; expert_idx < m_state.manifest.experts.size(); ++expert_idx)
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
    const std::chrono::steady_clock::time_point m_started = std::chrono::steady_clock::now();
    std::int64_t m_segment_documents;
    BuildState m_state;
    std::int64_t m_next_partial = kFirstPartial;
    EncodeTally m_tally;
    IndexReport m_report;
};

} // namespace

IndexReport build_whole(const Model& model, const Collection& collection, const std::filesystem::path& folder, const FolderLock&,
                        const IndexOptions& options, Progress& progress) {
    return Builder(model, collection, folder, options, progress).run();
}

IndexReport build_index(const Model& model, const Collection& collection, const std::filesystem::path& folder,
                        const IndexOptions& options, Progress& progress) {
    check_build(collection, options);
    make_index_folder(folder);
    const FolderLock lock(folder, "another build is writing into this index");
    return build_whole(model, collection, folder, lock, options, progress);
}

} // namespace cameo
