#pragma once

#include "core/data/ordinal_set.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct Document {
    std::string id;
    std::string title;
    std::string text;
    std::map<std::string, std::string> fields; ///< "section", "tags", "source", …: for filters and colours

    /// What models and BM25 read: title, a space, text; or whichever of them is not empty.
    std::string content() const;
};

struct Query {
    std::string id;
    std::string text;
    std::string category; ///< "lexical", "mixed", "semantic", …; empty when the collection has none
};

/// Judged grades of one query: document id -> grade. 0 and below are judged not relevant.
using Grades = std::map<std::string, int, std::less<>>;
/// Query id -> grades.
using Qrels = std::map<std::string, Grades, std::less<>>;

/// Documents with queries and judgments if there are any, in one SQLite file that is read page by page:
/// millions of documents cost no memory. Reading is thread-safe. The file is immutable for readers; changing
/// it makes a new version(), and ordinals stay: what is added comes at the end, what is removed leaves its place
/// empty, and a document that takes another's place takes its id.
class Collection {
public:
    /// @throws Error: no such file, not a collection, damaged, or made by a newer Cameo.
    static std::shared_ptr<const Collection> open(const std::filesystem::path& file);

    virtual ~Collection() = default;

    virtual const std::string& name() const = 0;
    virtual const std::filesystem::path& path() const = 0;
    /// Fingerprint of ids and texts: an index made from another version is refused or grown.
    virtual std::string version() const = 0;
    /// Whether `version` is this collection's, or that of an earlier state it grew from: an index made then is right
    /// for the documents it has, lacks those at the end, and may have some that were removed since.
    virtual bool grew_from(std::string_view earlier_version) const { return earlier_version == version(); }
    /// Places, those of removed documents included: where ordinals end.
    virtual std::int64_t size() const = 0;
    /// The places whose documents were removed.
    virtual const OrdinalSet& removed() const;
    std::int64_t documents() const { return size() - static_cast<std::int64_t>(removed().size()); }

    /// Of a removed one nothing is left: it is empty. @pre 0 <= ordinal < size()
    virtual Document document(DocumentOrdinal ordinal) const = 0;
    virtual std::optional<DocumentOrdinal> find(std::string_view document_id) const = 0;
    /// In ordinal order without the removed, streaming, from `first` on; stop by returning false.
    virtual void
    for_each_document(DocumentOrdinal first,
                      const std::function<bool(DocumentOrdinal, const Document&)>& take) const = 0;

    /// "train", "dev", "test", …; empty when the collection has no judgments.
    virtual std::vector<std::string> splits() const = 0;
    /// The queries of a split in stored order; of an empty name: all, judged or not.
    virtual std::vector<Query> queries(std::string_view split) const = 0;
    virtual Qrels qrels(std::string_view split) const = 0;
    /// Where the documents came from and when, in words, for the window and `collection info`.
    virtual std::map<std::string, std::string> provenance() const = 0;
};

/// The stored collection of that name under Folders::collections(). @throws Error(NotFound) listing what
/// there is.
std::shared_ptr<const Collection> open_collection(std::string_view name);

struct CollectionSummary {
    std::string name;
    std::int64_t documents = 0;
    std::int64_t queries = 0;
    std::string problem; ///< empty, or why this one cannot be opened
};
/// In order of their names, damaged ones included.
std::vector<CollectionSummary> list_collections();

} // namespace cameo
