#include "core/train/checkpoint_state.hpp"

#include "core/base/atomic_file.hpp"
#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/model/json_file.hpp"
#include "core/model/weights/mapped_file.hpp"

#include <cstring>
#include <nlohmann/json.hpp>

namespace cameo {

namespace {

constexpr int kStateFormat = 1;
constexpr const char* kOwnChecksum = "checksum";

std::string checksum_of(const std::filesystem::path& file) { return to_hex(checksum64(MappedFile::open(file)->bytes())); }

/// Of all that stands in it but this. Keys are in alphabetical order, numbers in their shortest form.
std::string own_checksum(nlohmann::json json) {
    json.erase(kOwnChecksum);
    const std::string text = json.dump();
    return to_hex(checksum64(std::as_bytes(std::span(text))));
}

/// JSON's shortest form of a double reads back as the same bits; numbers that are none have no form.
double number(const nlohmann::json& json, const char* key, const std::filesystem::path& file) {
    return field_or<double>(json, key, 0, file);
}

} // namespace

void write_state(const std::filesystem::path& file, const CheckpointState& state) {
    nlohmann::ordered_json json;
    json["format"] = kStateFormat;
    json["cameo"] = CAMEO_VERSION;
    json["step"] = state.step;
    json["skipped"] = state.skipped;
    json["step_backs"] = state.step_backs;
    json["mean_loss"] = state.mean_loss;
    json["mean_norm"] = state.mean_norm;
    json["mean_since"] = state.mean_since;
    json["best"] = state.best;
    json["worse"] = state.worse;
    for (const auto& [key, step] : {std::pair{"best_step", state.best_step}, {"validated", state.validated}, {"stop_at", state.stop_at}})
        if (step >= 0) // else there is none yet
            json[key] = step;
    json["data"] = state.data;
    json["recipe"] = nlohmann::ordered_json::parse(to_json(state.recipe));
    std::map<std::string, std::string> sums; // a folder lists its files in any order
    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path()))
        if (entry.is_regular_file() && !entry.path().filename().string().starts_with('.'))
            sums[entry.path().filename().string()] = checksum_of(entry.path());
    json["checksums"] = sums;
    json[kOwnChecksum] = own_checksum(nlohmann::json::parse(json.dump()));
    AtomicFile out(file);
    out.write(json.dump(2) + "\n");
    out.commit();
}

CheckpointState read_state(const std::filesystem::path& file) {
    const auto json = read_json(file);
    if (const auto format = field_or<std::int64_t>(json, "format", 0, file); format != kStateFormat)
        throw Error(format > kStateFormat ? ErrorKind::Unsupported : ErrorKind::InvalidInput, file.string() + ": its format is " + std::to_string(format) +
                                                ", this Cameo reads " + std::to_string(kStateFormat));
    // The first trainings had none.
    if (json.contains(kOwnChecksum) && field_or<std::string>(json, kOwnChecksum, "", file) != own_checksum(json))
        throw Error(ErrorKind::InvalidInput, file.string() + ": it is damaged, its checksum is not its own");
    const auto sums = json.find("checksums");
    if (sums == json.end() || !sums->is_object())
        throw Error(ErrorKind::InvalidInput, file.string() + ": it has no checksums");
    for (const auto& [name, sum] : sums->items()) {
        const auto beside = file.parent_path() / std::filesystem::path(name).filename();
        if (!sum.is_string() || checksum_of(beside) != sum.get<std::string>())
            throw Error(ErrorKind::InvalidInput, beside.string() + ": it is damaged, its checksum is not the one that " +
                                                     file.filename().string() + " has");
    }
    CheckpointState state;
    const auto step = [&](const char* key) {
        return json.contains(key) ? field_or<std::int64_t>(json, key, 0, file) : std::int64_t(-1);
    };
    state.step = step("step");
    if (state.step < 0)
        throw Error(ErrorKind::InvalidInput, file.string() + ": it names no step");
    state.skipped = field_or<std::int64_t>(json, "skipped", 0, file);
    state.step_backs = field_or<std::int64_t>(json, "step_backs", 0, file);
    state.mean_loss = number(json, "mean_loss", file);
    state.mean_norm = number(json, "mean_norm", file);
    state.mean_since = field_or<std::int64_t>(json, "mean_since", 0, file);
    state.best = number(json, "best", file);
    state.best_step = step("best_step");
    state.worse = field_or<std::int64_t>(json, "worse", 0, file);
    state.validated = step("validated");
    state.stop_at = step("stop_at");
    state.data = field_or<std::string>(json, "data", "", file);
    const auto recipe = json.find("recipe");
    state.recipe = recipe_from_json(recipe == json.end() ? "" : recipe->dump(), file.string());
    return state;
}

} // namespace cameo
