#include "core/base/error.hpp"
#include "core/index/draft_index.hpp"
#include "core/index/stored_index.hpp"
#include "core/index/with_remedy.hpp"
#include "core/jobs/parallel.hpp"

namespace cameo {

namespace {

using Shards = std::vector<std::shared_ptr<const Shard>>;

Shards open_shards(const std::filesystem::path& folder, const IndexManifest& manifest) {
    Shards shards;
    std::int64_t documents = 0;
    const std::int64_t promised = manifest.segments.empty() ? 0 : manifest.segments.back().end();
    for (const auto& path : shard_files(folder)) {
        auto shard = with_remedy("indexing again makes it anew", [&] { return Shard::open(path); });
        const auto& info = shard->info();
        if (info.first != documents) break;
        if (info.model_version != manifest.model_version || info.experts != manifest.experts) {
            if (documents >= promised) break; // a build was stopped before it came to this one
            throw Error(ErrorKind::InvalidInput, path.string() + ": made by model version " + info.model_version + ", expected " + manifest.model_version);
        }
        documents += info.documents;
        shards.push_back(std::move(shard));
    }
    if (documents < promised || (manifest.complete && documents != manifest.expected))
        throw Error(ErrorKind::InvalidInput, shard_path(folder, documents).string() + ": missing or out of place: " + std::to_string(documents) +
                                                 " documents found, expected " + std::to_string(manifest.complete ? manifest.expected : promised));
    if (documents == 0) throw Error(ErrorKind::NotFound, folder.string() + ": no document is indexed yet");
    return shards;
}

// A flipped bit in a weight or a vector would not stop a search, it would only make its scores wrong.
void verify(std::span<const std::shared_ptr<const Shard>> shards, Progress& progress) {
    parallel_for(shards.size(), 1, [&](std::size_t begin, std::size_t) {
        progress.check_cancelled();
        with_remedy("indexing again makes it anew", [&] { shards[begin]->verify_once(); });
    });
}

std::shared_ptr<const Index> open_as_described(const std::filesystem::path& folder, const IndexManifest& manifest, Progress& progress) {
    const Shards shards = open_shards(folder, manifest);
    verify(shards, progress);
    const CodecFiles codecs(folder, manifest.experts);
    std::vector<Segment> segments;
    auto shard = shards.begin();
    for (const auto& range : manifest.segments) {
        Shards here;
        for (; shard != shards.end() && (*shard)->info().first < range.end(); ++shard)
            here.push_back(*shard);
        auto store = std::make_shared<const ForwardStore>(std::move(here), codecs.of_store());
        if (store->first() != range.first || store->documents() != range.documents)
            throw Error(ErrorKind::InvalidInput, folder.string() + "/index.json: a segment that ends within a shard; index again");
        segments.push_back(load_segment(folder, std::move(store), codecs.all(), progress));
    }
    return with_draft(manifest, std::move(segments), Shards(shard, shards.end()), codecs, progress);
}

} // namespace

std::shared_ptr<const Index> Index::open(const std::filesystem::path& folder) {
    Progress nobody;
    return open(folder, nobody);
}

std::shared_ptr<const Index> Index::open(const std::filesystem::path& folder, Progress& progress) {
    for (int tries = 0;; ++tries) {
        const auto manifest = read_index_manifest(folder);
        if (!manifest) throw Error(ErrorKind::NotFound, folder.string() + ": there is no index here");
        if (manifest->engine)
            throw Error(ErrorKind::Unsupported, folder.string() + ": the documents of this index are on " + manifest->engine->address + ", and not in the folder");
        try {
            return open_as_described(folder, *manifest, progress);
        } catch (const Error&) {
            // A build may have put another state in this one's place while it was read.
            const auto now = read_index_manifest(folder);
            if (tries >= 3 || !now || (now->segments == manifest->segments && now->complete == manifest->complete)) throw;
        }
    }
}

} // namespace cameo
