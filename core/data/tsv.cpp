// MS MARCO's tab-separated files, and judgments in columns.

#include "core/data/columns.hpp"
#include "core/data/readers.hpp"

namespace cameo {

void read_tsv_documents(LineReader& reader, const TakeDocument& take) {
    std::size_t columns = 0;
    std::string_view line;
    while (reader.next(line)) {
        if (line.empty()) continue;
        auto parts = split_tabs(line);
        if (columns == 0) columns = parts.size();
        const std::string expected =
            columns < 2 || columns > 4
                ? "2 to 4 columns between tabs: id and text, or id, title and text, or id, url, title and "
                  "body"
                : std::to_string(columns) + " columns between tabs, as on the first line";
        if (columns < 2 || columns > 4 || parts.size() != columns)
            reader.fail(std::to_string(parts.size()) + " in " + shown(line), expected);
        if (parts[0].empty()) reader.fail("an empty id", "an id before the first tab");
        Document document{.id = std::string(parts[0]), .text = std::string(parts[columns - 1])};
        if (columns > 2) document.title = parts[columns - 2];
        if (columns == 4) document.fields["url"] = parts[1];
        take(std::move(document));
    }
}

void read_tsv_queries(LineReader& reader, const TakeQuery& take) {
    std::string_view line;
    while (reader.next(line)) {
        if (line.empty()) continue;
        const auto tab = line.find('\t');
        if (tab == std::string_view::npos || tab == 0)
            reader.fail(shown(line), "a query's id, a tab and its text");
        take({.id = std::string(line.substr(0, tab)), .text = std::string(line.substr(tab + 1))});
    }
}

void read_judgments(LineReader& reader, const TakeJudgment& take) {
    std::size_t columns = 0;
    std::string_view line;
    while (reader.next(line)) {
        // BEIR's three columns are between tabs, so ids may hold spaces there; TREC's four are between any
        // white space.
        auto parts = split_tabs(line);
        if (parts.size() != 3) parts = split_spaces(line);
        if (parts.empty()) continue;
        const bool first = columns == 0;
        if (first) columns = parts.size();
        if ((columns != 3 && columns != 4) || parts.size() != columns)
            reader.fail(std::to_string(parts.size()) + " columns in " + shown(line),
                        columns == 3 || columns == 4
                            ? std::to_string(columns) + ", as on the first line"
                            : "3 (query, document, grade) or 4 (query, 0, document, grade)");
        const auto word = parts[columns - 1];
        const auto grade = parse_number<int>(word.starts_with('+') ? word.substr(1) : word);
        if (first && !grade && columns == 3) continue; // BEIR's header
        if (!grade) reader.fail("the grade " + shown(word), "a whole number");
        if (parts[0].empty() || parts[columns - 2].empty())
            reader.fail("an empty id in " + shown(line), "the ids of a query and a document");
        take(parts[0], parts[columns - 2], *grade);
    }
}

} // namespace cameo
