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
    bool decisive = false; ///< the stage that the document was lost at, not only one that did not help it
};

/// Reading, candidates, its own first ones: what one expert makes of the document, in order.
std::vector<MissingStep> missing_steps(const MissingDocument& missing, const MissingExpert& expert);
/// The fusion, which is the same for all of them.
MissingStep fusion_step(const MissingDocument& missing);

/// Steps one below the other, joined by a line: a tick, a warning or a cross, and the words. Only what was decisive is loud.
void draw_chain(const std::vector<MissingStep>& steps);

} // namespace cameo
