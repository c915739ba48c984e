#pragma once

#include "core/eval/systems.hpp"
#include "views/palette.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace cameo {

/// A system of an evaluation for people, wherever it comes from: "Z-score sum", "sbmoe: Lexical", a run file's own tag.
std::string system_title(const SystemResult& system);
/// Whether its ranked lists can be written: those of experts, fusions and BM25 of the model in use.
bool has_run(const SystemResult& system);
/// Whether it was brought along, and can be taken out again.
bool is_guest(const SystemResult& system);
/// What the system reached for that query, by measure_idx.
inline double measured(const SystemResult& system, std::size_t query, int measure_idx) { return value(system.per_query[query], measure_idx); }
/// "rank 3", "not in its list".
std::string rank_words(std::int32_t rank);
/// How the so-manieth category of queries is drawn: a hue of no expert, and a shape.
ExpertStyle category_style(std::size_t category_idx);

} // namespace cameo
