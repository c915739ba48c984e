#include "core/index/segment.hpp"

#include "core/base/error.hpp"
#include "core/index/with_remedy.hpp"

namespace cameo {

namespace {

template <class Built>
SearchStructure saved(std::unique_ptr<const Built> built, const std::filesystem::path* folder, std::size_t expert_idx, const SegmentRange& range) {
    if (folder) built->save(structure_path(*folder, expert_idx, range));
    return built;
}

} // namespace

Segment build_segment(std::shared_ptr<const ForwardStore> store, const TokenCodecs& codecs, const IndexManifest& manifest,
                      const std::filesystem::path* write_into, Progress& progress) {
    Segment segment{std::move(store), {}};
    const SegmentRange range = segment.range();
    const auto lexical = write_into && manifest.lexical_structure == kLexicalSeismic ? LexicalStructure::Form::Seismic : LexicalStructure::Form::Exact;
    for (std::size_t expert_idx = 0; expert_idx < segment.store->experts().size(); ++expert_idx) {
        progress.check_cancelled();
        switch (segment.store->experts()[expert_idx].kind) {
        case ExpertKind::Lexical:
            segment.structures.push_back(saved(LexicalStructure::build(segment.store, expert_idx, progress, lexical), write_into, expert_idx, range));
            break;
        case ExpertKind::Local:
            segment.structures.push_back(
                saved(LocalStructure::build(segment.store, expert_idx, codecs[expert_idx], progress), write_into, expert_idx, range));
            break;
        case ExpertKind::Global:
            segment.structures.push_back(saved(
                GlobalStructure::build(segment.store, expert_idx, write_into ? manifest.global_structure : "Flat", progress), write_into, expert_idx, range));
            break;
        }
    }
    return segment;
}

Segment load_segment(const std::filesystem::path& folder, std::shared_ptr<const ForwardStore> store, const TokenCodecs& codecs,
                     Progress& progress) {
    Segment segment{std::move(store), {}};
    for (std::size_t expert_idx = 0; expert_idx < segment.store->experts().size(); ++expert_idx) {
        progress.check_cancelled();
        const auto file = structure_path(folder, expert_idx, segment.range());
        segment.structures.push_back(with_remedy("indexing again makes it anew from the shards", [&]() -> SearchStructure {
            switch (segment.store->experts()[expert_idx].kind) {
            case ExpertKind::Lexical:
                return LexicalStructure::load(file, segment.store, expert_idx);
            case ExpertKind::Local:
                return LocalStructure::load(file, segment.store, expert_idx, codecs[expert_idx]);
            case ExpertKind::Global:
                return GlobalStructure::load(file, segment.store, expert_idx, progress);
            }
            throw InternalError("load_segment: unknown kind");
        }));
    }
    return segment;
}

std::vector<float> sample_token_rows(const ForwardStore& store, std::size_t expert_idx, std::size_t most) {
    const auto width = static_cast<std::size_t>(store.experts()[expert_idx].width);
    const auto tokens = static_cast<std::size_t>(store.entries(expert_idx)), sample = std::min(tokens, most);
    std::vector<float> rows(sample * width);
    std::size_t taken = 0, passed = 0;
    for (const auto& shard : store.shards())
        for (std::int64_t local = 0; local < shard->info().documents; ++local) {
            const auto kept = shard->rows(expert_idx, local);
            for (std::size_t row = 0; row < kept.size() / width; ++row, ++passed) {
                // The i-th of the sample is token floor(i * tokens / sample).
                if (taken == sample || passed != taken * tokens / sample) continue;
                to_float(kept.subspan(row * width, width), std::span(rows).subspan(taken * width, width));
                ++taken;
            }
            if (local + 1 == shard->info().documents) shard->release();
        }
    check(taken == sample, "sample_token_rows: a sample of the wrong size");
    return rows;
}

} // namespace cameo
