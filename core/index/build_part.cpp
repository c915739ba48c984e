#include "core/base/error.hpp"
#include "core/index/build_whole.hpp"
#include "core/index/forecast_build.hpp"
#include "core/index/plan_segments.hpp"
#include "core/index/prepare_build.hpp"

#include <chrono>
#include <thread>

namespace cameo {

namespace {

/// What the process that came first has made for all of them, or nothing when the folder has it for another index.
std::optional<BuildState> made_by_another(const Model& model, const Collection& collection, const std::filesystem::path& folder, const IndexOptions& options) {
    const auto there = manifest_to_go_on_from(folder);
    if (!there) return {};
    const auto wanted = describe_index(model, collection, options, there);
    if (there->engine || there->model != wanted.model || there->model_version != wanted.model_version || there->collection != wanted.collection ||
        there->collection_version != wanted.collection_version || there->local_bits != wanted.local_bits ||
        there->global_structure != wanted.global_structure || there->lexical_structure != wanted.lexical_structure || without_codecs(there->experts) != wanted.experts)
        return {};
    for (const auto& expert : there->experts)
        if (expert.kind == ExpertKind::Local && (expert.codec != 0) != (there->local_bits > 0)) return {}; // not made yet
    try {
        return BuildState{*there, CodecFiles(folder, there->experts), {}};
    } catch (const Error& problem) {
        if (problem.kind() == ErrorKind::Environment) throw;
    }
    return {}; // a codec is damaged or missing, and made again
}

/// The folder's lock beside the other parts, once the description and the codecs are there: whoever comes first makes them alone.
std::pair<std::unique_ptr<FolderLock>, BuildState> join(const Model& model, const Collection& collection, const std::filesystem::path& folder,
                                                        const IndexOptions& options, Progress& progress) {
    constexpr std::chrono::milliseconds kPause{100};
    for (bool told = false;; progress.check_cancelled()) {
        if (auto together = FolderLock::try_lock(folder, FolderLock::Hold::Together))
            if (auto state = made_by_another(model, collection, folder, options)) return {std::move(together), std::move(*state)};
        if (const auto alone = FolderLock::try_lock(folder, FolderLock::Hold::Alone)) {
            prepare_build(model, collection, folder, options, progress); // once more with others beside us
            told = false;
            continue;
        }
        if (!told) progress.begin("waiting for another process that builds this index", Unit::Steps);
        told = true;
        std::this_thread::sleep_for(kPause);
    }
}

} // namespace

IndexReport build_index_part(const Model& model, const Collection& collection, const std::filesystem::path& folder, IndexPart part,
                             const IndexOptions& options, Progress& progress) {
    check(part.number >= 1 && part.number <= part.of, "build_index_part: no such part");
    check_build(collection, options);
    if (options.new_codecs) throw Error(ErrorKind::InvalidInput, "parts share the codecs that are there: expected --new-codec for the index as a whole, without parts");
    make_index_folder(folder);
    const auto started = std::chrono::steady_clock::now();
    auto [lock, state] = join(model, collection, folder, options, progress);

    // Parts end where shards do, so that they make the shards that one process would.
    const auto each = shard_documents(options, collection.size()), shards = (collection.size() + each - 1) / each;
    const auto begin = shards * (part.number - 1) / part.of * each, end = std::min(shards * part.number / part.of * each, collection.size());
    progress.begin("checking what is indexed", Unit::Steps);
    // Whoever wrote the description of this state of the collection has deleted the shards of other texts, and nobody makes such since.
    state.shards = usable_shards(folder, state.manifest, collection, true, state.codecs.of_store(), progress, begin, end);
    IndexReport report;
    report.documents = std::max<std::int64_t>(end - begin, 0);
    report.resumed_at = state.encoded();
    const ShardPlace place{model, collection, state.manifest, folder, state.codecs.of_store()};
    forecast_build(place, state.shards, begin, end, options, progress);
    progress.begin("encoding documents", Unit::Documents, report.documents, report.resumed_at);
    EncodeTally tally;
    encode_missing(place, begin, end, each, state.shards, tally, [](std::int64_t) {}, progress);
    report.tokens = tally.tokens;
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    return report;
}

IndexReport build_index_together(const Model& model, const Collection& collection, const std::filesystem::path& folder, IndexPart part,
                                 const IndexOptions& options, Progress& progress) {
    auto report = build_index_part(model, collection, folder, part, options, progress);
    if (part.number != 1) return report;
    progress.begin("waiting for the other parts", Unit::Steps);
    auto alone = FolderLock::try_lock(folder, FolderLock::Hold::Alone);
    for (; !alone; alone = FolderLock::try_lock(folder, FolderLock::Hold::Alone)) {
        progress.check_cancelled();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    auto all = build_whole(model, collection, folder, *alone, options, progress);
    all.tokens += report.tokens;
    all.seconds += report.seconds;
    all.resumed_at = report.resumed_at;
    return all;
}

} // namespace cameo
