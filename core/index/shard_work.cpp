#include "core/index/shard_work.hpp"

#include "core/base/error.hpp"
#include "core/index/pool_tokens.hpp"
#include "core/jobs/parallel.hpp"

#include <algorithm>

namespace cameo {

namespace {

std::int64_t count_tokens(const Model& model, std::span<const std::string> texts,
                          std::span<const std::vector<Representation>> encoded) {
    const auto experts = model.experts();
    const auto local = std::find_if(experts.begin(), experts.end(), [](const ExpertInfo& expert) {
        return expert.kind == ExpertKind::Local;
    });
    std::int64_t tokens = 0;
    for (std::size_t at = 0; at < texts.size(); ++at) {
        if (local != experts.end())
            tokens += static_cast<std::int64_t>(
                encoded[at][static_cast<std::size_t>(local - experts.begin())].tokens.count());
        else
            tokens += static_cast<std::int64_t>(
                model.tokenizer(0)
                    .encode(texts[at], static_cast<std::size_t>(experts[0].max_document_tokens))
                    .ids.size());
    }
    return tokens;
}

// Of a few documents of a shard: the codec was made of others, perhaps long ago.
void look_at_fit(std::span<const std::vector<Representation>> encoded, const TokenCodecs& codecs, EncodeTally& tally) {
    constexpr std::size_t kLookedAt = 16;
    tally.fits.resize(codecs.size());
    for (std::size_t expert_idx = 0; expert_idx < codecs.size(); ++expert_idx) {
        if (!codecs[expert_idx]) continue;
        std::vector<float> rows;
        for (std::size_t at = 0; at < encoded.size(); at += encoded.size() / kLookedAt + 1)
            rows.insert(rows.end(), encoded[at][expert_idx].tokens.rows.begin(), encoded[at][expert_idx].tokens.rows.end());
        const auto count = static_cast<std::int64_t>(rows.size()) / codecs[expert_idx]->width();
        if (count == 0) continue;
        tally.fits[expert_idx].rows += count;
        tally.fits[expert_idx].squared_error += codecs[expert_idx]->reconstruction_error(rows) * static_cast<double>(count);
    }
}

// The same documents with token vectors pooled and coded.
std::shared_ptr<const Shard> made_over(std::shared_ptr<const Shard> shard, const std::vector<StoredExpert>& experts, const TokenCodecs& codecs) {
    auto info = shard->info();
    const bool pools = info.experts == as_encoded(experts);
    info.experts = experts;
    const auto path = shard->path();
    const ForwardStore exact({std::move(shard)});
    std::vector<std::vector<Representation>> documents;
    for (auto ordinal = info.first; ordinal < info.first + info.documents; ++ordinal) {
        documents.emplace_back();
        for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx)
            documents.back().push_back(exact.document(expert_idx, ordinal));
    }
    if (pools) pool_documents(documents, experts);
    write_shard(path, info, documents, codecs);
    return Shard::open(path);
}

// What stands in the place of a removed document.
std::vector<Representation> nothing(std::span<const StoredExpert> experts) {
    std::vector<Representation> empty(experts.size());
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx) {
        if (experts[expert_idx].kind == ExpertKind::Global) empty[expert_idx].pooled.assign(static_cast<std::size_t>(experts[expert_idx].width), 0.0f);
        empty[expert_idx].gate.assign(static_cast<std::size_t>(experts[expert_idx].gate), 0.0f);
    }
    return empty;
}

} // namespace

std::vector<StoredExpert> without_codecs(std::vector<StoredExpert> experts) {
    for (auto& expert : experts)
        expert.codec = 0;
    return experts;
}

std::vector<StoredExpert> as_encoded(std::vector<StoredExpert> experts) {
    for (auto& expert : experts)
        expert.pooling = 1;
    return without_codecs(std::move(experts));
}

void remove_leftovers(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().filename().string().find(".tmp-") != std::string::npos)
            std::filesystem::remove(entry.path());
}

std::uint64_t content_of(const Collection& collection, std::int64_t first, std::int64_t documents) {
    std::uint64_t hash = 0;
    collection.for_each_document(first, [&](DocumentOrdinal ordinal, const Document& document) {
        if (ordinal >= first + documents) return false;
        hash = content_hash(document, hash);
        return ordinal + 1 < first + documents;
    });
    return hash;
}

Shards usable_shards(const std::filesystem::path& folder, const IndexManifest& manifest,
                     const Collection& collection, bool same_texts, const TokenCodecs& codecs, Progress& progress, std::int64_t begin_at,
                     std::int64_t end_at) {
    auto files = shard_files(folder);
    std::erase_if(files, [&](const auto& file) { return file < shard_path(folder, begin_at) || (end_at != INT64_MAX && file >= shard_path(folder, end_at)); });
    Shards opened(files.size());
    parallel_for(files.size(), 1, [&](std::size_t begin, std::size_t) {
        progress.check_cancelled();
        try {
            auto shard = Shard::open(files[begin]);
            shard->verify();
            opened[begin] = std::move(shard);
        } catch (const Error& problem) {
            if (problem.kind() == ErrorKind::Environment) throw;
        }
    });
    Shards usable;
    std::int64_t end = 0;
    bool making_over = false;
    for (std::size_t at = 0; at < files.size(); ++at) {
        progress.check_cancelled();
        auto& shard = opened[at];
        bool holds = shard != nullptr;
        if (holds) {
            const auto& info = shard->info();
            holds = info.first >= end && info.first + info.documents <= manifest.expected &&
                    files[at] == shard_path(folder, info.first) &&
                    info.model_version == manifest.model_version &&
                    (info.experts == manifest.experts || info.experts == without_codecs(manifest.experts) || info.experts == as_encoded(manifest.experts)) &&
                    (same_texts || info.content == content_of(collection, info.first, info.documents));
        }
        if (holds) {
            if (shard->info().experts != manifest.experts) {
                if (!making_over) progress.begin("compressing token vectors", Unit::Documents, manifest.expected, shard->info().first);
                making_over = true;
                shard = made_over(std::move(shard), manifest.experts, codecs);
                progress.advance(shard->info().documents);
            }
            end = shard->info().first + shard->info().documents;
            usable.push_back(shard);
        } else {
            std::filesystem::remove(files[at]);
        }
    }
    return usable;
}

std::shared_ptr<const Shard> encode_shard(const ShardPlace& place, std::int64_t first, std::int64_t end, EncodeTally& tally, Progress& progress) {
    const auto& [model, collection, manifest, folder, codecs] = place;
    ShardInfo info;
    info.first = first;
    info.model_version = manifest.model_version;
    info.experts = manifest.experts;
    std::vector<std::string> texts;
    std::vector<std::size_t> places;
    collection.for_each_document(first, [&](DocumentOrdinal ordinal, const Document& document) {
        if (ordinal >= end) return false;
        info.content = content_hash(document, info.content);
        texts.push_back(document.content());
        places.push_back(static_cast<std::size_t>(ordinal - first));
        return ordinal + 1 < end;
    });
    info.documents = end - first;
    check(texts.size() + collection.removed().count(first, end) == static_cast<std::size_t>(info.documents),
          "encode_shard: the collection ended early");
    auto encoded = model.encode(texts, Role::Document, progress);
    check(encoded.size() == texts.size(), "encode_shard: not one representation for each document");
    tally.tokens += count_tokens(model, texts, encoded);
    pool_documents(encoded, manifest.experts);
    look_at_fit(encoded, codecs, tally);
    if (texts.size() < static_cast<std::size_t>(info.documents)) {
        std::vector<std::vector<Representation>> all(static_cast<std::size_t>(info.documents), nothing(info.experts));
        for (std::size_t at = 0; at < places.size(); ++at)
            all[places[at]] = std::move(encoded[at]);
        encoded = std::move(all);
        progress.advance(info.documents - static_cast<std::int64_t>(texts.size()));
    }
    const auto path = shard_path(folder, first);
    write_shard(path, info, encoded, codecs);
    return Shard::open(path);
}

void encode_missing(const ShardPlace& place, std::int64_t begin, std::int64_t end, std::int64_t shard_documents, Shards& shards, EncodeTally& tally,
                    const std::function<void(std::int64_t next)>& on_shard, Progress& progress) {
    auto next = begin;
    for (std::size_t at = 0; next < end; ++at) {
        for (; at < shards.size() && shards[at]->info().first <= next; ++at) {
            const auto behind = shards[at]->info().first + shards[at]->info().documents;
            if (behind <= next) continue;
            next = behind;
            on_shard(next);
        }
        if (next >= end) return;
        const auto gap_end = at < shards.size() ? std::min(shards[at]->info().first, end) : end;
        const auto shard = shards.insert(shards.begin() + static_cast<std::ptrdiff_t>(at),
                                         encode_shard(place, next, std::min(gap_end, next + shard_documents), tally, progress));
        next += (*shard)->info().documents;
        on_shard(next);
    }
}

} // namespace cameo
