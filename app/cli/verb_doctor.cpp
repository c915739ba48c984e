// cameo doctor: versions, devices, threads, precision in use, folders.

#include "app/about/linked_parts.hpp"
#include "app/cli/json_line.hpp"
#include "app/cli/verbs.hpp"
#include "app/demo.hpp"
#include "core/base/folders.hpp"
#include "core/data/collection.hpp"
#include "core/model/model.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace cameo {

namespace {

using Json = nlohmann::ordered_json;

Json examine() {
    const DeviceInfo device = probe_device();
    const Folders places = folders();
    Json models = Json::array(), collections = Json::array();
    for (const ModelSummary& model : list_models())
        models.push_back(model.name);
    for (const CollectionSummary& collection : list_collections())
        collections.push_back(collection.name);
    return {{"version", own_version()},
            {"libraries",
             {{"LibTorch", version_of("LibTorch")}, {"FAISS", version_of("FAISS")}, {"SQLite", version_of("SQLite")}}},
            {"compiler", "g++ " __VERSION__},
            {"device", device.device},
            {"name", device.name},
            {"instructions", device.instructions},
            {"threads", device.threads},
            {"precision", device.precision},
            {"remark", device.remark},
            {"folders",
             {{"data", places.data.string()},
              {"config", places.config.string()},
              {"state", places.state.string()},
              {"cache", places.cache.string()},
              {"assets", places.assets.string()}}},
            {"models", std::move(models)},
            {"collections", std::move(collections)},
            {"demo", demo_is_set_up()}};
}

std::string joined(const Json& names) {
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name.get<std::string>();
    return text.empty() ? "none" : text;
}

void print(std::ostream& out, const Json& found) {
    const auto line = [&](const char* what, const std::string& value) {
        if (!value.empty()) out << fmt::format("{:<14}{}\n", what, value);
    };
    line("cameo", found["version"]);
    for (const auto& [library, version] : found["libraries"].items())
        line(library.c_str(), version);
    line("compiler", found["compiler"]);
    line("device", found["device"].get<std::string>() + ", " + found["name"].get<std::string>());
    line("instructions", found["instructions"]);
    line("threads", std::to_string(found["threads"].get<int>()));
    line("precision", found["precision"]);
    line("remark", found["remark"]);
    for (const auto& [folder, path] : found["folders"].items())
        line(folder.c_str(), path);
    line("models", joined(found["models"]));
    line("collections", joined(found["collections"]));
    line("demo", found["demo"] ? "set up" : "not set up: `cameo demo` builds it");
}

} // namespace

void add_doctor(VerbContext context) {
    auto* verb =
        context.program.add_subcommand("doctor", "versions, devices, threads, precision in use, folders");
    auto json = std::make_shared<bool>(false);
    verb->add_flag("--json", *json, "as JSON");
    verb->callback([=] {
        context.action = [json](Console& console, ConsoleProgress&) {
            const Json found = examine();
            if (*json)
                console.out << json_line(found);
            else
                print(console.out, found);
        };
    });
}

} // namespace cameo
