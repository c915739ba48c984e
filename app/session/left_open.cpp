#include "app/session/left_open.hpp"

#include "core/text/in_a_sentence.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <ctime>
#include <optional>

namespace cameo {

namespace {

using Json = nlohmann::json;

std::optional<std::tm> local_time(std::int64_t ms) {
    const auto seconds = static_cast<std::time_t>(ms / 1000);
    std::tm parts{};
    if (!::localtime_r(&seconds, &parts)) return std::nullopt;
    return parts;
}

std::string moment_words(std::int64_t ms, std::int64_t now_ms) {
    constexpr std::int64_t kADay = 86'400'000;
    const auto at = ms > 0 && ms <= now_ms + kADay ? local_time(ms) : std::nullopt; // clocks may differ, not by more than that
    const auto now = local_time(now_ms);
    if (!at) return {};
    char month[32], time[32];
    std::strftime(month, sizeof month, now && now->tm_year == at->tm_year ? "%b" : "%b %Y", &*at);
    std::strftime(time, sizeof time, "%H:%M:%S", &*at);
    return std::string(", on ") + std::to_string(at->tm_mday) + " " + month + " at " + time + ",";
}

bool goes_on(const Unfinished::Job& job) { return job.tag == "index" || job.tag == "demo"; }

std::string text_at(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

std::string left_open_words(const LeftOpen& left, std::int64_t now_ms) {
    return "Cameo was not closed properly the last time. Everything up to the last change" + moment_words(left.kept_ms, now_ms) + " is here: the query, its result, the layout and the notes.";
}

std::string unfinished_words(const Unfinished& unfinished) {
    std::string words;
    if (!unfinished.query.empty()) words = "The query “" + in_a_sentence(unfinished.query, 60) + "” was still being answered.";
    std::string names;
    for (const Unfinished::Job& job : unfinished.jobs) names += (names.empty() ? "" : "; ") + in_a_sentence(job.name, 60);
    if (!names.empty()) words += (words.empty() ? "Not finished: " : " Not finished: ") + names + ".";
    if (std::ranges::any_of(unfinished.jobs, goes_on)) words += " What was indexed is kept, and it can go on from there.";
    return words;
}

std::string to_json(const LeftOpen& left, const std::string& machine) {
    Json jobs = Json::array();
    for (const Unfinished::Job& job : left.unfinished.jobs) jobs.push_back({{"tag", job.tag}, {"name", job.name}});
    const Json json{{"machine", machine}, {"kept_ms", left.kept_ms}, {"query", left.unfinished.query}, {"jobs", jobs}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

LeftOpen left_open_from_json(const std::string& text, std::string& machine) {
    LeftOpen left;
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object()) return left;
    machine = text_at(json, "machine");
    if (const auto kept = json.find("kept_ms"); kept != json.end() && kept->is_number_integer()) left.kept_ms = kept->get<std::int64_t>();
    left.unfinished.query = text_at(json, "query");
    if (const auto jobs = json.find("jobs"); jobs != json.end() && jobs->is_array())
        for (const Json& job : *jobs)
            if (job.is_object()) left.unfinished.jobs.push_back({text_at(job, "tag"), text_at(job, "name")});
    return left;
}

} // namespace cameo
