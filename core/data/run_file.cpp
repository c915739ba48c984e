#include "core/data/run_file.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"
#include "core/data/columns.hpp"
#include "core/data/readers.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace cameo {

namespace {

/// Afterwards, and with a look at the file again to name the line: a set of the ids that came by would hold them all a
/// second time.
void refuse_doubles(const RunFile& run, const std::filesystem::path& file) {
    std::vector<std::string_view> ids;
    for (const auto& [query, ranked] : run.queries) {
        ids.clear();
        for (const auto& one : ranked) ids.push_back(one.document_id);
        std::ranges::sort(ids);
        const auto twice = std::ranges::adjacent_find(ids);
        if (twice == ids.end()) continue;
        LineReader reader(file);
        std::string_view line;
        for (int times = 0; times < 2 && reader.next(line);) {
            const auto parts = split_spaces(line);
            if (parts.size() == 6 && parts[0] == query && parts[2] == *twice) ++times;
        }
        reader.fail("document " + shown(*twice) + " a second time for query " + shown(query), "each document once for a query");
    }
}

} // namespace

RunFile read_run_file(const std::filesystem::path& file) {
    LineReader reader(file);
    RunFile run;
    std::string_view line;
    while (reader.next(line)) {
        const auto parts = split_spaces(line);
        if (parts.empty()) continue;
        if (parts.size() != 6)
            reader.fail(std::to_string(parts.size()) + " columns in " + shown(line),
                        "6: query, Q0, document, rank, score, tag");
        const auto word = parts[4];
        const auto score = parse_number<double>(word.starts_with('+') ? word.substr(1) : word);
        if (!score || std::isnan(*score)) reader.fail("the score " + shown(word), "a number");
        std::string query(parts[0]), document(parts[2]);
        if (run.tag.empty()) run.tag = parts[5];
        run.queries[std::move(query)].push_back({std::move(document), *score});
    }
    refuse_doubles(run, file);
    return run;
}

void write_run_file(const RunFile& run, const std::filesystem::path& file) {
    const auto word = [&](const std::string& text, const char* what) -> const std::string& {
        if (text.empty() || text.find_first_of(" \t\r\n\f\v") != std::string::npos)
            throw Error(ErrorKind::InvalidInput,
                        file.string() + ": the " + what + " " + shown(text) +
                            " cannot stand in a run file: expected a word without white space");
        return text;
    };
    const std::string tag = run.tag.empty() ? "cameo" : word(run.tag, "tag");
    AtomicFile output(file);
    std::string block;
    for (const auto& [query, ranked] : run.queries) {
        std::size_t rank = 0;
        for (const auto& [document, score] : ranked) {
            std::array<char, 32> digits;
            const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), score).ptr;
            block.append(word(query, "query"))
                .append(" Q0 ")
                .append(word(document, "document"))
                .append(1, ' ');
            block.append(std::to_string(++rank)).append(1, ' ').append(digits.data(), end);
            block.append(1, ' ').append(tag).append(1, '\n');
        }
        if (block.size() > 1 << 20) {
            output.write(block);
            block.clear();
        }
    }
    output.write(block);
    output.commit();
}

void write_qrels(const Qrels& qrels, QrelsFormat format, const std::filesystem::path& file) {
    const bool trec = format == QrelsFormat::Trec;
    const auto fitting = [&](const std::string& id, const char* what) -> const std::string& {
        if (id.empty() || id.find_first_of(trec ? " \t\r\n\f\v" : "\t\r\n") != std::string::npos)
            throw Error(ErrorKind::InvalidInput, file.string() + ": the " + what + " " + shown(id) + " cannot stand in such a file: expected an id without " +
                                                     (trec ? "white space" : "tabs and line ends"));
        return id;
    };
    AtomicFile output(file);
    std::string block = trec ? "" : "query-id\tcorpus-id\tscore\n";
    for (const auto& [query, grades] : qrels) {
        for (const auto& [document, grade] : grades) {
            block.append(fitting(query, "query")).append(trec ? " 0 " : "\t").append(fitting(document, "document"));
            block.append(1, trec ? ' ' : '\t').append(std::to_string(grade)).append(1, '\n');
        }
        if (block.size() > 1 << 20) {
            output.write(block);
            block.clear();
        }
    }
    output.write(block);
    output.commit();
}

Qrels read_qrels(const std::filesystem::path& file) {
    LineReader reader(file);
    Qrels qrels;
    read_judgments(reader, [&](std::string_view query, std::string_view document, int grade) {
        auto found = qrels.find(query);
        if (found == qrels.end()) found = qrels.emplace(query, Grades()).first;
        if (!found->second.emplace(document, grade).second)
            reader.fail("document " + shown(document) + " a second time for query " + shown(query),
                        "each document once for a query");
    });
    return qrels;
}

} // namespace cameo
