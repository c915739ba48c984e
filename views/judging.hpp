#pragma once

#include "core/eval/measures.hpp"
#include "views/bench_rows.hpp"
#include "views/commands.hpp"
#include "views/draw.hpp"
#include "views/snapshot.hpp"

#include <optional>
#include <string>

namespace cameo {

/// The grade that somebody has given this document here for the query on screen.
std::optional<int> own_grade(const Snapshot& now, const std::string& document);

/// A digit grades the document for the query on screen, Delete and Backspace take the grade back. Call where the keys
/// belong to the view. @return true: a grade was given.
bool judge_by_keys(const Snapshot& now, const std::string& document, Commands& out);

/// A little box with the grade in it, centred. Its height is a small line's.
void draw_grade(ImDrawList& list, ImVec2 center, int grade);
inline constexpr float kGradeWidth = 18; ///< design pixels

/// A list of the bench by one's own grades: MRR@10 and nDCG@10 over what is graded; nothing where no grade is above 0.
std::optional<Measures> measure_by_own(const Snapshot& now, const BenchRows& rows, const BenchList& list);

} // namespace cameo
