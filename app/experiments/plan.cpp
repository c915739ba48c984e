#include "app/experiments/plan.hpp"

#include "core/base/error.hpp"
#include "core/model/model_name.hpp"
#include "core/text/json_depth.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

/// The fields of one object of the plan; what nobody asked for is refused in the end.
class Fields {
public:
    Fields(const Json& object, std::string where) : m_object(object), m_where(std::move(where)) {
        if (!object.is_object()) refuse("is no object");
    }
    template <class T>
    T take(const char* key, T fallback) {
        m_known.insert(key);
        const auto found = m_object.find(key);
        if (found == m_object.end()) return fallback;
        try {
            return found->template get<T>();
        } catch (const Json::exception&) {
            refuse(fmt::format("has a field {} of another type than expected", key));
        }
    }
    bool has(const char* key) const { return m_object.contains(key); }
    Fields object(const char* key) {
        m_known.insert(key);
        return {m_object.at(key), m_where + ", " + key};
    }
    const Json& raw(const char* key) {
        m_known.insert(key);
        return m_object.at(key);
    }
    void finish() const {
        for (const auto& [key, value] : m_object.items())
            if (!m_known.contains(key)) refuse(fmt::format("has an unknown field {}", key));
    }
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::InvalidInput, fmt::format("{} {}", m_where, what));
    }

private:
    const Json& m_object;
    std::string m_where;
    std::set<std::string, std::less<>> m_known;
};

std::variant<CameOptions, SbmoeOptions> read_create(Fields fields) {
    const auto kind = fields.take<std::string>("kind", "came");
    if (kind == "came") {
        CameOptions options;
        options.from = fields.take<std::string>("from", "cache:all-minilm-l6-v2");
        options.experts = fields.take("experts", options.experts);
        options.shared = fields.take("shared", options.shared);
        options.own = fields.take("private", options.own);
        options.local_width = fields.take("local_width", options.local_width);
        options.query_tokens = fields.take("query_tokens", options.query_tokens);
        options.document_tokens = fields.take("document_tokens", options.document_tokens);
        fields.finish();
        return options;
    }
    if (kind != "sbmoe") fields.refuse(fmt::format("is of kind \"{}\", expected came or sbmoe", kind));
    SbmoeOptions options;
    options.from = fields.take<std::string>("from", "cache:all-minilm-l6-v2");
    options.experts = fields.take("experts", options.experts);
    options.chosen = fields.take("chosen", options.chosen);
    options.inner = fields.take("inner", options.inner);
    options.query_tokens = fields.take("query_tokens", options.query_tokens);
    options.document_tokens = fields.take("document_tokens", options.document_tokens);
    const auto form = fields.take<std::string>("form", "corrected");
    if (form != "corrected" && form != "reference")
        fields.refuse(fmt::format("has the form \"{}\", expected corrected or reference", form));
    options.form = form == "corrected" ? MoeForm::Corrected : MoeForm::Reference;
    fields.finish();
    return options;
}

/// "cacm", or {"name": "debian-3000", "collection": "debian", "documents": 3000}.
std::vector<PlannedEvaluation> read_evaluations(const Json& list, const std::string& where) {
    if (!list.is_array()) throw Error(ErrorKind::InvalidInput, fmt::format("{}: evaluate is no list", where));
    std::vector<PlannedEvaluation> evaluations;
    for (const Json& each : list) {
        if (each.is_string()) {
            evaluations.push_back({each, each, 0});
            continue;
        }
        Fields fields(each, where + ": evaluate");
        PlannedEvaluation evaluation;
        evaluation.collection = fields.take<std::string>("collection", "");
        evaluation.name = fields.take("name", evaluation.collection);
        evaluation.documents = fields.take<std::int64_t>("documents", 0);
        fields.finish();
        if (evaluation.collection.empty()) fields.refuse("has an entry without a collection");
        if (evaluation.documents < 0) fields.refuse("has an entry with fewer than no documents");
        check_model_name(evaluation.name, where + ": evaluate: field name: ");
        evaluations.push_back(std::move(evaluation));
    }
    std::set<std::string> names;
    for (const auto& evaluation : evaluations)
        if (!names.insert(evaluation.name).second)
            throw Error(ErrorKind::InvalidInput, fmt::format("{}: evaluate has {} twice", where, evaluation.name));
    return evaluations;
}

PlannedTraining read_training(const Json& object, const std::filesystem::path& folder,
                              const std::vector<PlannedEvaluation>& evaluations, const std::string& where) {
    Fields fields(object, where);
    PlannedTraining training;
    training.name = fields.take<std::string>("name", "");
    check_model_name(training.name, where + ": field name: ");
    training.from = fields.take<std::string>("from", "");
    if (training.from.empty() != fields.has("create"))
        fields.refuse("needs either a field create or a field from");
    if (fields.has("create")) training.create = read_create(fields.object("create"));
    training.recipe = read_recipe(folder / fields.take<std::string>("recipe", ""));
    for (const auto& assignment : fields.take<std::vector<std::string>>("set", {}))
        set_field(training.recipe, assignment);
    if (!training.recipe.teacher.empty())
        training.recipe.teacher = std::filesystem::absolute(folder / training.recipe.teacher).lexically_normal().string();
    std::vector<std::string> all;
    for (const auto& evaluation : evaluations)
        all.push_back(evaluation.name);
    training.evaluate = fields.take("evaluate", all);
    for (const auto& name : training.evaluate)
        if (std::find(all.begin(), all.end(), name) == all.end())
            fields.refuse(fmt::format("is measured on {}, which is none of the plan's evaluations", name));
    fields.finish();
    return training;
}

PlannedTable read_table(const Json& object, const std::vector<PlannedTraining>& trainings, const std::string& where) {
    Fields fields(object, where);
    PlannedTable table;
    table.name = fields.take<std::string>("name", "");
    table.collection = fields.take<std::string>("collection", "debian");
    table.against = fields.take<std::string>("against", "");
    table.numbers = fields.take<std::vector<std::string>>("numbers", {});
    table.figure = fields.take("figure", false);
    if (table.figure && !table.numbers.empty()) fields.refuse("is of recorded numbers, which have no figure");
    bool has_against = table.against.empty();
    if (!fields.has("rows") || !fields.raw("rows").is_array()) fields.refuse("needs a list of rows");
    for (const Json& each : fields.raw("rows")) {
        const std::size_t parts = table.numbers.empty() ? 3 : 2;
        if (!each.is_array() || each.size() != parts || !std::ranges::all_of(each, &Json::is_string))
            fields.refuse(table.numbers.empty() ? "has a row that is not [label, training, system]"
                                                : "has a row that is not [label, training], as a table of numbers has");
        table.rows.push_back({each[0], each[1], parts == 3 ? each[2].get<std::string>() : std::string()});
        const auto training = std::ranges::find(trainings, table.rows.back().training, &PlannedTraining::name);
        if (training == trainings.end())
            fields.refuse(fmt::format("has a row of {}, which is no training of the plan", table.rows.back().training));
        if (table.numbers.empty() && std::ranges::find(training->evaluate, table.collection) == training->evaluate.end())
            fields.refuse(fmt::format("has a row of {}, which is not measured on {}", training->name, table.collection));
        has_against = has_against || table.rows.back().label == table.against;
    }
    if (!has_against) fields.refuse(fmt::format("compares with \"{}\", which is none of its rows", table.against));
    fields.finish();
    return table;
}

} // namespace

ExperimentPlan read_plan(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in || !std::filesystem::is_regular_file(file))
        throw Error(ErrorKind::NotFound, fmt::format("{}: the plan cannot be read", file.string()));
    const auto json = json_too_deep(text.str()) ? Json() : Json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) throw Error(ErrorKind::InvalidInput, fmt::format("{}: no JSON object", file.string()));
    Fields fields(json, file.string() + ": the plan");
    ExperimentPlan plan;
    plan.collection = fields.take<std::string>("collection", "debian");
    plan.evaluate = read_evaluations(fields.has("evaluate") ? fields.raw("evaluate") : Json::array({plan.collection}), file.string());
    plan.seeds = fields.take<std::vector<std::int64_t>>("seeds", {1});
    if (std::set(plan.seeds.begin(), plan.seeds.end()).size() < plan.seeds.size()) fields.refuse("has a seed twice");
    if (!fields.has("trainings") || !fields.raw("trainings").is_array()) fields.refuse("needs a list of trainings");
    std::set<std::string> names;
    std::size_t number = 0;
    for (const Json& each : fields.raw("trainings")) {
        auto training = read_training(each, file.parent_path(), plan.evaluate, fmt::format("{}: training {}", file.string(), ++number));
        const std::string where = fmt::format("{}: training {}", file.string(), training.name);
        if (!training.from.empty() && !names.contains(training.from))
            throw Error(ErrorKind::InvalidInput, fmt::format("{} goes on with {}, which does not come before it", where, training.from));
        if (!names.insert(training.name).second) throw Error(ErrorKind::InvalidInput, where + " is there twice");
        plan.trainings.push_back(std::move(training));
    }
    if (fields.has("tables"))
        for (const Json& each : fields.raw("tables")) {
            auto table = read_table(each, plan.trainings, fmt::format("{}: table {}", file.string(), plan.tables.size() + 1));
            if (std::ranges::find(plan.tables, table.name, &PlannedTable::name) != plan.tables.end())
                fields.refuse(fmt::format("has a table \"{}\" twice", table.name));
            plan.tables.push_back(std::move(table));
        }
    fields.finish();
    return plan;
}

} // namespace cameo
