#include "views/training_words.hpp"

#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/theme.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <type_traits>

namespace cameo {
namespace {

constexpr std::size_t kLastSteps = 20; ///< whose time says how fast it is now

/// The shortest text that gives the number back.
std::string number_words(double value) {
    if (std::isinf(value)) return "infinity";
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

} // namespace

std::string state_title(TrainingState state) { return heading(name(state)); }

Rgb state_color(TrainingState state) {
    switch (state) {
    case TrainingState::Running: return colors().accent;
    case TrainingState::Frozen:
    case TrainingState::Failed:
    case TrainingState::Died:
    case TrainingState::Unreadable: return colors().error;
    default: return colors().dim;
    }
}

const char* state_icon(TrainingState state) {
    switch (state) {
    case TrainingState::Queued: return icon::kClock;
    case TrainingState::Running: return icon::kPlay;
    case TrainingState::Paused: return icon::kPause;
    case TrainingState::Finished: return icon::kCheck;
    case TrainingState::Interrupted: return icon::kStop;
    case TrainingState::Elsewhere: return icon::kFolder;
    default: return icon::kAlert;
    }
}

std::string progress_words(const TrainingSummary& summary, const TrainingRecord* record) {
    std::string words = "step " + format_count(summary.step) + " of " + format_count(summary.steps);
    if (summary.state != TrainingState::Running) return words;
    if (!summary.words.empty()) return words.append("  ·  ").append(summary.words); // no steps meanwhile, and so no speed
    const Curve* const seconds = record ? record->curve("seconds") : nullptr;
    if (!seconds) return words;
    double sum = 0;
    const std::size_t count = std::min(seconds->size(), kLastSteps);
    for (std::size_t at = seconds->size() - count; at < seconds->size(); ++at) sum += (*seconds)[at].value;
    if (!(sum > 0)) return words;
    const double each = sum / static_cast<double>(count);
    words.append("  ·  ").append(each < 1 ? format_rate(1 / each, Unit::Steps) : format_score(each, 1) + " s a step");
    if (const auto left = summary.steps - summary.step; left > 0) words.append("  ·  about ").append(format_duration(each * static_cast<double>(left))).append(" left");
    return words;
}

std::string cost_words(const TrainingCost& cost) {
    return format_duration(cost.seconds) + ", " + format_bytes(static_cast<std::uint64_t>(cost.memory_bytes)) + " of memory, " + format_bytes(static_cast<std::uint64_t>(cost.disk_bytes)) + " on the disk";
}

std::string estimate_words(const ShownTraining& training, const TrainingSummary& summary, std::int64_t now_ms) {
    if (!training.estimate || !training.record) return {};
    const bool runs = is_alive(summary.state), whole = summary.state == TrainingState::Finished && summary.step >= summary.steps;
    const TrainingCost taken{.seconds = training.record->seconds(runs ? now_ms : summary.last_ms), .memory_bytes = training.record->peak_memory(), .disk_bytes = training.disk_bytes};
    return std::string(whole ? "Took " : "So far ") + cost_words(taken) + "; estimated" + (whole ? "" : " for all steps") + ": " + cost_words(*training.estimate) + ".";
}

std::string model_name(const TrainingSummary& summary) {
    const std::filesystem::path path(summary.model);
    const std::string last = path.filename().string();
    // A checkpoint's own name says little without its training's.
    if (path.parent_path().filename() == "checkpoints") return path.parent_path().parent_path().filename().string() + " at " + std::to_string(std::strtoll(last.c_str(), nullptr, 10));
    if (last == "model" && path.has_parent_path()) return path.parent_path().filename().string();
    return last;
}

std::string ago_words(std::int64_t then_ms, std::int64_t now_ms) {
    const double seconds = static_cast<double>(now_ms - then_ms) / 1000;
    if (then_ms <= 0) return {};
    if (seconds < 5) return "just now";
    if (seconds < 48 * 3600) return format_duration(seconds) + " ago";
    return format_count(std::llround(seconds / (24 * 3600))) + " days ago";
}

std::string command_words(const LeftCommand& command) {
    const std::string what = command.argument.empty() ? command.kind : command.argument;
    switch (command.state) {
    case CommandState::Pending: return what + ": the trainer has not taken it up yet";
    case CommandState::Done: return what + ": done before step " + format_count(command.step + 1);
    case CommandState::Refused: return what + ": refused, " + command.refusal;
    }
    return what;
}

const ShownTraining* shown_training(const Trainings& trainings) { return trainings.shown.empty() ? nullptr : &trainings.shown.front(); }

const TrainingLine* line_of(const Trainings& trainings, const std::filesystem::path& folder) {
    if (!trainings.list) return nullptr;
    const auto found = std::ranges::find(*trainings.list, folder, [](const TrainingLine& line) { return line.summary.folder; });
    return found == trainings.list->end() ? nullptr : &*found;
}

std::string value_words(const Recipe& recipe, const RecipeField& field) {
    return std::visit(
        [&](auto member) -> std::string {
            const auto& value = recipe.*member;
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::string>) return value;
            else if constexpr (std::is_same_v<Value, bool>) return value ? "true" : "false";
            else if constexpr (std::is_same_v<Value, std::int64_t>) return std::to_string(value);
            else return number_words(value);
        },
        field.member);
}

std::vector<RecipeDifference> recipe_differences(const std::vector<const Recipe*>& recipes) {
    std::vector<RecipeDifference> differences;
    for (const RecipeField& field : recipe_schema()) {
        if (field.key == "name" || recipes.empty()) continue;
        RecipeDifference difference{std::string(field.key), {}};
        for (const Recipe* recipe : recipes) difference.values.push_back(value_words(*recipe, field));
        if (std::ranges::any_of(difference.values, [&](const std::string& value) { return value != difference.values.front(); })) differences.push_back(std::move(difference));
    }
    return differences;
}

ImU32 training_color(std::size_t color, float alpha) { return ink(colors().groups[color % kGroupHues], alpha); }

} // namespace cameo
