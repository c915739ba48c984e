#pragma once

#include "core/index/index.hpp"
#include "core/model/representation.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cameo {

struct FusionSpec;
struct Trace;

/// One expert's part in a document's absence.
struct MissingExpert {
    std::string name;
    ExpertKind kind = ExpertKind::Global;
    double raw = 0;
    std::int64_t rank = 0;    ///< among all indexed documents by exact scores, ties by their order in the collection
    bool candidate = false;   ///< it brought the document into the union
    bool lost = false;        ///< it should have: its rank is within the depth, its approximate search did not find it
    std::optional<SearchLoss> loss; ///< where, as far as its index can tell
    bool truncated = false;   ///< the document is longer than the expert reads
    double short_by = std::numeric_limits<double>::quiet_NaN(); ///< raw score that is wanting to its own first `within`; 0: none
    double weight = 1;                   ///< in the fusion
    std::optional<double> weight_needed; ///< the nearest from 0 up that puts the document among the first; none: no weight does
};

/// Why a document is not among the first of the fused list, by the stage that lost it, and the least that would change it.
struct MissingDocument {
    enum class Stage {
        Shown,  ///< it is not missing
        Depth,  ///< no expert has it among its candidates
        Search, ///< an expert's approximate search did not find it
        Fusion, ///< it was scored by every expert, and others were put above it
    };
    std::string id, title;
    std::int32_t within = 10;
    std::int64_t indexed = 0; ///< documents of the index
    Stage stage = Stage::Shown;
    std::int32_t rank = 0;  ///< in the fused list; outside of the union: where it would stand in it
    std::int32_t depth = 0; ///< candidates of each expert
    std::int64_t depth_needed = 0; ///< the least at which an expert's own search finds it (an approximate one: by doubling); 0: it is in the union, or no depth does
    std::string fusion;
    std::vector<MissingExpert> experts;
};

/// The weight of one expert, nearest to the one it has, with which a document is among the first `within` of a list whose
/// scores are the sums over experts of weight times part, while the other weights stay. Ties go by `tie_order`. It has as few
/// digits as do it, so that it can be typed.
/// @param parts [D, E] as of unweighted_parts()   @param weights [E]   @param tie_order [D]
std::optional<double> nearest_weight(std::span<const double> parts, std::span<const double> weights, std::span<const std::size_t> tie_order,
                                     std::size_t expert_idx, std::size_t document, std::size_t within);

/// The same of another fusion of the same run: what the experts make of the document stays, and no index is needed.
/// @pre the trace has the experts of `missing`, in their order
MissingDocument under_fusion(MissingDocument missing, const Trace& trace);

/// The trace's fusion with another weight for one expert, as MissingExpert::weight_needed means it: an adaptive one becomes
/// the weighted z-score sum that it is for this query.
FusionSpec with_weight(const Trace& trace, std::size_t expert_idx, double weight);
/// The expert whose weight has to change least, in proportion; none: no single weight helps.
std::optional<std::size_t> easiest_weight(const MissingDocument& missing);

/// "shown", "depth", "search", "fusion".
std::string_view stage_name(MissingDocument::Stage stage);
/// What lost it and what would bring it back, in one or two sentences.
std::string missing_verdict(const MissingDocument& missing);
std::string to_text(const MissingDocument& missing);
/// {"id","within","stage":"shown"|"depth"|"search"|"fusion","rank","depth","depth_needed","fusion","verdict",
///   "experts":[{"name","kind","raw","rank","candidate","lost","loss":{"stage","setting","is","needed"}|null,"truncated","short_by","weight","weight_needed"}]}
std::string to_json(const MissingDocument& missing);

} // namespace cameo
