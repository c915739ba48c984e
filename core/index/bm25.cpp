#include "core/index/bm25.hpp"

#include "core/base/error.hpp"
#include "core/index/bm25_builder.hpp"
#include "core/index/section_file.hpp"
#include "core/text/analyzer.hpp"

#include <map>

namespace cameo {

namespace {

constexpr auto kKind = section_kind("BM25");
constexpr std::uint32_t kVersion = 1;
enum Section {
    kShape,
    kOptions,
    kCollectionVersion,
    kVocabulary,
    kTermBegins,
    kPostingBegins,
    kPostingDocuments,
    kImpacts,
    kBlockBegins,
    kBlocks,
    kSections
};

class Bm25Index final : public Bm25 {
public:
    explicit Bm25Index(Bm25Data data) : m_data(std::move(data)), m_postings(m_data.view()) {}
    Bm25Index(std::shared_ptr<const SectionFile> file, const Bm25Postings& postings)
        : m_file(std::move(file)), m_postings(postings) {}

    std::vector<ScoredDocument> search(std::string_view query, std::size_t k) const override {
        std::map<std::size_t, std::uint32_t> counts;
        analyze(query, [&](std::string_view stem, TextSpan) {
            if (const auto term = m_postings.find(stem)) ++counts[*term];
        });
        const std::vector<Bm25QueryTerm> terms(counts.begin(), counts.end());
        return bm25_search(m_postings, terms, k);
    }
    std::int64_t documents() const override { return m_postings.documents; }

    void save(const std::filesystem::path& path, const std::string& collection_version) const {
        const std::vector<std::int64_t> shape{m_postings.documents};
        const std::vector<double> options{Bm25Options().k1, Bm25Options().b};
        SectionWriter writer(kKind, kVersion);
        writer.add(shape);
        writer.add(options);
        writer.add(collection_version);
        writer.add(m_postings.vocabulary);
        writer.add(m_postings.term_begins);
        writer.add(m_postings.posting_begins);
        writer.add(m_postings.posting_documents);
        writer.add(m_postings.impacts);
        writer.add(m_postings.block_begins);
        writer.add(m_postings.blocks);
        writer.write(path);
    }

private:
    Bm25Data m_data;                           ///< when built
    std::shared_ptr<const SectionFile> m_file; ///< when loaded
    Bm25Postings m_postings;
};

/// @throws Error when the file is damaged. @return null when it is whole and belongs to another state of the
/// collection.
std::shared_ptr<const Bm25Index> load(const std::filesystem::path& path, const Collection& collection) {
    const auto file = SectionFile::open(path, kKind, kVersion);
    file->verify_all();
    if (file->sections() != kSections) file->damaged("its number of sections");
    const auto shape = file->section<std::int64_t>(kShape);
    const auto options = file->section<double>(kOptions);
    if (shape.size() != 1 || options.size() != 2) file->damaged("its shape");
    if (file->text(kCollectionVersion) != collection.version() || shape[0] != collection.size())
        return nullptr;
    if (options[0] != Bm25Options().k1 || options[1] != Bm25Options().b) return nullptr;
    const Bm25Postings postings{
        shape[0],
        file->section<char>(kVocabulary),
        file->section<std::uint64_t>(kTermBegins),
        file->section<std::uint64_t>(kPostingBegins),
        file->section<std::uint32_t>(kPostingDocuments),
        file->section<Impact>(kImpacts),
        file->section<std::uint64_t>(kBlockBegins),
        file->section<Bm25Block>(kBlocks),
    };
    // Checksums tell damage, not malice: what a search follows without asking is checked as well.
    if (const auto what = postings.contradiction(); !what.empty())
        file->damaged(std::string(what) + " contradicts itself");
    return std::make_shared<Bm25Index>(file, postings);
}

std::shared_ptr<const Bm25Index> build_index_of(const Collection& collection, const Bm25Options& options,
                                                Progress& progress) {
    Bm25Builder builder(options);
    progress.begin("reading documents for BM25", Unit::Documents, collection.size());
    DocumentOrdinal next = 0;
    collection.for_each_document(0, [&](DocumentOrdinal ordinal, const Document& document) {
        for (; next < ordinal; ++next)
            builder.skip();
        ++next;
        builder.add(document.content());
        progress.advance();
        return true;
    });
    for (; next < collection.size(); ++next)
        builder.skip();
    return std::make_shared<Bm25Index>(builder.finish(progress));
}

} // namespace

std::shared_ptr<const Bm25> Bm25::build(const Collection& collection, const Bm25Options& options,
                                        Progress& progress) {
    return build_index_of(collection, options, progress);
}

std::shared_ptr<const Bm25> Bm25::load_or_build(const std::filesystem::path& file,
                                                const Collection& collection, Progress& progress,
                                                std::string* remark) {
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        try {
            if (auto loaded = load(file, collection)) return loaded;
        } catch (const Error& error) {
            // It holds nothing that the collection does not have: say what was wrong, and make it again.
            if (remark) *remark = std::string(error.what()) + "; BM25 is built again";
        }
    }
    auto built = build_index_of(collection, {}, progress);
    try {
        std::filesystem::create_directories(file.parent_path(), ignored); // where it cannot be, the next line says so
        built->save(file, collection.version());
    } catch (const Error& error) {
        // The file only saves building it another time.
        if (remark) *remark = std::string(error.what()) + "; BM25 is built again each time";
    }
    return built;
}

} // namespace cameo
