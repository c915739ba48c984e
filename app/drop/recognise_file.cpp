#include "app/drop/recognise_file.hpp"

#include "app/drop/file_head.hpp"
#include "app/drop/recognise_folder.hpp"
#include "core/base/error.hpp"
#include "core/data/columns.hpp"
#include "core/train/recipe/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace cameo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestRecipe = 1'000'000;

/// SQLite's application id, behind its name; 0: the file is no SQLite database.
std::uint32_t application_id(std::string_view bytes) {
    constexpr std::string_view kName("SQLite format 3\0", 16);
    if (bytes.size() < 100 || !bytes.starts_with(kName)) return 0;
    std::uint32_t id = 0;
    for (std::size_t at = 68; at < 72; ++at) id = id << 8 | static_cast<unsigned char>(bytes[at]);
    return id;
}

/// "about 12,000 lines"; nothing where it cannot be told.
std::string lines_words(const FileHead& head) {
    const std::int64_t lines = head.line_count();
    if (lines < 0) return {};
    return counted_words(lines, !head.whole, "line", "lines");
}

bool is_number(std::string_view text) { return parse_number<double>(text).has_value(); }
bool is_whole(std::string_view text) { return parse_number<int>(text).has_value(); }

/// query Q0 document rank score tag
bool is_run_line(const std::vector<std::string_view>& columns) {
    return columns.size() == 6 && (columns[1] == "Q0" || columns[1] == "q0" || columns[1] == "0") && is_number(columns[3]) && is_number(columns[4]);
}
/// query 0 document grade; BEIR has no second column, and a header
bool is_judgment_line(const std::vector<std::string_view>& columns) {
    return (columns.size() == 4 && is_whole(columns[1]) && is_whole(columns[3])) || (columns.size() == 3 && is_whole(columns[2]));
}

/// What its lines say, by the first few of them.
Thing recognise_lines(const fs::path& file, const FileHead& head) {
    Thing thing{.path = file, .bytes = head.size};
    auto lines = head.lines(5);
    std::erase_if(lines, [](std::string_view line) { return trimmed(line).empty(); });
    const bool header = !lines.empty() && lines.front().starts_with("query-id\t");
    if (header) lines.erase(lines.begin());
    const auto all = [&](auto is_line) { return !lines.empty() && std::ranges::all_of(lines, [&](std::string_view line) { return is_line(split_spaces(line)); }); };
    const std::string many = lines_words(head);
    if (all(is_run_line)) {
        thing.kind = ThingKind::RunFile;
        thing.what = fmt::format("A TREC run file of the system {}{}.", split_spaces(lines.front())[5], many.empty() ? "" : ": " + many);
    } else if (all(is_judgment_line)) {
        thing.kind = ThingKind::Judgments;
        thing.what = fmt::format("A file of judgments, as {} has them{}.", header || split_spaces(lines.front()).size() == 3 ? "BEIR" : "TREC", many.empty() ? "" : ": " + many);
    } else {
        thing.what = head.is_text() ? "A text of which Cameo knows neither name nor lines: a run file has six columns, judgments have four, or three under a header."
                                    : "A file of which Cameo knows neither name nor beginning.";
    }
    return thing;
}

Thing recognise_database(const fs::path& file, std::uint32_t id, std::uint64_t size) {
    // Written as SQLite's application_id by sessions/ and core/data/.
    constexpr std::uint32_t kSession = 0x434d5331, kTraining = 0x434d5431, kCollection = 0x434d4331;
    Thing thing{.path = file, .bytes = size};
    if (id == kSession) {
        thing.kind = ThingKind::Session;
        thing.what = fmt::format("A session of Cameo's, {}.", size_words(size));
    } else if (id == kTraining && looks_like_training(file.parent_path())) {
        return recognise_folder(file.parent_path());
    } else if (id == kTraining) {
        thing.what = "The record of a training; the recipe.json that belongs beside it is missing.";
    } else if (id == kCollection) {
        thing.what = "A collection as Cameo stores it; what is imported are BEIR, TREC and MS MARCO folders.";
    } else {
        thing.what = "A database that Cameo has not written.";
    }
    return thing;
}

Thing recognise_json(const fs::path& file, std::uint64_t size) {
    Thing thing{.path = file, .bytes = size};
    if (size > kLargestRecipe) {
        thing.what = fmt::format("A JSON file of {}: too large for a recipe.", size_words(size));
        return thing;
    }
    try {
        const Recipe recipe = read_recipe(file);
        thing.kind = ThingKind::Recipe;
        thing.what = fmt::format("A recipe: it trains {} on {} for {} steps.", recipe.model.empty() ? "a model that is still to be chosen" : recipe.model,
                                 recipe.collection.empty() ? "a collection that is still to be chosen" : recipe.collection, recipe.standardized_steps + recipe.specialized_steps);
    } catch (const Error& error) {
        thing.what = fmt::format("A JSON file, and no recipe: {}.", error.what());
    }
    return thing;
}

/// Names of files that make sense together with what lies beside them only.
bool belongs_to_folder(const fs::path& file) {
    constexpr std::array<std::string_view, 7> kNames{"model.json", "config.json", "modules.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt", "recipe.json"};
    constexpr std::array<std::string_view, 4> kWeights{".safetensors", ".bin", ".pt", ".jsonl"};
    const std::string name = file.filename().string(), extension = file.extension().string();
    return std::ranges::find(kNames, name) != kNames.end() || std::ranges::find(kWeights, extension) != kWeights.end();
}

} // namespace

Thing recognise_file(const fs::path& file) {
    if (belongs_to_folder(file)) {
        Thing whole = recognise_folder(file.parent_path());
        if (whole.kind != ThingKind::Nothing) return whole;
    }
    const FileHead head = head_of(file);
    if (head.bytes.empty()) return {.path = file, .what = "This file is empty."};
    if (head.bytes.starts_with("SQLite format 3")) return recognise_database(file, application_id(head.bytes), head.size);
    const std::string extension = file.extension().string();
    if (extension == ".json") return recognise_json(file, head.size);
    if (extension == ".safetensors" || extension == ".pt" || extension == ".bin")
        return {.path = file, .what = "Weights without what belongs to them: a model is a folder with its config.json and vocabulary.", .bytes = head.size};
    return recognise_lines(file, head);
}

} // namespace cameo
