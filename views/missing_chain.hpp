#pragma once

#include "core/search/missing.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace cameo {

/// How a document fared at one stage of an expert's way to the list.
struct MissingStep {
    enum class Mark { Kept, Doubtful, Lost };
    Mark mark = Mark::Kept;
    std::string words; ///< "among its 100 candidates"
    std::string help;  ///< a sentence or two
};

/// Reading, candidates, its own first ones: what one expert makes of the document, in order.
std::vector<MissingStep> missing_steps(const MissingDocument& missing, const MissingExpert& expert);
/// The fusion, which is the same for all of them.
MissingStep fusion_step(const MissingDocument& missing);

/// Steps as a chain in the flow of the window, broken into lines where they do not fit: a tick, a warning or a cross,
/// and the words.
void draw_chain(const std::vector<MissingStep>& steps);

} // namespace cameo
