#pragma once

#include "core/eval/judged_scores.hpp"
#include "core/eval/score_judged.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace cameo {

class SearchEngine;

/// What kept scores hold for: model and collection by their fingerprints, the index by the headers of its files (which hold
/// their checksums), the split, the options, whether BM25 was asked, the learned fusion. Another key: other scores.
/// @param index_folder of the engine's index
std::string judged_scores_key(const SearchEngine& engine, const std::filesystem::path& index_folder, const JudgedScoresOptions& options, bool bm25);

/// Keeps what was measured, atomically: some 60 MB for 1,154 queries over 11,000 documents. @throws Error(Environment).
void write_judged_scores(const JudgedScores& scores, const std::string& key, const std::filesystem::path& file);

/// The scores that were kept under this key, bit for bit. Nothing where there are none: no file, another key, another version
/// of the format, damage; then they are measured anew. Reads every byte. @throws as read_split().
std::optional<JudgedScores> read_judged_scores(const SearchEngine& engine, const std::string& key, const JudgedScoresOptions& options, const std::filesystem::path& file);

/// Those that were kept, or else measured now and kept for the next time. Where they cannot be kept (a full disk), they are
/// measured all the same. @throws as score_judged().
JudgedScores kept_or_scored(const SearchEngine& engine, const Bm25* bm25, const JudgedScoresOptions& options, const std::filesystem::path& index_folder,
                            const std::filesystem::path& file, Progress& progress);

/// "measured/<model>--<collection>--<split>.sections" in the data folder.
std::filesystem::path judged_scores_file(const std::filesystem::path& data, const std::string& model, const std::string& collection, const std::string& split);

} // namespace cameo
