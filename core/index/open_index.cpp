#include "core/base/error.hpp"
#include "core/index/global_structure.hpp"
#include "core/index/index_folder.hpp"
#include "core/index/lexical_structure.hpp"
#include "core/index/local_structure.hpp"
#include "core/jobs/parallel.hpp"

#include <utility>
#include <variant>

namespace cameo {

namespace {

using Structure = std::variant<std::unique_ptr<const LexicalStructure>, std::unique_ptr<const LocalStructure>,
                               std::unique_ptr<const GlobalStructure>>;

template <class... F>
struct Overloaded : F... {
    using F::operator()...;
};

// 16384 -> "16,384"
std::string with_commas(std::size_t number) {
    auto digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

ExpertIndexInfo describe(const ForwardStore& store, std::size_t expert_idx, const Structure& structure) {
    ExpertIndexInfo info;
    info.name = store.experts()[expert_idx].name;
    info.kind = store.experts()[expert_idx].kind;
    info.truncated_documents = store.truncated_documents(expert_idx);
    info.entries_per_document = info.kind == ExpertKind::Global
                                    ? 1
                                    : static_cast<double>(store.entries(expert_idx)) / static_cast<double>(store.documents());
    std::uint64_t bytes = store.bytes(expert_idx);
    std::visit(Overloaded{[&](const std::unique_ptr<const LexicalStructure>& lexical) {
                              info.structure = "inverted, block-max MaxScore";
                              info.exact_candidates = true;
                              bytes += lexical->bytes();
                          },
                          [&](const std::unique_ptr<const LocalStructure>& local) {
                              info.structure = local->exact()
                                                   ? "every token vector"
                                                   : with_commas(local->centroids()) + " centroids";
                              info.exact_candidates = local->exact();
                              bytes += local->bytes();
                          },
                          [&](const std::unique_ptr<const GlobalStructure>& global) {
                              info.structure = global->name();
                              info.exact_candidates = global->exact();
                              bytes += global->bytes();
                          }},
               structure);
    info.bytes_per_document = static_cast<double>(bytes) / static_cast<double>(store.documents());
    return info;
}

class StoredIndex final : public Index {
public:
    StoredIndex(const IndexManifest& manifest, std::shared_ptr<const ForwardStore> store,
                std::vector<Structure> structures)
        : m_store(std::move(store)), m_structures(std::move(structures)) {
        m_info.model = manifest.model;
        m_info.model_version = manifest.model_version;
        m_info.collection = manifest.collection;
        m_info.collection_version = manifest.collection_version;
        m_info.documents = m_store->documents();
        m_info.expected = manifest.expected;
        for (std::size_t expert_idx = 0; expert_idx < m_structures.size(); ++expert_idx)
            m_info.experts.push_back(describe(*m_store, expert_idx, m_structures[expert_idx]));
    }

    const IndexInfo& info() const override { return m_info; }

    std::vector<ScoredDocument> candidates(std::size_t expert_idx, const Representation& query,
                                           std::size_t k) const override {
        return std::visit(Overloaded{[&](const std::unique_ptr<const LexicalStructure>& lexical) {
                                         return lexical->search(query.sparse, k);
                                     },
                                     [&](const std::unique_ptr<const LocalStructure>& local) {
                                         return local->search(query.tokens, k);
                                     },
                                     [&](const std::unique_ptr<const GlobalStructure>& global) {
                                         return global->search(query.pooled, k);
                                     }},
                          structure(expert_idx));
    }

    void score(std::size_t expert_idx, const Representation& query,
               std::span<const DocumentOrdinal> documents, std::span<float> scores) const override {
        std::visit(Overloaded{[&](const std::unique_ptr<const LexicalStructure>& lexical) {
                                  lexical->score(query.sparse, documents, scores);
                              },
                              [&](const std::unique_ptr<const LocalStructure>& local) {
                                  local->score(query.tokens, documents, scores);
                              },
                              [&](const std::unique_ptr<const GlobalStructure>& global) {
                                  global->score(query.pooled, documents, scores);
                              }},
                   structure(expert_idx));
    }

    std::int64_t postings(std::size_t expert_idx, std::int32_t term) const override {
        const auto* lexical = std::get_if<std::unique_ptr<const LexicalStructure>>(&structure(expert_idx));
        return lexical ? (*lexical)->postings(term) : 0;
    }

    Representation document(std::size_t expert_idx, DocumentOrdinal ordinal) const override {
        check(expert_idx < m_structures.size(), "Index::document: no such expert");
        return m_store->document(expert_idx, ordinal);
    }

private:
    const Structure& structure(std::size_t expert_idx) const {
        check(expert_idx < m_structures.size(), "Index: no such expert");
        return m_structures[expert_idx];
    }

    IndexInfo m_info;
    std::shared_ptr<const ForwardStore> m_store;
    std::vector<Structure> m_structures;
};

template <class Built>
Structure saved(std::unique_ptr<const Built> built, const std::filesystem::path* file) {
    if (file) built->save(*file);
    return built;
}

// Calls `read`, and where it finds damage says what helps.
template <class Read>
auto with_remedy(const char* remedy, Read&& read) {
    try {
        return read();
    } catch (const Error& problem) {
        if (problem.kind() == ErrorKind::Environment) throw;
        throw Error(problem.kind(), std::string(problem.what()) + " (" + remedy + ")");
    }
}

Structure load_structure(const std::filesystem::path& folder,
                         const std::shared_ptr<const ForwardStore>& store, std::size_t expert_idx,
                         Progress& progress) {
    const auto file = structure_path(folder, expert_idx);
    return with_remedy("indexing again makes it anew from the shards", [&]() -> Structure {
        switch (store->experts()[expert_idx].kind) {
        case ExpertKind::Lexical:
            return LexicalStructure::load(file, store, expert_idx);
        case ExpertKind::Local:
            return LocalStructure::load(file, store, expert_idx);
        case ExpertKind::Global:
            return GlobalStructure::load(file, store, expert_idx, progress);
        }
        throw InternalError("load_structure: unknown kind");
    });
}

std::shared_ptr<const Shard> open_shard(const std::filesystem::path& path) {
    return with_remedy("indexing again makes it anew", [&] { return Shard::open(path); });
}

// A flipped bit in a weight or a vector would not stop a search, it would only make its scores wrong.
void verify(std::span<const std::shared_ptr<const Shard>> shards, Progress& progress) {
    parallel_for(shards.size(), 1, [&](std::size_t begin, std::size_t) {
        progress.check_cancelled();
        with_remedy("indexing again makes it anew", [&] { shards[begin]->verify(); });
    });
}

} // namespace

std::shared_ptr<const Index> build_structures(const IndexManifest& manifest,
                                              std::shared_ptr<const ForwardStore> store,
                                              const std::filesystem::path* write_into, Progress& progress) {
    const bool draft = write_into == nullptr;
    std::vector<Structure> structures;
    for (std::size_t expert_idx = 0; expert_idx < store->experts().size(); ++expert_idx) {
        std::filesystem::path path;
        if (write_into) path = structure_path(*write_into, expert_idx);
        const auto* file = write_into ? &path : nullptr;
        switch (store->experts()[expert_idx].kind) {
        case ExpertKind::Lexical:
            structures.push_back(saved(LexicalStructure::build(store, expert_idx, progress), file));
            break;
        case ExpertKind::Local: {
            const LocalStructure::Options options{.draft = draft};
            structures.push_back(saved(LocalStructure::build(store, expert_idx, options, progress), file));
            break;
        }
        case ExpertKind::Global: {
            const auto choice = draft ? GlobalStructure::Choice::Flat : GlobalStructure::Choice::BySize;
            structures.push_back(saved(GlobalStructure::build(store, expert_idx, choice, progress), file));
            break;
        }
        }
        if (!draft) progress.advance();
    }
    return std::make_shared<StoredIndex>(manifest, std::move(store), std::move(structures));
}

std::shared_ptr<const Index> Index::open(const std::filesystem::path& folder) {
    Progress nobody;
    return open(folder, nobody);
}

std::shared_ptr<const Index> Index::open(const std::filesystem::path& folder, Progress& progress) {
    const auto manifest = read_index_manifest(folder);
    if (!manifest) throw Error(ErrorKind::NotFound, folder.string() + ": there is no index here");
    if (manifest->engine)
        throw Error(ErrorKind::Unsupported, folder.string() + ": the documents of this index are on " + manifest->engine->address +
                                                ", and not in the folder");
    std::vector<std::shared_ptr<const Shard>> shards;
    std::int64_t documents = 0;
    for (const auto& path : shard_files(folder)) {
        auto shard = open_shard(path);
        const auto& info = shard->info();
        if (info.model_version != manifest->model_version || info.experts != manifest->experts)
            throw Error(ErrorKind::InvalidInput, path.string() + ": made by model version " +
                                                     info.model_version + ", expected " +
                                                     manifest->model_version);
        if (info.first != documents) break;
        documents += info.documents;
        shards.push_back(std::move(shard));
    }
    if (manifest->complete && documents != manifest->expected)
        throw Error(ErrorKind::InvalidInput, shard_path(folder, documents).string() +
                                                 ": missing or out of place: " + std::to_string(documents) +
                                                 " documents found, expected " +
                                                 std::to_string(manifest->expected));
    if (documents == 0) throw Error(ErrorKind::NotFound, folder.string() + ": no document is indexed yet");
    verify(shards, progress);
    auto store = std::make_shared<const ForwardStore>(std::move(shards));
    if (!manifest->complete) return build_structures(*manifest, std::move(store), nullptr, progress);
    std::vector<Structure> structures;
    for (std::size_t expert_idx = 0; expert_idx < store->experts().size(); ++expert_idx) {
        progress.check_cancelled();
        structures.push_back(load_structure(folder, store, expert_idx, progress));
    }
    return std::make_shared<StoredIndex>(*manifest, std::move(store), std::move(structures));
}

} // namespace cameo
