#include "app/story/shipped_stories.hpp"

#include "app/session/saved_settings.hpp"
#include "core/base/error.hpp"
#include "core/search/fusion.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <initializer_list>
#include <string_view>

namespace cameo {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

void check_keys(const Json& json, std::initializer_list<std::string_view> known) {
    for (const auto& [key, value] : json.items())
        if (std::ranges::find(known, key) == known.end()) throw Error(ErrorKind::InvalidInput, "has a key '" + key + "', which means nothing");
}

SessionBookmark step_of(const Json& json, const std::string& story, std::size_t number) {
    check_keys(json, {"title", "caption", "model", "collection", "query", "fusion", "document", "expert", "layout", "views", "alone", "training", "training_step"});
    SessionBookmark step{.id = story + "." + std::to_string(number), .made_ms = 0, .title = json.at("title"), .caption = json.value("caption", ""), .state = {}, .story = story, .live = true};
    SessionState& state = step.state;
    state.layout_name = json.value("layout", "Inspect");
    state.model = json.value("model", "");
    state.collection = json.value("collection", "");
    state.query = json.value("query", "");
    state.fusion = json.value("fusion", "");
    if (!state.fusion.empty()) parse_fusion(state.fusion);
    state.selection.document = json.value("document", "");
    state.selection.expert = json.value("expert", "");
    save_untouched(true, state.settings);
    save_in_front(json.at("views").get<std::vector<std::string>>(), json.value("alone", ""), state.settings);
    if (json.contains("training")) save_look({.folder = json.at("training"), .step = json.value("training_step", std::int64_t{-1})}, state.settings);
    return step;
}

ShippedStory story_of(const Json& json, const std::string& id) {
    check_keys(json, {"title", "about", "steps"});
    ShippedStory shipped{.story = {.id = id, .made_ms = 0, .title = json.at("title"), .about = json.value("about", "")}, .steps = {}};
    for (const Json& step : json.at("steps")) shipped.steps.push_back(step_of(step, id, shipped.steps.size() + 1));
    if (shipped.steps.empty()) throw Error(ErrorKind::InvalidInput, "has no steps");
    return shipped;
}

ShippedStory read_story(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) throw Error(ErrorKind::NotFound, file.string() + ": cannot be read");
    try {
        return story_of(Json::parse(in), file.stem().string());
    } catch (const Json::exception& error) {
        throw Error(ErrorKind::InvalidInput, file.string() + ": is no story: " + error.what());
    } catch (const Error& error) {
        throw Error(ErrorKind::InvalidInput, file.string() + ": " + error.what());
    }
}

} // namespace

std::vector<ShippedStory> read_shipped_stories(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder, failed))
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    if (failed) throw Error(ErrorKind::NotFound, folder.string() + ": cannot be read: " + failed.message());
    std::ranges::sort(files);
    std::vector<ShippedStory> stories;
    for (const fs::path& file : files) stories.push_back(read_story(file));
    return stories;
}

} // namespace cameo
