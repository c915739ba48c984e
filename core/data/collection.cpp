#include "core/data/collection.hpp"

#include "core/base/error.hpp"
#include "core/base/folders.hpp"
#include "core/data/collection_schema.hpp"

#include <algorithm>

namespace cameo {

std::string Document::content() const {
    if (title.empty()) return text;
    if (text.empty()) return title;
    std::string both;
    both.reserve(title.size() + 1 + text.size());
    return both.append(title).append(1, ' ').append(text);
}

const OrdinalSet& Collection::removed() const {
    static const OrdinalSet none;
    return none;
}

namespace {

std::vector<std::filesystem::path> stored_files() {
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folders().collections(), failed), end;
         !failed && entry != end; entry.increment(failed))
        if (entry->path().extension() == ".sqlite") files.push_back(entry->path());
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

std::shared_ptr<const Collection> open_collection(std::string_view name) {
    check_collection_name(name);
    const auto file = collection_file(name);
    std::error_code failed;
    if (std::filesystem::exists(file, failed)) return Collection::open(file);
    std::string known;
    for (const auto& other : stored_files())
        known += (known.empty() ? "" : ", ") + other.stem().string();
    throw Error(ErrorKind::NotFound,
                "there is no collection \"" + std::string(name) + "\"; " +
                    (known.empty() ? "none is stored yet: `cameo demo` builds one, `cameo collection import` reads your own"
                                   : "expected one of: " + known));
}

std::vector<CollectionSummary> list_collections() {
    std::vector<CollectionSummary> list;
    for (const auto& file : stored_files()) {
        CollectionSummary summary{.name = file.stem().string()};
        try {
            const auto read = [&] {
                SQLite::Database database = open_collection_database(file);
                const auto number = [&](const char* key) {
                    SQLite::Statement find(database, "SELECT CAST(value AS INTEGER) FROM meta WHERE key = ?");
                    find.bind(1, key);
                    return find.executeStep() ? find.getColumn(0).getInt64() : 0;
                };
                summary.documents = number("documents") - number("removed");
                summary.queries = number("queries");
            };
            translating(file, kCollectionKind, read);
        } catch (const Error& error) {
            summary.problem = error.what();
        }
        list.push_back(std::move(summary));
    }
    return list;
}

} // namespace cameo
