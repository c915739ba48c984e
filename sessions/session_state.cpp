#include "sessions/session_state.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace cameo {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kSetting = "setting:";

constexpr std::pair<const char*, std::string SessionState::*> kTexts[] = {
    {"layout_name", &SessionState::layout_name},
    {"layout", &SessionState::layout},
    {"model", &SessionState::model},
    {"collection", &SessionState::collection},
    {"query", &SessionState::query},
    {"fusion", &SessionState::fusion},
};

std::string to_json(const SessionSelection& selection) {
    const Json json{{"trace", selection.trace_id},
                    {"document", selection.document},
                    {"documents", selection.documents},
                    {"expert", selection.expert},
                    {"token", selection.token}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Only what is a whole number becomes one.
std::int32_t token_of(const Json& json) {
    const auto found = json.find("token");
    return found != json.end() && found->is_number_integer() ? found->get<std::int32_t>() : -1;
}

SessionSelection selection_from_json(const std::string& text) {
    try {
        const auto json = Json::parse(text);
        return {.trace_id = json.value("trace", ""),
                .document = json.value("document", ""),
                .documents = json.value("documents", std::vector<std::string>()),
                .expert = json.value("expert", ""),
                .token = token_of(json)};
    } catch (const Json::exception&) {
        return {}; // a lost selection is no reason to lose the session
    }
}

} // namespace

std::map<std::string, std::string> to_rows(const SessionState& state) {
    std::map<std::string, std::string> rows;
    for (const auto& [key, text] : kTexts)
        if (!(state.*text).empty()) rows[key] = state.*text;
    if (state.selection != SessionSelection()) rows["selection"] = to_json(state.selection);
    for (const auto& [key, value] : state.settings)
        rows[std::string(kSetting) + key] = value;
    return rows;
}

SessionState state_from_rows(const std::map<std::string, std::string>& rows) {
    SessionState state;
    for (const auto& [key, text] : kTexts)
        if (const auto found = rows.find(key); found != rows.end()) state.*text = found->second;
    if (const auto found = rows.find("selection"); found != rows.end())
        state.selection = selection_from_json(found->second);
    for (const auto& [key, value] : rows)
        if (key.starts_with(kSetting)) state.settings[key.substr(kSetting.size())] = value;
    return state;
}

std::string to_json(const SessionState& state) { return Json(to_rows(state)).dump(-1, ' ', false, Json::error_handler_t::replace); }

SessionState state_from_json(const std::string& text) {
    const Json json = Json::parse(text, nullptr, false);
    std::map<std::string, std::string> rows;
    if (json.is_object())
        for (const auto& [key, value] : json.items())
            if (value.is_string()) rows[key] = value.get<std::string>();
    return state_from_rows(rows);
}

} // namespace cameo
