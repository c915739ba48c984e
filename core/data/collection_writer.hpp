#pragma once

#include "core/data/collection.hpp"
#include "core/jobs/progress.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace cameo {

/// Streams documents, queries and judgments into a collection file that is there whole or not at all:
/// everything goes into a temporary file beside the target, and commit() renames it. Memory is bounded by
/// SQLite's page cache. Destroyed without commit() it leaves nothing. Not thread-safe. All functions throw
/// Error(Environment) on a full disk or a lost permission.
class CollectionWriter {
public:
    /// A new collection; `file`'s folder is made when it is missing, `file` itself stays as it is until
    /// commit().
    static std::unique_ptr<CollectionWriter> create(const std::filesystem::path& file);
    /// Starts with what `file` has: ordinals stay and additions come after them. One at a time.
    /// @throws as Collection::open does; Error(Environment) while another one grows it, and from commit() when it was
    /// replaced meanwhile; Cancelled while it copies.
    static std::unique_ptr<CollectionWriter> grow(const std::filesystem::path& file, Progress& progress);

    virtual ~CollectionWriter() = default;

    /// Takes the next ordinal. @return false, having added nothing, when a document has that id already.
    virtual bool add(const Document& document) = 0;
    /// Leaves its place empty. Judgments of it stay: measures count them as never found.
    /// @return false when no document has that id.
    virtual bool remove(std::string_view document_id) = 0;
    /// The document of that id, if there is one.
    virtual std::optional<Document> find(std::string_view document_id) = 0;
    /// @return false, having added nothing, when a query has that id already.
    virtual bool add(const Query& query) = 0;
    struct StoredQuery {
        std::int64_t position = 0; ///< in the order of adding, from 0
        std::string text;
    };
    virtual std::optional<StoredQuery> find_query(std::string_view id) = 0;

    enum class Judged { Added, UnknownQuery, Twice };
    /// Documents may be judged that the collection does not have: measures count them as never found.
    virtual Judged add_judgment(std::string_view split, std::string_view query_id,
                                std::string_view document_id, int grade) = 0;

    virtual void set_provenance(const std::string& key, const std::string& words) = 0;

    virtual std::int64_t documents() const = 0; ///< without the removed
    virtual std::int64_t queries() const = 0;
    virtual std::int64_t judgments() const = 0;
    /// Judgments that name a document which is not there (so far).
    virtual std::int64_t judgments_without_document() = 0;

    /// Makes it the collection of that name. @pre documents() > 0
    virtual void commit() = 0;
};

} // namespace cameo
