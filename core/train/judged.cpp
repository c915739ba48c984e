#include "core/train/judged.hpp"

#include "core/base/error.hpp"
#include "core/data/line_reader.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace cameo {

namespace {

using Json = nlohmann::json;

constexpr int kDeepest = 8; ///< levels of nesting
constexpr int kLargestGrade = 1000;
const std::string kExpected = R"(a query such as {"query": "play music in the terminal", "documents": {"cmus": 2, "vlc": 0}})";

Json parsed(const LineReader& reader, std::string_view line) {
    const auto bounded = [&](int depth, Json::parse_event_t, const Json&) {
        if (depth > kDeepest)
            reader.fail("JSON of more than " + std::to_string(kDeepest) + " levels", kExpected);
        return true;
    };
    try {
        return Json::parse(line, bounded);
    } catch (const Json::exception&) {
        reader.fail(shown(line) + ", which is not JSON", kExpected);
    }
}

JudgedQuery query_of(const LineReader& reader, const Json& json) {
    if (!json.is_object())
        reader.fail("a JSON " + std::string(json.type_name()), kExpected);
    const auto query = json.find("query"), documents = json.find("documents");
    if (query == json.end() || !query->is_string() || query->get_ref<const std::string&>().empty())
        reader.fail("no \"query\" with a text", kExpected);
    if (documents == json.end() || !documents->is_object())
        reader.fail("no \"documents\" with grades", kExpected);
    JudgedQuery judged{*query, {}};
    for (const auto& [document, grade] : documents->items()) {
        if (!grade.is_number_integer() || grade < -kLargestGrade || grade > kLargestGrade)
            reader.fail("the grade " + shown(grade.dump()) + " of document " + shown(document), kExpected);
        judged.documents[document] = grade;
    }
    return judged;
}

} // namespace

std::vector<JudgedQuery> read_judged(const std::filesystem::path& file) {
    LineReader reader(file);
    std::vector<JudgedQuery> all;
    std::string_view line;
    while (reader.next(line))
        if (line.find_first_not_of(" \t") != std::string_view::npos)
            all.push_back(query_of(reader, parsed(reader, line)));
    return all;
}

std::string judged_text(const std::vector<JudgedQuery>& judged) {
    std::string text;
    for (const auto& [query, documents] : judged) {
        Json grades = Json::object();
        for (const auto& [document, grade] : documents)
            grades[document] = grade;
        text += nlohmann::ordered_json{{"query", query}, {"documents", std::move(grades)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
        text += '\n';
    }
    return text;
}

std::vector<TrainingQuery> judged_training_queries(const std::filesystem::path& file, const Collection& collection) {
    std::vector<TrainingQuery> queries;
    for (const auto& [text, documents] : read_judged(file)) {
        TrainingQuery query{"judged " + std::to_string(queries.size() + 1), text, {}, {}, {}};
        for (const auto& [document, grade] : documents)
            if (const auto ordinal = collection.find(document))
                (grade > 0 ? query.positives : query.negatives).push_back(std::int32_t(*ordinal));
        if (!query.positives.empty())
            queries.push_back(std::move(query));
    }
    if (queries.empty())
        throw Error(ErrorKind::InvalidInput, file.string() + ": no query there has a right document in collection " + collection.name() +
                                                 ", expected at least one with a grade above 0");
    return queries;
}

} // namespace cameo
