// TREC's <DOC> files and topics.

#include "core/data/columns.hpp"
#include "core/data/readers.hpp"
#include "core/data/trec_markup.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace cameo {

namespace {

constexpr std::size_t kLongestElement = 64 * 1024 * 1024;

bool contains(std::span<const std::string_view> names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// Whether `line` has the tag <name …> or </name> at its front (white space aside), in letters of either
/// case.
bool has_tag(std::string_view line, std::string_view name, bool closing) {
    MarkupScanner scanner(trimmed(line));
    MarkupScanner::Piece piece;
    return scanner.next(piece) && piece.is_tag && piece.closes == closing && piece.name == name;
}

bool ends_with_closing(std::string_view line, std::string_view name) {
    const auto place = line.rfind("</");
    return place != std::string_view::npos && has_tag(line.substr(place), name, true);
}

/// Collects what stands between <name> and </name>, both on lines of which they are the first or last thing,
/// and calls `take` with the opening line's tag and all.
template <typename Take>
void for_each_element(LineReader& reader, std::span<const std::string_view> names, const Take& take) {
    std::string element;
    std::string_view open, line;
    std::int64_t opened_at = 0;
    while (reader.next(line)) {
        if (open.empty()) {
            if (trimmed(line).empty() || trimmed(line).starts_with("<?")) continue;
            for (const auto name : names)
                if (has_tag(line, name, false)) open = name;
            if (open.empty()) {
                // Topic files in XML wrap everything in an element of their own.
                if (trimmed(line).starts_with('<')) continue;
                reader.fail(shown(line), "<" + std::string(names.front()) + ">");
            }
            opened_at = reader.line_number();
            element.clear();
        } else if (has_tag(line, open, false)) {
            reader.fail("another <" + std::string(open) + "> inside the one of line " +
                            std::to_string(opened_at),
                        "</" + std::string(open) + "> before it");
        }
        element.append(line).append(1, '\n');
        if (element.size() > kLongestElement)
            reader.fail("more than 64 MiB since line " + std::to_string(opened_at),
                        "</" + std::string(open) + ">");
        if (ends_with_closing(line, open)) {
            take(std::string_view(element), opened_at);
            open = {};
        }
    }
    if (!open.empty())
        reader.fail("the end of the file",
                    "</" + std::string(open) + "> for line " + std::to_string(opened_at));
}

Document parse_document(const LineReader& reader, std::string_view element, std::int64_t opened_at) {
    constexpr std::array<std::string_view, 2> kIds{"docno", "docid"};
    constexpr std::array<std::string_view, 6> kTitles{"title", "headline", "head", "hl", "ti", "t"};
    Document document;
    std::string title, text, other;
    bool has_text = false;
    std::string open;
    MarkupScanner scanner(element);
    MarkupScanner::Piece piece;
    while (scanner.next(piece)) {
        if (piece.is_tag) {
            if (piece.closes && piece.name == open)
                open.clear();
            else if (!piece.closes && (open.empty() || open != "text") &&
                     (contains(kIds, piece.name) || contains(kTitles, piece.name) || piece.name == "text"))
                open = piece.name;
            has_text = has_text || piece.name == "text";
            continue;
        }
        if (open == "docno")
            document.id += piece.text;
        else if (contains(kTitles, open))
            title.append(piece.text).append(1, ' ');
        else if (open == "text")
            text += piece.text;
        else if (open.empty())
            other += piece.text;
    }
    document.id = collapse_spaces(document.id);
    if (document.id.empty() || document.id.find(' ') != std::string::npos)
        reader.fail("a <DOC> (line " + std::to_string(opened_at) + ") with the id " + shown(document.id),
                    "one <DOCNO> with a word in it");
    document.title = collapse_spaces(resolve_entities(title));
    document.text = trimmed(resolve_entities(has_text ? text : other));
    return document;
}

/// The value of name="…" or name='…'.
std::string attribute(std::string_view attributes, std::string_view name) {
    for (auto place = attributes.find(name); place != std::string_view::npos;
         place = attributes.find(name, place + 1)) {
        const bool starts = place > 0 && (attributes[place - 1] == ' ' || attributes[place - 1] == '\t');
        const auto rest = trimmed(attributes.substr(place + name.size()));
        if (!starts || !rest.starts_with('=')) continue;
        const auto value = trimmed(rest.substr(1));
        if (value.empty() || (value.front() != '"' && value.front() != '\'')) continue;
        return std::string(value.substr(1, value.find(value.front(), 1) - 1));
    }
    return {};
}

std::string without_label(std::string text, std::string_view label) {
    return text.starts_with(label) ? std::string(trimmed(std::string_view(text).substr(label.size()))) : text;
}

Query parse_topic(const LineReader& reader, std::string_view element, std::int64_t opened_at) {
    std::map<std::string, std::string, std::less<>> fields;
    std::string open, id;
    MarkupScanner scanner(element);
    MarkupScanner::Piece piece;
    while (scanner.next(piece)) {
        if (!piece.is_tag) {
            if (!open.empty()) fields[open] += piece.text;
            continue;
        }
        if (!piece.closes && (piece.name == "top" || piece.name == "topic"))
            for (const auto* name : {"number", "id", "num", "qid"})
                if (id.empty()) id = attribute(piece.attributes, name);
        // Classic topics do not close their fields: each ends where the next begins.
        open = piece.closes ? std::string() : piece.name;
    }
    const auto field = [&](std::string_view name) {
        const auto found = fields.find(name);
        return found == fields.end() ? std::string() : collapse_spaces(resolve_entities(found->second));
    };
    Query query;
    query.id = id.empty() ? without_label(field("num"), "Number:") : id;
    for (const auto* name : {"number", "id", "qid"})
        if (query.id.empty()) query.id = field(name);
    query.text = without_label(field("title"), "Topic:");
    for (const auto* name : {"query", "desc", "description", "question"})
        if (query.text.empty()) query.text = without_label(field(name), "Description:");
    const auto where = "a topic (line " + std::to_string(opened_at) + ") without ";
    if (query.id.empty()) reader.fail(where + "a number", "<num> or number=\"…\"");
    if (query.text.empty()) reader.fail(where + "a title, query or description", "one of them");
    return query;
}

} // namespace

void read_trec_documents(LineReader& reader, const TakeDocument& take) {
    constexpr std::array<std::string_view, 1> kNames{"doc"};
    for_each_element(reader, kNames, [&](std::string_view element, std::int64_t opened_at) {
        take(parse_document(reader, element, opened_at));
    });
}

void read_documents(LineReader& reader, FileSet::Form form, const TakeDocument& take) {
    switch (form) {
    case FileSet::Form::Jsonl:
        read_jsonl_documents(reader, take);
        break;
    case FileSet::Form::Tsv:
        read_tsv_documents(reader, take);
        break;
    default:
        read_trec_documents(reader, take);
    }
}

void read_trec_topics(LineReader& reader, const TakeQuery& take) {
    constexpr std::array<std::string_view, 2> kNames{"top", "topic"};
    for_each_element(reader, kNames, [&](std::string_view element, std::int64_t opened_at) {
        take(parse_topic(reader, element, opened_at));
    });
}

} // namespace cameo
