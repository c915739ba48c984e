#include "core/search/missing.hpp"

#include "core/model/expert_names.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cameo {

namespace {

using Stage = MissingDocument::Stage;

std::string_view stage_words(std::string_view stage) {
    if (stage == "probing") return "no centroid that was probed leads to it";
    if (stage == "lists") return "none of the lists that were looked at has it";
    if (stage == "blocks") return "its block promised too little to be looked at";
    if (stage == "codes") return "by its compressed token vectors it was not worth scoring exactly";
    return "by its centroids alone it was not worth a closer look";
}

std::string how_it_was_lost(const std::optional<SearchLoss>& loss) {
    if (!loss) return "its approximate search did not find it";
    const std::string keeps = loss->needed > 0 ? fmt::format("{:g} {} instead of {:g} would keep it", loss->needed, loss->setting, loss->is)
                                               : fmt::format("no number of {} would keep it", loss->setting);
    return fmt::format("{} ({})", stage_words(loss->stage), keeps);
}

std::string advice(const MissingDocument& missing) {
    const auto easy = easiest_weight(missing);
    if (!easy) return " No weight of a single expert would put it there.";
    const MissingExpert& expert = missing.experts[*easy];
    return fmt::format(" The least change of one weight: {} from {} to {}.", expert.name, expert.weight, *expert.weight_needed);
}

} // namespace

std::string_view stage_name(Stage stage) {
    switch (stage) {
    case Stage::Shown: return "shown";
    case Stage::Depth: return "depth";
    case Stage::Search: return "search";
    case Stage::Fusion: break;
    }
    return "fusion";
}

std::string missing_verdict(const MissingDocument& missing) {
    const std::string place = fmt::format("rank {}", missing.rank);
    switch (missing.stage) {
    case Stage::Shown: return fmt::format("It is not missing: it stands at {}.", place);
    case Stage::Fusion: {
        const auto shown = std::ranges::count_if(missing.experts, [&](const MissingExpert& expert) { return expert.rank <= missing.within; });
        return fmt::format("Lost in the fusion: it stands at {}. {}.{}", place,
                           shown == 0 ? fmt::format("No expert has it among its own first {}", missing.within)
                                      : fmt::format("{} of {} experts have it among their own first {}", shown, missing.experts.size(), missing.within),
                           advice(missing));
    }
    case Stage::Search: {
        const auto lost = std::ranges::find_if(missing.experts, &MissingExpert::lost);
        return fmt::format("Lost in the search: {} would have it at rank {}, and {}.{} Fused it would stand at {}.", lost->name, lost->rank, how_it_was_lost(lost->loss),
                           missing.depth_needed > 0 ? fmt::format(" With {} candidates it is found.", missing.depth_needed) : " No number of candidates brings it.", place);
    }
    case Stage::Depth: break;
    }
    const bool matches = std::ranges::any_of(missing.experts, [](const MissingExpert& expert) { return expert.kind != ExpertKind::Lexical || expert.raw > 0; });
    if (missing.depth_needed == 0)
        return matches ? "Lost before the fusion: no number of candidates brings it, since no expert's approximate search finds it."
                       : "No expert finds anything in it that the query asks for.";
    const auto nearest = std::ranges::min_element(missing.experts, {}, [](const MissingExpert& expert) {
        return expert.kind == ExpertKind::Lexical && !(expert.raw > 0) ? std::numeric_limits<std::int64_t>::max() : expert.rank;
    });
    std::string text = fmt::format("Lost before the fusion: no expert has it among its first {} candidates. The nearest is {}, at rank {}; with {} candidates it would be fused, and in this union stand at {}.",
                                   missing.depth, nearest->name, nearest->rank, missing.depth_needed, place);
    if (missing.rank > missing.within) text += advice(missing);
    return text;
}

std::string to_text(const MissingDocument& missing) {
    std::string text = fmt::format("{}, {}\n{}\n\n{:<12} {:>12} {:>8} {:>10} {:>12} {:>8} {:>10}\n", missing.id, missing.fusion, missing_verdict(missing), "expert", "score",
                                   "rank", "candidate", "short by", "weight", "needed");
    for (const MissingExpert& expert : missing.experts) {
        text += fmt::format("{:<12} {:>12.4f} {:>8} {:>10} {:>12} {:>8.6g} {:>10}", expert.name, expert.raw, expert.rank, expert.lost ? "lost" : expert.candidate ? "yes" : "no",
                            std::isfinite(expert.short_by) ? fmt::format("{:.4f}", expert.short_by) : "-", expert.weight,
                            expert.weight_needed ? fmt::format("{}", *expert.weight_needed) : "none");
        text += expert.truncated ? "  reads its beginning only\n" : "\n";
    }
    return text;
}

std::string to_json(const MissingDocument& missing) {
    using Json = nlohmann::ordered_json;
    const auto number = [](double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); };
    const auto figure = [](double value) { return value == std::floor(value) ? Json(static_cast<std::int64_t>(value)) : Json(value); };
    Json json = {{"id", missing.id},       {"within", missing.within},
                 {"stage", stage_name(missing.stage)}, {"rank", missing.rank},
                 {"depth", missing.depth}, {"depth_needed", missing.depth_needed > 0 ? Json(missing.depth_needed) : Json(nullptr)},
                 {"fusion", missing.fusion}, {"verdict", missing_verdict(missing)}};
    json["experts"] = Json::array();
    for (const MissingExpert& expert : missing.experts)
        json["experts"].push_back({{"name", expert.name}, {"kind", name(expert.kind)}, {"raw", number(expert.raw)}, {"rank", expert.rank},
                                   {"candidate", expert.candidate}, {"lost", expert.lost},
                                   {"loss", expert.loss ? Json{{"stage", expert.loss->stage}, {"setting", expert.loss->setting}, {"is", figure(expert.loss->is)}, {"needed", expert.loss->needed > 0 ? figure(expert.loss->needed) : Json(nullptr)}} : Json(nullptr)},
                                   {"truncated", expert.truncated}, {"short_by", number(expert.short_by)},
                                   {"weight", expert.weight}, {"weight_needed", expert.weight_needed ? Json(*expert.weight_needed) : Json(nullptr)}});
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

} // namespace cameo
