// What the mined negatives say of themselves.
#include "core/diagnose/diagnose_training.hpp"

#include <fmt/format.h>

namespace cameo {
namespace {

constexpr double kAbove = 0.01; ///< share of the kept negatives that rank above the right document: 0.092 where nothing is left out, 0 at a margin of 0.95

} // namespace

void find_negatives_trouble(const TrainingEvidence& training, std::vector<Finding>& findings) {
    const std::string& from = training.recipe.negatives_from;
    if (from != "mined" && from != "both") return;
    const double above = training.last("mined.above"), left_out = training.last("mined.left_out"), margin = training.recipe.false_negative_margin;
    const std::vector<Evidence> evidence{{"mined negatives that the model ranks above the right document", above, fmt::format("above {:g} many may be right", kAbove)},
                                         {"mined documents that were left out because they may be right", left_out, ""},
                                         {"negatives.false_margin", margin, "from 1 on it lets through what ranks above the right one"}};
    if (above > kAbove && margin >= 1)
        findings.push_back({.id = "negatives.false", .severity = Severity::Warning, .sureness = Sureness::Likely, .title = "Mined negatives are likely to be right answers",
                            .meaning = "The model puts them above the document that is known to be right, and nothing keeps them out. Where they answer the query as well, the experts are taught to hide right answers.",
                            .evidence = evidence, .remedies = {{"Leave out what scores nearly as well as the right one.", {"negatives.false_margin=0.95"}}}, .view = "Training"});
}

} // namespace cameo
