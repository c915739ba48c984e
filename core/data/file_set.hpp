#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace cameo {

/// What a folder offers an import, by the names of its files (".gz" and ".zst" behind them are looked
/// through).
struct FileSet {
    enum class Form { None, Jsonl, Tsv, Trec };
    struct Judgments {
        std::string split;
        std::filesystem::path file;
    };

    Form document_form = Form::None, query_form = Form::None;
    std::vector<std::filesystem::path> documents; ///< in the order of their names
    std::vector<std::filesystem::path> queries;
    std::vector<Judgments> judgments;
};

/// documents: corpus*.jsonl, else collection*.tsv, corpus*.tsv or msmarco-docs*.tsv, else files that begin
/// with <DOC>, in the folder and the folders right below it. Queries: queries*.jsonl, else *queries*.tsv,
/// else topics*. Judgments: the files of qrels/ (split: the file's name), and *qrels* (split: what its name
/// says beside that; "test" when that is nothing).
/// @throws Error: no such folder; NotFound when no documents are there.
FileSet find_files(const std::filesystem::path& folder);

/// One file of documents: *.jsonl, *.tsv, or one that begins with <DOC>. @throws Error: no such file, or neither.
FileSet document_file(const std::filesystem::path& file);

} // namespace cameo
