#include "core/index/prepare_build.hpp"

#include "core/base/error.hpp"
#include "core/index/make_codecs.hpp"
#include "core/index/plan_segments.hpp"

#include <algorithm>

namespace cameo {

namespace {

bool goes_on(const IndexManifest& before, const IndexManifest& now, bool same_texts) {
    return same_texts && before.model == now.model && before.model_version == now.model_version && before.local_bits == now.local_bits &&
           token_pooling(before) == token_pooling(now);
}

// From here on what lies there is no longer what the description says: whoever opens it, also after a kill, is to find an index
// without these documents, and not shards of two states.
void give_up(IndexManifest before, const IndexManifest& now, const std::filesystem::path& folder) {
    before.segments.clear();
    before.complete = false;
    before.model_version = now.model_version;
    before.collection_version.clear(); // so that nobody vouches for the texts of shards
    before.experts = now.experts;
    write_manifest(folder, before);
}

// The segments whose shards are all there; what comes after one that is not is built again.
std::vector<SegmentRange> covered(const std::vector<SegmentRange>& segments, const Shards& shards) {
    std::vector<SegmentRange> whole;
    auto shard = shards.begin();
    std::int64_t next = 0;
    for (const auto& range : segments) {
        for (; shard != shards.end() && next < range.end() && (*shard)->info().first == next; ++shard)
            next += (*shard)->info().documents;
        if (next != range.end()) break;
        whole.push_back(range);
    }
    return whole;
}

} // namespace

std::int64_t BuildState::encoded() const {
    std::int64_t documents = 0;
    for (const auto& shard : shards)
        documents += shard->info().documents;
    return documents;
}

void check_build(const Collection& collection, const IndexOptions& options) {
    if (options.local_bits && *options.local_bits != 0 && *options.local_bits != 1 && *options.local_bits != 2 && *options.local_bits != 4)
        throw Error(ErrorKind::InvalidInput, std::to_string(*options.local_bits) + " bits for each value of a token vector: expected 0, 1, 2 or 4");
    if (options.token_pooling && (*options.token_pooling < 1 || *options.token_pooling > kMostPooled))
        throw Error(ErrorKind::InvalidInput, std::to_string(*options.token_pooling) + " tokens to a vector: expected 1 to " + std::to_string(kMostPooled));
    if (options.lexical_structure && *options.lexical_structure != kLexicalExact && *options.lexical_structure != kLexicalSeismic)
        throw Error(ErrorKind::InvalidInput, "\"" + *options.lexical_structure + "\" is no structure for sparse vectors: expected exact or seismic");
    if (collection.size() == 0) throw Error(ErrorKind::InvalidInput, "collection " + collection.name() + " has no documents to index");
}

void make_index_folder(const std::filesystem::path& folder) {
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    if (failed) throw Error(ErrorKind::Environment, folder.string() + ": cannot create the folder: " + failed.message());
}

std::optional<IndexManifest> manifest_to_go_on_from(const std::filesystem::path& folder) {
    try {
        return read_index_manifest(folder);
    } catch (const Error& problem) {
        if (problem.kind() == ErrorKind::Environment) throw;
    }
    return {};
}

IndexManifest describe_index(const Model& model, const Collection& collection, const IndexOptions& options, const std::optional<IndexManifest>& before) {
    IndexManifest manifest;
    manifest.model = model.name();
    manifest.model_version = model.version();
    manifest.collection = collection.name();
    manifest.collection_version = collection.version();
    manifest.expected = collection.size();
    manifest.experts = stored_experts(model, options.token_pooling.value_or(before ? token_pooling(*before) : 1));
    const std::int32_t by_size = collection.size() <= kExactDocuments ? 0 : 2;
    manifest.local_bits = options.local_bits.value_or(before ? before->local_bits : by_size);
    manifest.global_structure = options.global_structure.value_or(before ? before->global_structure : "");
    manifest.lexical_structure = options.lexical_structure.value_or(before ? before->lexical_structure : kLexicalExact);
    for (const auto& expert : manifest.experts)
        if (expert.kind == ExpertKind::Global) GlobalStructure::check_factory(manifest.global_structure, expert.width, std::min(collection.size(), most_in_segment(options)));
    return manifest;
}

BuildState prepare_build(const Model& model, const Collection& collection, const std::filesystem::path& folder, const IndexOptions& options,
                         Progress& progress) {
    progress.begin("checking what is indexed", Unit::Steps);
    remove_leftovers(folder);
    const auto before = manifest_to_go_on_from(folder);
    auto manifest = describe_index(model, collection, options, before);
    const bool same_texts = before && before->collection == manifest.collection && collection.grew_from(before->collection_version);
    const bool continues = before && !options.new_codecs && goes_on(*before, manifest, same_texts);
    if (before && !continues) give_up(*before, manifest, folder);
    if (options.new_codecs)
        for (std::size_t expert_idx = 0; expert_idx < manifest.experts.size(); ++expert_idx)
            std::filesystem::remove(codec_path(folder, expert_idx));
    auto codecs = make_codecs(model, collection, folder, manifest, options.memory, progress);
    auto shards = usable_shards(folder, manifest, collection, same_texts, codecs.of_store(), progress);
    BuildState state{std::move(manifest), std::move(codecs), std::move(shards)};
    auto& now = state.manifest;
    if (continues) now.drift = before->drift;
    if (continues && before->global_structure == now.global_structure && before->lexical_structure == now.lexical_structure) now.segments = covered(before->segments, state.shards);
    state.whole = continues && before->complete && state.encoded() == now.expected && now.segments == before->segments &&
                  before->collection_version == now.collection_version;
    if (!state.whole) write_manifest(folder, now);
    return state;
}

} // namespace cameo
