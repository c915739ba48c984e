#include "core/eval/judged_scores_file.hpp"

#include "core/base/checksum.hpp"
#include "core/base/error.hpp"
#include "core/index/section_file.hpp"
#include "core/search/engine.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <fstream>
#include <vector>

namespace cameo {

namespace {

using Json = nlohmann::json;

constexpr SectionKind kKind = section_kind("JUDG");
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kHeaderBytes = 40; ///< of a file of sections: kind, version, length and the checksum over all checksums

enum Part : std::size_t { Key, DocumentsAt, Documents, Raw, BroughtBy, RelevantAt, Positions, Grades_, QueryWeights, Bm25Measures, Bm25First, Rest, PartCount };

std::string index_checksum(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".sections") files.push_back(entry.path());
    std::ranges::sort(files);
    std::uint64_t checksum = 0;
    for (const auto& file : files) {
        std::array<char, kHeaderBytes> header{};
        std::ifstream(file, std::ios::binary).read(header.data(), header.size());
        const std::string name = file.filename().string();
        checksum = checksum64(std::as_bytes(std::span(name)), checksum);
        checksum = checksum64(std::as_bytes(std::span(header)), checksum);
    }
    return to_hex(checksum);
}

std::string learned_checksum(const LearnedFusion& learned) {
    std::uint64_t checksum = 0;
    for (const auto* values : {&learned.linear, &learned.gate.base, &learned.gate.mean, &learned.gate.deviation, &learned.gate.effects})
        checksum = checksum64(std::as_bytes(std::span(*values)), checksum);
    checksum = checksum64(std::as_bytes(std::span(&learned.gate.spread, 1)), checksum);
    return to_hex(checksum);
}

/// Everything as flat lists.
struct Flat {
    std::vector<std::uint64_t> documents_at{0}, relevant_at{0}; ///< [Q + 1]
    std::vector<DocumentOrdinal> documents;
    std::vector<float> raw;
    std::vector<std::uint32_t> brought_by;
    std::vector<std::int32_t> positions, grades, bm25_first;
    std::vector<double> query_weights, bm25;
};

Flat flat(const JudgedScores& scores) {
    Flat flat;
    for (const ScoredQuery& query : scores.queries) {
        flat.documents.insert(flat.documents.end(), query.documents.begin(), query.documents.end());
        flat.raw.insert(flat.raw.end(), query.raw.begin(), query.raw.end());
        flat.brought_by.insert(flat.brought_by.end(), query.brought_by.begin(), query.brought_by.end());
        for (const RelevantDocument& relevant : query.relevant) {
            flat.positions.push_back(relevant.position);
            flat.grades.push_back(relevant.grade);
        }
        flat.query_weights.insert(flat.query_weights.end(), query.query_weights.begin(), query.query_weights.end());
        for (const double value : {query.bm25.mrr_10, query.bm25.ndcg_10, query.bm25.recall_100, query.bm25.recall_1000, query.bm25.map}) flat.bm25.push_back(value);
        flat.bm25_first.push_back(query.bm25_first);
        flat.documents_at.push_back(flat.documents.size());
        flat.relevant_at.push_back(flat.positions.size());
    }
    return flat;
}

/// Whether places begin at 0, never go back and end with the list.
bool are_places(std::span<const std::uint64_t> places, std::size_t queries, std::size_t end) {
    return places.size() == queries + 1 && places.front() == 0 && places.back() == end && std::ranges::is_sorted(places);
}

template <class T>
std::vector<T> slice(std::span<const T> all, std::uint64_t begin, std::uint64_t end) {
    return {all.begin() + static_cast<std::ptrdiff_t>(begin), all.begin() + static_cast<std::ptrdiff_t>(end)};
}

/// @return whether it holds together
bool fill(JudgedScores& scores, const SectionFile& file) {
    const std::size_t queries = scores.judged.queries.size(), experts = scores.experts.size();
    const auto documents_at = file.section<std::uint64_t>(DocumentsAt), relevant_at = file.section<std::uint64_t>(RelevantAt);
    const auto documents = file.section<DocumentOrdinal>(Documents);
    const auto raw = file.section<float>(Raw);
    const auto brought_by = file.section<std::uint32_t>(BroughtBy);
    const auto positions = file.section<std::int32_t>(Positions), grades = file.section<std::int32_t>(Grades_), bm25_first = file.section<std::int32_t>(Bm25First);
    const auto weights = file.section<double>(QueryWeights), bm25 = file.section<double>(Bm25Measures);
    const std::size_t weights_each = weights.empty() ? 0 : experts;
    const bool fits = are_places(documents_at, queries, documents.size()) && are_places(relevant_at, queries, positions.size()) && raw.size() == documents.size() * experts &&
                      brought_by.size() == documents.size() && grades.size() == positions.size() && weights.size() == queries * weights_each && bm25.size() == queries * kMeasureCount &&
                      bm25_first.size() == queries;
    if (!fits || std::ranges::any_of(documents, [&](DocumentOrdinal ordinal) { return ordinal < 0 || ordinal >= scores.documents; })) return false;
    for (std::size_t at = 0; at < queries; ++at) {
        ScoredQuery& query = scores.queries.emplace_back();
        const std::uint64_t begin = documents_at[at], end = documents_at[at + 1];
        query.documents = slice(documents, begin, end);
        query.raw = slice(raw, begin * experts, end * experts);
        query.brought_by = slice(brought_by, begin, end);
        for (std::uint64_t relevant = relevant_at[at]; relevant < relevant_at[at + 1]; ++relevant) {
            if (positions[relevant] < -1 || positions[relevant] >= static_cast<std::int64_t>(end - begin)) return false;
            query.relevant.push_back({positions[relevant], grades[relevant]});
        }
        query.query_weights = slice(weights, at * weights_each, (at + 1) * weights_each);
        const auto own = bm25.subspan(at * kMeasureCount, kMeasureCount);
        query.bm25 = {.mrr_10 = own[0], .ndcg_10 = own[1], .recall_100 = own[2], .recall_1000 = own[3], .map = own[4]};
        query.bm25_first = bm25_first[at];
    }
    const Json rest = Json::parse(file.text(Rest));
    scores.has_bm25 = rest.at("bm25");
    scores.slices = rest.at("slices").get<std::map<std::string, std::vector<std::string>>>();
    return std::ranges::all_of(scores.slices, [&](const auto& parts) { return parts.second.size() == queries; });
}

} // namespace

std::string judged_scores_key(const SearchEngine& engine, const std::filesystem::path& index_folder, const JudgedScoresOptions& options, bool bm25) {
    const Json key{{"format", kVersion},
                   {"model", engine.model().version()},
                   {"collection", engine.collection().version()},
                   {"index", index_checksum(index_folder)},
                   {"documents", engine.index().info().documents},
                   {"split", options.split},
                   {"depth", options.depth},
                   {"bm25", bm25},
                   {"learned", engine.learned_fusion() ? learned_checksum(*engine.learned_fusion()) : ""}};
    return key.dump();
}

void write_judged_scores(const JudgedScores& scores, const std::string& key, const std::filesystem::path& file) {
    const Flat all = flat(scores);
    const std::string rest = Json{{"bm25", scores.has_bm25}, {"slices", scores.slices}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    SectionWriter writer(kKind, kVersion);
    writer.add(key);
    writer.add(all.documents_at);
    writer.add(all.documents);
    writer.add(all.raw);
    writer.add(all.brought_by);
    writer.add(all.relevant_at);
    writer.add(all.positions);
    writer.add(all.grades);
    writer.add(all.query_weights);
    writer.add(all.bm25);
    writer.add(all.bm25_first);
    writer.add(rest);
    writer.write(file);
}

std::optional<JudgedScores> read_judged_scores(const SearchEngine& engine, const std::string& key, const JudgedScoresOptions& options, const std::filesystem::path& file) {
    std::error_code unreadable;
    if (!std::filesystem::exists(file, unreadable)) return {};
    try {
        const auto kept = SectionFile::open(file, kKind, kVersion);
        if (kept->sections() != PartCount || kept->text(Key) != key) return {};
        kept->verify_all();
        JudgedScores scores = unscored(engine, options);
        if (!fill(scores, *kept)) return {};
        return scores;
    } catch (const Error& error) {
        if (error.kind() == ErrorKind::NotFound) throw; // the split itself
        return {};
    } catch (const Json::exception&) {
        return {};
    }
}

JudgedScores kept_or_scored(const SearchEngine& engine, const Bm25* bm25, const JudgedScoresOptions& options, const std::filesystem::path& index_folder,
                            const std::filesystem::path& file, Progress& progress) {
    const std::string key = judged_scores_key(engine, index_folder, options, bm25 != nullptr);
    if (auto kept = read_judged_scores(engine, key, options, file)) return std::move(*kept);
    JudgedScores scores = score_judged(engine, bm25, options, progress);
    try {
        std::filesystem::create_directories(file.parent_path());
        write_judged_scores(scores, key, file);
    } catch (const Error& error) {
        if (error.kind() != ErrorKind::Environment) throw;
    } catch (const std::filesystem::filesystem_error&) {
        // as the one above: what was measured is worth more than that it is kept
    }
    return scores;
}

std::filesystem::path judged_scores_file(const std::filesystem::path& data, const std::string& model, const std::string& collection, const std::string& split) {
    return data / "measured" / (model + "--" + collection + "--" + split + ".sections");
}

} // namespace cameo
