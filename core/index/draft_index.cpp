#include "core/index/draft_index.hpp"

#include "core/base/error.hpp"

namespace cameo {

CodecFiles::CodecFiles(const std::filesystem::path& folder, std::span<const StoredExpert> experts) : CodecFiles(experts.size()) {
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx) {
        const auto path = codec_path(folder, expert_idx);
        const bool coding = experts[expert_idx].codec != 0;
        if (experts[expert_idx].kind != ExpertKind::Local || (!coding && !std::filesystem::exists(path))) continue;
        auto codec = TokenCodec::load(path);
        if (coding && codec->fingerprint() != experts[expert_idx].codec)
            throw Error(ErrorKind::InvalidInput, path.string() + ": of another index: the tokens of expert " + experts[expert_idx].name + " were coded with another one");
        set(expert_idx, std::move(codec), coding);
    }
}

void CodecFiles::set(std::size_t expert_idx, std::shared_ptr<const TokenCodec> codec, bool coding) {
    m_codecs[expert_idx] = codec;
    m_coding[expert_idx] = coding ? std::move(codec) : nullptr;
}

std::shared_ptr<const Index> with_draft(const IndexManifest& manifest, std::vector<Segment> segments,
                                        std::vector<std::shared_ptr<const Shard>> rest, CodecFiles codecs, Progress& progress) {
    if (!rest.empty()) {
        auto store = std::make_shared<const ForwardStore>(std::move(rest), codecs.of_store());
        for (std::size_t expert_idx = 0; expert_idx < store->experts().size(); ++expert_idx) {
            const auto& expert = store->experts()[expert_idx];
            // Where segments are finished without centroids, theirs are the documents that count.
            if (expert.kind != ExpertKind::Local || codecs.all()[expert_idx] || !segments.empty()) continue;
            const auto tokens = store->entries(expert_idx);
            if (tokens * expert.width <= LocalStructure::kExactValues) continue;
            const auto options = TokenCodec::options_for(tokens, 0, true);
            const auto rows = sample_token_rows(*store, expert_idx, options.centroids * options.rows_per_centroid);
            codecs.set(expert_idx, TokenCodec::train(rows, expert.width, options, progress), false);
        }
        segments.push_back(build_segment(std::move(store), codecs.all(), manifest, nullptr, progress));
    }
    return stored_index(manifest, std::move(segments), codecs.all());
}

} // namespace cameo
