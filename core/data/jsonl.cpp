// BEIR's JSON lines.

#include "core/data/readers.hpp"
#include "core/text/json_depth.hpp"

#include <nlohmann/json.hpp>

namespace cameo {

namespace {

using Json = nlohmann::json;

Json parse_object(const LineReader& reader, std::string_view line, const std::string& expected) {
    if (json_too_deep(line)) reader.fail("JSON of more than " + std::to_string(kMaxJsonDepth) + " levels", expected);
    try {
        auto value = Json::parse(line);
        if (!value.is_object()) reader.fail("a JSON " + std::string(value.type_name()), expected);
        return value;
    } catch (const Json::parse_error& error) {
        reader.fail(shown(line) + ", which is not JSON at column " + std::to_string(error.byte), expected);
    } catch (const Json::exception&) {
        reader.fail(shown(line) + ", which has a number out of range", expected);
    }
}

/// A string, or a number written as one: some collections have numeric ids.
std::string text_at(const LineReader& reader, const Json& object, const char* key,
                    const std::string& expected) {
    const auto found = object.find(key);
    if (found == object.end()) reader.fail(std::string("no \"") + key + "\"", expected);
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number_integer()) return found->dump();
    reader.fail(std::string("\"") + key + "\" that is a JSON " + found->type_name(), expected);
}

std::string optional_text(const LineReader& reader, const Json& object, const char* key,
                          const std::string& expected) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return {};
    return text_at(reader, object, key, expected);
}

std::string id_at(const LineReader& reader, const Json& object, const std::string& expected) {
    auto id = text_at(reader, object, "_id", expected);
    if (id.empty()) reader.fail("an empty \"_id\"", expected);
    return id;
}

/// Calls `take` with the object of each line that is not blank.
template <typename Take>
void for_each_object(LineReader& reader, const std::string& expected, const Take& take) {
    std::string_view line;
    while (reader.next(line)) {
        if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
        take(parse_object(reader, line, expected));
    }
}

} // namespace

void read_jsonl_documents(LineReader& reader, const TakeDocument& take) {
    const std::string expected = R"(a document such as {"_id": "7", "title": "…", "text": "…"})";
    for_each_object(reader, expected, [&](const Json& object) {
        Document document;
        document.id = id_at(reader, object, expected);
        document.title = optional_text(reader, object, "title", expected);
        document.text = text_at(reader, object, "text", expected);
        if (const auto metadata = object.find("metadata"); metadata != object.end() && metadata->is_object())
            for (const auto& [key, value] : metadata->items()) {
                if (value.is_string())
                    document.fields[key] = value.get<std::string>();
                else if (value.is_number() || value.is_boolean())
                    document.fields[key] = value.dump();
            }
        take(std::move(document));
    });
}

void read_jsonl_queries(LineReader& reader, const TakeQuery& take) {
    const std::string expected = R"(a query such as {"_id": "7", "text": "…"})";
    for_each_object(reader, expected, [&](const Json& object) {
        Query query;
        query.id = id_at(reader, object, expected);
        query.text = text_at(reader, object, "text", expected);
        query.category = optional_text(reader, object, "category", expected);
        if (const auto metadata = object.find("metadata");
            query.category.empty() && metadata != object.end() && metadata->is_object())
            query.category = optional_text(reader, *metadata, "category", expected);
        take(std::move(query));
    });
}

} // namespace cameo
