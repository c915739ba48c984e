#include "core/data/file_set.hpp"

#include "core/base/error.hpp"
#include "core/data/byte_source.hpp"
#include "core/data/columns.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace cameo {

namespace {

namespace fs = std::filesystem;

std::string without_packing(const fs::path& file) {
    const auto extension = file.extension();
    return (extension == ".gz" || extension == ".zst" ? file.stem() : file.filename()).string();
}

std::vector<fs::path> entries(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed))
        if (!entry->path().filename().string().starts_with('.')) found.push_back(entry->path());
    if (failed)
        throw Error(ErrorKind::Environment, folder.string() + ": cannot be read: " + failed.message());
    std::sort(found.begin(), found.end());
    return found;
}

template <typename Fits>
std::vector<fs::path> fitting(const std::vector<fs::path>& files, const Fits& fits) {
    std::vector<fs::path> found;
    std::error_code failed;
    std::copy_if(files.begin(), files.end(), std::back_inserter(found), [&](const fs::path& file) {
        return fits(without_packing(file)) && fs::is_regular_file(file, failed);
    });
    return found;
}

std::vector<fs::path> named(const std::vector<fs::path>& files, std::string_view prefix,
                            std::string_view suffix) {
    return fitting(
        files, [&](const std::string& name) { return name.starts_with(prefix) && name.ends_with(suffix); });
}

/// Whether the first thing in the (unpacked) file is <DOC>.
bool begins_with_doc(const fs::path& file) {
    std::error_code failed;
    if (!fs::is_regular_file(file, failed)) return false;
    std::array<char, 512> bytes;
    std::size_t size = 0;
    try {
        const auto source = ByteSource::open(file);
        while (size < bytes.size()) {
            const auto got = source->read(std::span(bytes).subspan(size));
            if (got == 0) break;
            size += got;
        }
    } catch (const Error&) {
        return false; // some other file that happens to lie here
    }
    const auto text = trimmed({bytes.data(), size});
    return text.starts_with("<DOC>") || text.starts_with("<doc>");
}

bool has(const std::string& name, std::string_view word) {
    return name.find(word) != std::string::npos;
}

/// What the file's name says beside "qrels": qrels.dev.tsv is dev, 2019qrels-pass.txt is 2019-pass.
std::string split_name(const fs::path& file) {
    const auto whole = without_packing(file);
    std::string_view name = whole;
    for (const std::string_view extension : {".tsv", ".txt", ".qrels", ".qrel", ".trec"})
        if (name.ends_with(extension)) {
            name.remove_suffix(extension.size());
            break;
        }
    std::string split(name.substr(0, name.find("qrels")));
    if (split.size() < name.size()) {
        split.erase(split.find_last_not_of("._-") + 1);
        auto after = name.substr(name.find("qrels") + std::string_view("qrels").size());
        after.remove_prefix(std::min(after.size(), after.find_first_not_of("._-")));
        if (!split.empty() && !after.empty()) split += '-';
        split += after;
    }
    if (split.empty()) split = "test";
    return split;
}

void find_documents(const fs::path& folder, const std::vector<fs::path>& files, FileSet& set) {
    set.document_form = FileSet::Form::Jsonl;
    set.documents = named(files, "corpus", ".jsonl");
    if (!set.documents.empty()) return;
    set.document_form = FileSet::Form::Tsv;
    for (const auto* name : {"collection", "corpus", "msmarco-docs"}) {
        set.documents = named(files, name, ".tsv");
        if (!set.documents.empty()) return;
    }
    set.document_form = FileSet::Form::Trec;
    for (const auto& file : files) {
        std::error_code failed;
        const auto inner = fs::is_directory(file, failed) ? entries(file) : std::vector<fs::path>{file};
        std::copy_if(inner.begin(), inner.end(), std::back_inserter(set.documents), begins_with_doc);
    }
    if (set.documents.empty())
        throw Error(ErrorKind::NotFound,
                    folder.string() + ": no documents found; expected corpus.jsonl (BEIR), collection.tsv "
                                      "(MS MARCO) or files that begin with <DOC> (TREC)");
}

void find_queries(const std::vector<fs::path>& files, FileSet& set) {
    set.query_form = FileSet::Form::Jsonl;
    set.queries = named(files, "queries", ".jsonl");
    if (!set.queries.empty()) return;
    set.query_form = FileSet::Form::Tsv;
    // MS MARCO has the word anywhere: queries.dev.tsv, msmarco-doctrain-queries.tsv.
    set.queries = fitting(
        files, [](const std::string& name) { return has(name, "queries") && name.ends_with(".tsv"); });
    if (!set.queries.empty()) return;
    set.query_form = FileSet::Form::Trec;
    set.queries = named(files, "topics", "");
    if (set.queries.empty()) set.query_form = FileSet::Form::None;
}

} // namespace

FileSet find_files(const fs::path& folder) {
    std::error_code failed;
    if (!fs::exists(folder, failed))
        throw Error(failed ? ErrorKind::Environment : ErrorKind::NotFound,
                    folder.string() + ": " +
                        (failed ? "cannot be read: " + failed.message() : "there is no such folder"));
    if (!fs::is_directory(folder, failed))
        throw Error(ErrorKind::InvalidInput, folder.string() +
                                                 ": is a file; expected a folder with corpus.jsonl (BEIR), "
                                                 "collection.tsv (MS MARCO) or files that begin with "
                                                 "<DOC> (TREC)");
    const auto files = entries(folder);
    FileSet set;
    find_documents(folder, files, set);
    find_queries(files, set);
    for (const auto& file : files) {
        if (file.filename() == "qrels" && fs::is_directory(file, failed)) {
            for (const auto& inner : entries(file))
                if (fs::is_regular_file(inner, failed)) set.judgments.push_back({split_name(inner), inner});
        } else if (has(without_packing(file), "qrels") && fs::is_regular_file(file, failed)) {
            set.judgments.push_back({split_name(file), file});
        }
    }
    return set;
}

FileSet document_file(const fs::path& file) {
    std::error_code failed;
    if (!fs::exists(file, failed)) throw Error(ErrorKind::NotFound, file.string() + ": there is no such file or folder");
    const auto name = without_packing(file);
    FileSet set;
    set.documents = {file};
    if (name.ends_with(".jsonl"))
        set.document_form = FileSet::Form::Jsonl;
    else if (name.ends_with(".tsv"))
        set.document_form = FileSet::Form::Tsv;
    else if (begins_with_doc(file))
        set.document_form = FileSet::Form::Trec;
    else
        throw Error(ErrorKind::InvalidInput, file.string() + ": no file of documents; expected a name that ends with .jsonl (BEIR) or .tsv (MS MARCO), or one that begins with <DOC> (TREC)");
    return set;
}

} // namespace cameo
