#include "core/index/shard_work.hpp"

#include "core/base/error.hpp"
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

} // namespace

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
                     const Collection& collection, bool same_texts, Progress& progress) {
    const auto files = shard_files(folder);
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
    for (std::size_t at = 0; at < files.size(); ++at) {
        progress.check_cancelled();
        const auto& shard = opened[at];
        bool holds = shard != nullptr;
        if (holds) {
            const auto& info = shard->info();
            holds = info.first >= end && info.first + info.documents <= manifest.expected &&
                    files[at] == shard_path(folder, info.first) &&
                    info.model_version == manifest.model_version && info.experts == manifest.experts &&
                    (same_texts || info.content == content_of(collection, info.first, info.documents));
        }
        if (holds) {
            end = shard->info().first + shard->info().documents;
            usable.push_back(shard);
        } else {
            std::filesystem::remove(files[at]);
        }
    }
    return usable;
}

std::shared_ptr<const Shard> encode_shard(const Model& model, const Collection& collection,
                                          const IndexManifest& manifest, const std::filesystem::path& folder,
                                          std::int64_t first, std::int64_t end, std::int64_t& tokens,
                                          Progress& progress) {
    ShardInfo info;
    info.first = first;
    info.model_version = manifest.model_version;
    info.experts = manifest.experts;
    std::vector<std::string> texts;
    collection.for_each_document(first, [&](DocumentOrdinal ordinal, const Document& document) {
        info.content = content_hash(document, info.content);
        texts.push_back(document.content());
        return ordinal + 1 < end;
    });
    info.documents = end - first;
    check(static_cast<std::int64_t>(texts.size()) == info.documents, "build_index: the collection ended early");
    const auto encoded = model.encode(texts, Role::Document, progress);
    check(encoded.size() == texts.size(), "build_index: not one representation for each document");
    tokens += count_tokens(model, texts, encoded);
    const auto path = shard_path(folder, first);
    write_shard(path, info, encoded);
    return Shard::open(path);
}

} // namespace cameo
