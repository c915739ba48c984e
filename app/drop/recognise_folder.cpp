#include "app/drop/recognise_folder.hpp"

#include "app/drop/file_head.hpp"
#include "core/base/error.hpp"
#include "core/data/file_set.hpp"
#include "core/model/assembly/guess.hpp"
#include "core/train/recipe/recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

namespace cameo {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLargestSettings = 1'000'000;

/// What lies in a folder and in the folders right below it.
struct Listing {
    std::uint64_t bytes = 0;
    std::size_t entries = 0;
    bool complete = true;     ///< false: there is more
    bool only_files = true;   ///< and folders: no pipes, no devices, no links that lead nowhere
};

void list(const fs::path& folder, int depth, Listing& listing) {
    std::error_code failed;
    for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
        if (++listing.entries > kMostEntries) {
            listing.complete = false;
            return;
        }
        const fs::file_status status = entry->status(failed);
        if (status.type() == fs::file_type::regular) {
            const std::uint64_t size = entry->file_size(failed);
            if (!failed) listing.bytes += size;
        } else if (status.type() != fs::file_type::directory) {
            listing.only_files = false;
        } else if (depth > 0 && !entry->is_symlink(failed)) {
            list(entry->path(), depth - 1, listing);
        }
        failed.clear();
    }
}

bool has_file(const fs::path& folder, const char* name) {
    std::error_code failed;
    return fs::is_regular_file(folder / name, failed);
}

/// A file of settings that a person could have written; others are not opened.
bool has_settings(const fs::path& folder, const char* name) {
    std::error_code failed;
    return has_file(folder, name) && fs::file_size(folder / name, failed) <= kLargestSettings && !failed;
}

std::string count_files(const std::vector<fs::path>& files, const char* one, const char* many, bool headed = false) {
    std::int64_t lines = 0;
    bool about = false;
    for (const fs::path& file : files) {
        const FileHead head = head_of(file);
        const std::int64_t count = head.line_count();
        if (count < 0) return fmt::format("{} in {}", many, files.size() == 1 ? "a packed file" : std::to_string(files.size()) + " files");
        lines += count - (headed && head.bytes.starts_with("query-id"));
        about |= !head.whole;
    }
    return counted_words(lines, about, one, many);
}

/// @return nothing: it has no documents
std::optional<Thing> recognise_collection(const fs::path& folder, const Listing& listing) {
    FileSet files;
    try {
        files = find_files(folder);
    } catch (const Error&) {
        return {};
    }
    Thing thing{.kind = ThingKind::Collection, .path = folder, .bytes = listing.bytes};
    const bool trec = files.document_form == FileSet::Form::Trec;
    const char* kind = files.document_form == FileSet::Form::Jsonl ? "A BEIR folder" : trec ? "A folder of TREC's files" : "A folder of MS MARCO's files";
    const std::string documents = trec ? fmt::format("documents in {}", files.documents.size() == 1 ? "a file" : std::to_string(files.documents.size()) + " files")
                                       : count_files(files.documents, "document", "documents");
    std::vector<fs::path> judgments;
    for (const auto& each : files.judgments) judgments.push_back(each.file);
    const std::string queries = files.queries.empty() ? "no queries" : files.query_form == FileSet::Form::Trec ? "queries" : count_files(files.queries, "query", "queries");
    thing.what = fmt::format("{}: {}, {}, {}.", kind, documents, queries, judgments.empty() ? "no judgments" : count_files(judgments, "judgment", "judgments", true));
    return thing;
}

/// @return nothing: it is no model
std::optional<Thing> recognise_model(const fs::path& folder, const Listing& listing) {
    Thing thing{.path = folder, .bytes = listing.bytes};
    if (has_settings(folder, "model.json")) {
        const Manifest manifest = read_manifest(folder / "model.json");
        std::string experts;
        for (const ExpertSpec& expert : manifest.experts) experts += (experts.empty() ? "" : ", ") + expert.name;
        thing.kind = ThingKind::Model;
        thing.what = fmt::format("A model of Cameo's: {}, {} ({}).", manifest.kind, counted_words(std::ssize(manifest.experts), false, "expert", "experts"), experts);
        return thing;
    }
    if (!has_settings(folder, "config.json")) return {};
    if (!listing.only_files) {
        thing.what = "A folder with a config.json and with things in it that are no files: its files are read one by one, so it is left alone.";
        return thing;
    }
    try {
        const ForeignModel foreign = read_foreign_model(folder);
        thing.kind = ThingKind::Model;
        thing.what = fmt::format("A model's folder, of Hugging Face's kind: {}.", foreign.sbmoe_block.empty() ? fmt::format("a {} expert", foreign.expert.name) : "an SB-MoE model with its gate");
    } catch (const Error& error) {
        thing.what = fmt::format("A model's folder that Cameo cannot use: {}.", error.what());
    }
    return thing;
}

std::optional<Thing> recognise_training(const fs::path& folder, const Listing& listing) {
    if (!looks_like_training(folder)) return {};
    Thing thing{.path = folder, .bytes = listing.bytes};
    if (!has_settings(folder, "recipe.json")) {
        thing.what = "A training's folder whose recipe.json cannot be one: it is too large.";
        return thing;
    }
    const Recipe recipe = read_recipe(folder / "recipe.json");
    thing.kind = ThingKind::Training;
    thing.what = fmt::format("A training's folder: {} on {}, {} steps.", recipe.model, recipe.collection, recipe.standardized_steps + recipe.specialized_steps);
    return thing;
}

} // namespace

std::string counted_words(std::int64_t count, bool about, const char* one, const char* many) {
    if (about && count > 100) { // two digits are what a guess is worth
        const double scale = std::pow(10.0, std::floor(std::log10(static_cast<double>(count))) - 1);
        count = std::llround(std::llround(static_cast<double>(count) / scale) * scale);
    }
    const std::string digits = std::to_string(count);
    std::string text;
    for (std::size_t place = 0; place < digits.size(); ++place) {
        if (place > 0 && (digits.size() - place) % 3 == 0) text += ',';
        text += digits[place];
    }
    return fmt::format("{}{} {}", about ? "about " : "", text, count == 1 ? one : many);
}

std::string size_words(std::uint64_t bytes) {
    constexpr std::array<const char*, 4> kUnits{"kB", "MB", "GB", "TB"};
    double amount = static_cast<double>(bytes) / 1000;
    std::size_t unit = 0;
    for (; amount >= 999.5 && unit + 1 < kUnits.size(); ++unit) amount /= 1000;
    return fmt::format("{:.{}f} {}", amount, amount < 9.95 ? 1 : 0, kUnits[unit]);
}

bool looks_like_training(const fs::path& folder) { return has_file(folder, "recipe.json") && has_file(folder, "training.db"); }

Thing recognise_folder(const fs::path& folder) {
    Listing listing;
    list(folder, 1, listing);
    if (auto training = recognise_training(folder, listing)) return *std::move(training);
    if (auto model = recognise_model(folder, listing)) return *std::move(model);
    Thing thing{.path = folder, .bytes = listing.bytes};
    if (!listing.complete) {
        thing.what = fmt::format("A folder with more than {} files: too many to look through here. `cameo collection import` takes TREC's large collections in.", kMostEntries);
        return thing;
    }
    if (auto collection = recognise_collection(folder, listing)) return *std::move(collection);
    thing.what = listing.entries == 0 ? "This folder is empty."
                                      : "A folder that is neither a model (config.json or model.json), nor a collection (corpus.jsonl, collection.tsv or files that begin with <DOC>), nor a "
                                        "training (recipe.json and training.db).";
    return thing;
}

} // namespace cameo
