#include "views/evaluation_words.hpp"

#include "views/format.hpp"
#include "views/words.hpp"

#include <array>

namespace cameo {

std::string system_title(const SystemResult& system) {
    if (system.kind == "run file") return system.name; // its tag may be anything
    const auto slash = system.name.find('/');
    if (system.kind != "other model" || slash == system.name.npos) return system_title(system.name);
    return system.name.substr(0, slash) + ": " + system_title(system.name.substr(slash + 1));
}

bool has_run(const SystemResult& system) { return system.kind == "expert" || system.kind == "fusion" || (system.kind == "baseline" && system.name == "bm25"); }

bool is_guest(const SystemResult& system) { return system.kind == "run file" || system.kind == "other model"; }

std::string rank_words(std::int32_t rank) { return rank > 0 ? "rank " + format_count(rank) : std::string("not in its list"); }

ExpertStyle category_style(std::size_t category_idx) {
    constexpr std::array kShapes{MarkShape::Circle, MarkShape::Diamond, MarkShape::Square, MarkShape::Triangle, MarkShape::Hexagon, MarkShape::Cross, MarkShape::Ring, MarkShape::Bar};
    return {kExpertHues + category_idx % kGroupHues, kShapes[category_idx % kShapes.size()]};
}

} // namespace cameo
