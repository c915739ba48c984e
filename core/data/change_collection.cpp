#include "core/data/change_collection.hpp"

#include "core/base/error.hpp"
#include "core/data/collection_schema.hpp"
#include "core/data/collection_writer.hpp"
#include "core/data/file_set.hpp"
#include "core/data/readers.hpp"

namespace cameo {

namespace {

std::unique_ptr<CollectionWriter> writer_of(const std::string& collection, Progress& progress) {
    open_collection(collection); // refuses with what there is
    return CollectionWriter::grow(collection_file(collection), progress);
}

bool same(const Document& a, const Document& b) {
    return a.title == b.title && a.text == b.text && a.fields == b.fields;
}

} // namespace

CollectionChange add_documents(const std::string& collection, const std::filesystem::path& path, Progress& progress) {
    const auto writer = writer_of(collection, progress);
    const FileSet files = std::filesystem::is_directory(path) ? find_files(path) : document_file(path);
    CollectionChange change;
    progress.begin("reading documents", Unit::Documents);
    for (const auto& file : files.documents) {
        LineReader reader(file);
        read_documents(reader, files.document_form, [&](Document&& document) {
            progress.advance();
            progress.check_cancelled();
            if (writer->add(document)) {
                ++change.added;
                return;
            }
            if (const auto there = writer->find(document.id); there && same(*there, document)) {
                ++change.unchanged;
                return;
            }
            if (!writer->remove(document.id) || !writer->add(document))
                reader.fail("the id " + shown(document.id), "an id that a document may have");
            ++change.replaced;
        });
    }
    change.documents = writer->documents();
    if (change.added + change.replaced == 0) return change;
    progress.begin("writing to the disk", Unit::Steps);
    writer->commit();
    return change;
}

CollectionChange remove_documents(const std::string& collection, std::span<const std::string> ids, Progress& progress) {
    const auto writer = writer_of(collection, progress);
    CollectionChange change;
    progress.begin("removing documents", Unit::Documents, static_cast<std::int64_t>(ids.size()));
    for (const auto& id : ids) {
        progress.advance();
        progress.check_cancelled();
        if (writer->remove(id))
            ++change.removed;
        else
            change.unknown.push_back(id);
    }
    change.documents = writer->documents();
    if (change.documents == 0) throw Error(ErrorKind::InvalidInput, "collection " + collection + " would have no document left; nothing was removed");
    if (change.removed == 0) return change;
    progress.begin("writing to the disk", Unit::Steps);
    writer->commit();
    return change;
}

} // namespace cameo
