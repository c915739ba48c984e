#include "core/index/make_codecs.hpp"

#include "core/base/error.hpp"
#include "core/index/pool_tokens.hpp"
#include "core/index/segment.hpp"
#include "core/index/shard_work.hpp"

#include <algorithm>

namespace cameo {

namespace {

constexpr std::int64_t kFirstSample = 256;
constexpr std::int64_t kCheapSample = 4096;

/// What a codec is made of: pooled vectors lie elsewhere than those that they stand for.
std::string origin_of(const IndexManifest& manifest, std::size_t expert_idx) {
    const auto pooling = manifest.experts[expert_idx].pooling;
    return manifest.model_version + (pooling > 1 ? ", " + std::to_string(pooling) + " tokens to a vector" : "");
}

/// Rows of the sample that a codec is made of: as many as k-means looks at, in a quarter of the memory at most.
std::size_t sampled_rows(const TokenCodec::Options& options, std::int32_t width, std::uint64_t memory) {
    const auto wanted = options.centroids * options.rows_per_centroid;
    if (memory == 0) return wanted;
    return std::clamp<std::size_t>(memory / 4 / (static_cast<std::size_t>(width) * sizeof(float)), 1, wanted);
}

class CodecMaker {
public:
    CodecMaker(const Model& model, const Collection& collection, const std::filesystem::path& folder, IndexManifest& manifest, std::uint64_t memory, Progress& progress)
        : m_model(model), m_collection(collection), m_folder(folder), m_manifest(manifest), m_memory(memory), m_progress(progress) {}

    CodecFiles run() {
        CodecFiles codecs(m_manifest.experts.size());
        const auto bits = m_manifest.local_bits;
        for (std::size_t expert_idx = 0; expert_idx < m_manifest.experts.size(); ++expert_idx) {
            auto& expert = m_manifest.experts[expert_idx];
            if (expert.kind != ExpertKind::Local) continue;
            auto codec = on_disk(expert_idx);
            if (bits > 0 && (!codec || codec->bits() != bits)) codec = make(expert_idx);
            if (codec && codec->bits() != bits) codec = nullptr;
            if (!codec) std::filesystem::remove(codec_path(m_folder, expert_idx));
            if (codec) codecs.set(expert_idx, codec, bits > 0);
            if (bits > 0) expert.codec = codec->fingerprint();
        }
        return codecs;
    }

private:
    std::shared_ptr<const TokenCodec> on_disk(std::size_t expert_idx) const {
        const auto path = codec_path(m_folder, expert_idx);
        if (!std::filesystem::exists(path)) return nullptr;
        try {
            auto codec = TokenCodec::load(path);
            if (codec->origin() == origin_of(m_manifest, expert_idx) && codec->width() == m_manifest.experts[expert_idx].width) return codec;
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
                if (info.first != next || info.model_version != m_manifest.model_version) break;
                if (info.experts != without_codecs(m_manifest.experts) && info.experts != as_encoded(m_manifest.experts)) break;
                if (!shards.empty() && info.experts != shards.front()->info().experts) break;
                shard->verify();
                next += info.documents;
                shards.push_back(std::move(shard));
            } catch (const Error& problem) {
                if (problem.kind() == ErrorKind::Environment) throw;
                break;
            }
        }
        return next >= m_manifest.expected ? std::make_shared<const ForwardStore>(std::move(shards)) : nullptr;
    }

    std::shared_ptr<const TokenCodec> make(std::size_t expert_idx) {
        const auto exact = exact_store();
        const bool pooled = exact && exact->experts()[expert_idx].pooling == m_manifest.experts[expert_idx].pooling;
        if (pooled) m_progress.begin("reading a sample of the token vectors", Unit::Steps);
        auto options = TokenCodec::options_for(pooled ? exact->entries(expert_idx) : 1, m_manifest.local_bits, false);
        const auto width = m_manifest.experts[expert_idx].width;
        auto rows = pooled ? sample_token_rows(*exact, expert_idx, sampled_rows(options, width, m_memory)) : sample_of_documents(expert_idx, exact.get(), options);
        if (rows.empty()) rows.assign(static_cast<std::size_t>(width), 0.0f); // no document has a token
        options.origin = origin_of(m_manifest, expert_idx);
        m_progress.begin("clustering token vectors", Unit::Steps);
        auto codec = TokenCodec::train(rows, width, options, m_progress);
        codec->save(codec_path(m_folder, expert_idx));
        return codec;
    }

    // Of documents evenly spaced over the collection, about as many as sampled_rows(); sets `options` by what they have. They are read
    // from `exact` where that is there, and encoded otherwise.
    std::vector<float> sample_of_documents(std::size_t expert_idx, const ForwardStore* exact, TokenCodec::Options& options) {
        const auto documents = m_collection.size(), first = std::min(documents, kFirstSample);
        m_progress.begin("reading a sample of the documents", Unit::Documents, first);
        std::vector<float> rows;
        add_rows_of(0, first, first, expert_idx, exact, rows);
        const auto width = m_manifest.experts[expert_idx].width;
        const auto tokens = static_cast<std::int64_t>(rows.size()) / width;
        options = TokenCodec::options_for(tokens * documents / first, m_manifest.local_bits, false);
        const auto wanted = static_cast<std::int64_t>(sampled_rows(options, width, m_memory));
        // These documents are encoded for it alone: no more than a twentieth of them all, unless that is a minute's work.
        const auto enough = std::min(documents, first * wanted / std::max<std::int64_t>(tokens, 1) + 1);
        const auto sample = std::min(enough, std::max(documents / 20, kCheapSample));
        if (sample > first) {
            m_progress.begin("reading a sample of the documents", Unit::Documents, sample);
            rows.clear();
            rows.reserve(static_cast<std::size_t>((wanted + wanted / 8) * width));
            for (std::int64_t begin = 0; begin < sample; begin += kFirstSample)
                add_rows_of(begin, std::min(begin + kFirstSample, sample), sample, expert_idx, exact, rows);
        }
        return rows;
    }

    // The tokens of the documents begin .. end of a sample of so many.
    void add_rows_of(std::int64_t begin, std::int64_t end, std::int64_t sample, std::size_t expert_idx, const ForwardStore* exact, std::vector<float>& rows) {
        const auto ordinal = [&](std::int64_t at) { return at * m_collection.size() / sample; };
        const auto add = [&](TokenVectors tokens) {
            pool_tokens(tokens, m_manifest.experts[expert_idx].pooling);
            rows.insert(rows.end(), tokens.rows.begin(), tokens.rows.end());
        };
        if (exact) {
            for (auto at = begin; at < end; ++at)
                add(exact->document(expert_idx, ordinal(at)).tokens);
            m_progress.advance(end - begin);
            return m_progress.check_cancelled();
        }
        std::vector<std::string> texts;
        for (auto at = begin; at < end; ++at)
            texts.push_back(m_collection.document(ordinal(at)).content());
        for (auto& document : m_model.encode(texts, Role::Document, m_progress))
            add(std::move(document[expert_idx].tokens));
    }

    const Model& m_model;
    const Collection& m_collection;
    const std::filesystem::path& m_folder;
    IndexManifest& m_manifest;
    const std::uint64_t m_memory;
    Progress& m_progress;
};

} // namespace

CodecFiles make_codecs(const Model& model, const Collection& collection, const std::filesystem::path& folder, IndexManifest& manifest,
                       std::uint64_t memory, Progress& progress) {
    return CodecMaker(model, collection, folder, manifest, memory, progress).run();
}

void make_centroids(const ForwardStore& store, const std::filesystem::path& folder, const IndexManifest& manifest, CodecFiles& codecs,
                    std::uint64_t memory, Progress& progress) {
    for (std::size_t expert_idx = 0; expert_idx < manifest.experts.size(); ++expert_idx) {
        const auto& expert = manifest.experts[expert_idx];
        if (expert.kind != ExpertKind::Local || codecs.all()[expert_idx]) continue;
        const auto expected = store.entries(expert_idx) * manifest.expected / store.documents();
        if (expected * expert.width <= LocalStructure::kExactValues) continue;
        auto options = TokenCodec::options_for(expected, 0, false);
        options.origin = origin_of(manifest, expert_idx);
        const auto rows = sample_token_rows(store, expert_idx, sampled_rows(options, expert.width, memory));
        auto codec = TokenCodec::train(rows, expert.width, options, progress);
        codec->save(codec_path(folder, expert_idx));
        codecs.set(expert_idx, std::move(codec), false);
    }
}

} // namespace cameo
