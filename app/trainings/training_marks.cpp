#include "app/trainings/training_marks.hpp"

#include "core/base/atomic_file.hpp"

#include <fstream>
#include <nlohmann/json.hpp>

namespace cameo {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uintmax_t kLongest = 1 << 20;

std::filesystem::path file_of(const std::filesystem::path& training) { return training / "marks.json"; }

} // namespace

TrainingMarks read_marks(const std::filesystem::path& training) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(file_of(training), failed);
    if (failed || size > kLongest) return {};
    std::ifstream file(file_of(training), std::ios::binary);
    const Json json = Json::parse(file, nullptr, false);
    TrainingMarks marks;
    if (!json.is_object()) return marks;
    if (const auto tags = json.find("tags"); tags != json.end() && tags->is_array())
        for (const Json& tag : *tags)
            if (tag.is_string()) marks.tags.push_back(tag.get<std::string>());
    if (const auto note = json.find("note"); note != json.end() && note->is_string()) marks.note = note->get<std::string>();
    if (const auto archived = json.find("archived"); archived != json.end() && archived->is_boolean()) marks.archived = archived->get<bool>();
    return marks;
}

void write_marks(const std::filesystem::path& training, const TrainingMarks& marks) {
    if (marks == TrainingMarks{}) {
        std::error_code none;
        std::filesystem::remove(file_of(training), none);
        return;
    }
    AtomicFile file(file_of(training));
    file.write(Json{{"tags", marks.tags}, {"note", marks.note}, {"archived", marks.archived}}.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
    file.commit();
}

} // namespace cameo
