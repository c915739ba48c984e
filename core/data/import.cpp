#include "core/data/import.hpp"

#include "core/base/error.hpp"
#include "core/data/collection_schema.hpp"
#include "core/data/collection_writer.hpp"
#include "core/data/dates.hpp"
#include "core/data/file_set.hpp"
#include "core/data/readers.hpp"

namespace cameo {

namespace {

namespace fs = std::filesystem;

std::int64_t total_bytes(const std::vector<fs::path>& files) {
    std::int64_t total = 0;
    std::error_code failed;
    for (const auto& file : files) {
        const auto size = fs::file_size(file, failed);
        if (!failed) total += static_cast<std::int64_t>(size);
    }
    return total;
}

/// Moves the progress along with a file's reading.
class FileProgress {
public:
    FileProgress(const LineReader& reader, Progress& progress) : m_reader(reader), m_progress(progress) {}
    void advance() {
        const auto now = m_reader.file_position();
        m_progress.advance(now - m_before);
        m_before = now;
    }

private:
    const LineReader& m_reader;
    Progress& m_progress;
    std::int64_t m_before = 0;
};

std::string counted(std::int64_t count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

class Import {
public:
    Import(const FileSet& files, CollectionWriter& writer, ImportReport& report, Progress& progress)
        : m_files(files), m_writer(writer), m_report(report), m_progress(progress) {}

    void run() {
        read_documents();
        read_queries();
        read_judgments_files();
        m_report.documents = m_writer.documents();
        m_report.queries = m_writer.queries();
        m_report.judgments = m_writer.judgments();
        if (m_report.queries == 0)
            remark("no queries were found: expected queries*.jsonl, *queries*.tsv or topics*");
        if (m_report.judgments == 0)
            remark(
                "no judgments were found, so nothing can be measured: expected *qrels* or files in qrels/");
        if (const auto count = m_writer.judgments_without_document(); count > 0)
            remark(counted(count, "judgment names a document", "judgments name documents") +
                   " that the collection does not have; measures count them as never found");
    }

private:
    void remark(std::string_view words) { m_report.remarks.emplace_back(words); }

    void read_documents() {
        m_progress.begin("reading documents", Unit::Bytes, total_bytes(m_files.documents));
        std::int64_t empty = 0, spaced = 0;
        for (const auto& file : m_files.documents) {
            LineReader reader(file);
            FileProgress moved(reader, m_progress);
            const auto take = [&](Document&& document) {
                if (!m_writer.add(document))
                    reader.fail("the id " + shown(document.id) + " again",
                                "an id of its own for each document");
                empty += document.title.empty() && document.text.empty();
                spaced += document.id.find_first_of(" \t") != std::string::npos;
                moved.advance();
            };
            cameo::read_documents(reader, m_files.document_form, take);
        }
        if (m_writer.documents() == 0)
            throw Error(ErrorKind::InvalidInput,
                        m_files.documents.front().string() + ": found no documents, expected at least one");
        if (empty > 0) remark(counted(empty, "document has", "documents have") + " no text; kept");
        if (spaced > 0)
            remark(counted(spaced, "document id has", "document ids have") +
                   " white space in it: run files cannot be written for this collection");
    }

    void read_queries() {
        m_progress.begin("reading queries", Unit::Bytes, total_bytes(m_files.queries));
        for (const auto& file : m_files.queries) {
            LineReader reader(file);
            FileProgress moved(reader, m_progress);
            const auto before = m_writer.queries();
            const auto take = [&](Query&& query) {
                moved.advance();
                if (m_writer.add(query)) return;
                // MS MARCO's small sets repeat queries of the large ones, in files of their own.
                const auto stored = m_writer.find_query(query.id);
                if (!stored || stored->position >= before || stored->text != query.text)
                    reader.fail("the id " + shown(query.id) + " again", "an id of its own for each query");
            };
            switch (m_files.query_form) {
            case FileSet::Form::Jsonl:
                read_jsonl_queries(reader, take);
                break;
            case FileSet::Form::Tsv:
                read_tsv_queries(reader, take);
                break;
            default:
                begins_with_tag(file) ? read_trec_topics(reader, take) : read_tsv_queries(reader, take);
            }
        }
    }

    static bool begins_with_tag(const fs::path& file) {
        LineReader reader(file);
        std::string_view line;
        while (reader.next(line))
            if (const auto first = line.find_first_not_of(" \t"); first != std::string_view::npos)
                return line[first] == '<';
        return true;
    }

    void read_judgments_files() {
        std::vector<fs::path> files;
        for (const auto& judgments : m_files.judgments)
            files.push_back(judgments.file);
        m_progress.begin("reading judgments", Unit::Bytes, total_bytes(files));
        for (const auto& [split, file] : m_files.judgments) {
            LineReader reader(file);
            FileProgress moved(reader, m_progress);
            std::int64_t unknown = 0;
            read_judgments(reader, [&](std::string_view query, std::string_view document, int grade) {
                moved.advance();
                switch (m_writer.add_judgment(split, query, document, grade)) {
                case CollectionWriter::Judged::Added:
                    break;
                case CollectionWriter::Judged::UnknownQuery:
                    ++unknown;
                    break;
                case CollectionWriter::Judged::Twice:
                    reader.fail("document " + shown(document) + " a second time for query " + shown(query),
                                "each document once for a query");
                }
            });
            if (unknown > 0)
                remark(file.filename().string() + ": " +
                       counted(unknown, "judgment names a query", "judgments name queries") +
                       " that the collection does not have; left out");
        }
    }

    const FileSet& m_files;
    CollectionWriter& m_writer;
    ImportReport& m_report;
    Progress& m_progress;
};

const char* words(FileSet::Form form) {
    switch (form) {
    case FileSet::Form::Jsonl:
        return "JSON lines (BEIR)";
    case FileSet::Form::Tsv:
        return "tab-separated (MS MARCO)";
    case FileSet::Form::Trec:
        return "TREC";
    case FileSet::Form::None:
        break;
    }
    return "none";
}

} // namespace

ImportReport import_collection(const fs::path& path, std::string name, Progress& progress) {
    const auto files = find_files(path);
    if (name.empty()) name = fs::weakly_canonical(path).filename().string();
    check_collection_name(name);

    ImportReport report{.name = name};
    const auto writer = CollectionWriter::create(collection_file(name));
    Import(files, *writer, report, progress).run();
    writer->set_provenance("from", fs::absolute(path).lexically_normal().string());
    writer->set_provenance("documents", words(files.document_form));
    writer->set_provenance("queries", words(files.query_form));
    writer->set_provenance("imported", today());
    progress.begin("writing to the disk", Unit::Steps);
    writer->commit();
    return report;
}

} // namespace cameo
