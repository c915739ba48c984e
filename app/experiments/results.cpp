#include "app/experiments/results.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/error.hpp"

#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

Json to_json(const MeasuredCollection& collection) {
    Json systems = Json::array();
    for (const auto& system : collection.systems)
        systems.push_back({{"name", system.name}, {"MRR@10", system.mrr_10}, {"nDCG@10", system.ndcg_10}, {"Recall@100", system.recall_100}});
    return {{"queries", collection.queries}, {"categories", collection.categories}, {"systems", std::move(systems)}};
}

MeasuredCollection collection_from(const Json& json) {
    MeasuredCollection collection;
    json.at("queries").get_to(collection.queries);
    json.at("categories").get_to(collection.categories);
    if (collection.categories.size() != collection.queries.size()) throw Json::other_error::create(501, "not one category a query", nullptr);
    for (const Json& each : json.at("systems")) {
        MeasuredSystem system{each.at("name"), each.at("MRR@10"), each.at("nDCG@10"), each.at("Recall@100")};
        for (const auto* values : {&system.mrr_10, &system.ndcg_10, &system.recall_100})
            if (values->size() != collection.queries.size()) throw Json::other_error::create(501, "not one value a query", nullptr);
        collection.systems.push_back(std::move(system));
    }
    return collection;
}

} // namespace

MeasuredCollection measured(const Evaluation& evaluation) {
    MeasuredCollection collection{evaluation.query_ids, evaluation.categories, {}};
    for (const SystemResult& system : evaluation.systems) {
        MeasuredSystem own{system.name, {}, {}, {}};
        for (const Measures& query : system.per_query) {
            own.mrr_10.push_back(query.mrr_10);
            own.ndcg_10.push_back(query.ndcg_10);
            own.recall_100.push_back(query.recall_100);
        }
        collection.systems.push_back(std::move(own));
    }
    return collection;
}

void write_result(const std::filesystem::path& file, const ExperimentResult& result) {
    Json json{{"training", result.training}, {"seed", result.seed},         {"steps", result.steps},
              {"best_step", result.best_step}, {"seconds", result.seconds}, {"best_dev", result.best_dev},
              {"numbers", result.numbers}};
    json["collections"] = Json::object();
    for (const auto& [name, collection] : result.collections)
        json["collections"][name] = to_json(collection);
    AtomicFile out(file);
    out.write(json.dump() + "\n");
    out.commit();
}

std::optional<ExperimentResult> read_result(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return {};
    try {
        const Json json = Json::parse(in);
        ExperimentResult result;
        json.at("training").get_to(result.training);
        json.at("seed").get_to(result.seed);
        json.at("steps").get_to(result.steps);
        json.at("best_step").get_to(result.best_step);
        json.at("seconds").get_to(result.seconds);
        json.at("best_dev").get_to(result.best_dev);
        json.at("numbers").get_to(result.numbers);
        for (const auto& [name, collection] : json.at("collections").items())
            result.collections[name] = collection_from(collection);
        return result;
    } catch (const Json::exception&) {
        throw Error(ErrorKind::InvalidInput, fmt::format("{}: it is damaged; without it the training is done and measured again", file.string()));
    }
}

} // namespace cameo
