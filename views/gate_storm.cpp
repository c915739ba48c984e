#include "views/gate_storm.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

std::string rank_range(const StormDocument& document) {
    const std::string low = format_score(document.p5, 0), high = format_score(document.p95, 0);
    return low == high ? low : low + " to " + high;
}

/// Figures in columns from the right edge; the last one first.
struct StormColumns {
    ImVec2 min, max;
    float width;

    void put(ImDrawList& list, float& x, TextStyle style, const std::string& text, bool quiet = false) const {
        const float middle = (min.y + max.y) / 2;
        draw_text(list, {x, std::round(middle - line_height(style) / 2 + ascent(style))}, style, ink(quiet ? colors().dim : colors().text), text, width, Align::Right);
        x -= width;
    }
};

void draw_experts(const Trace& trace, const NoiseStorm& storm, std::size_t first, const std::vector<ExpertStyle>& styles) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(620)), name = std::min(dp(110), width * 0.25f), figure = dp(72);
    const float bar = std::max(width - name - 3 * figure - dp(12), 0.0f);
    const auto row = [&](const char* id, float height) {
        ImGui::InvisibleButton(id, {width, height});
        return StormColumns{ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), figure};
    };
    {
        const StormColumns head = row("head", line_height(TextStyle::Small) + dp(2));
        float x = head.max.x - dp(4);
        for (const char* words : {"deviation", "served", "first choice"}) head.put(list, x, TextStyle::Small, words, true);
    }
    for (std::size_t expert = 0; expert < styles.size(); ++expert) {
        ImGui::PushID(static_cast<int>(expert));
        const StormColumns at = row("Storm expert", dp(22));
        const float middle = (at.min.y + at.max.y) / 2, left = at.min.x + name;
        const bool served = trace.gate.weights[expert] > 0;
        draw_mark(list, {at.min.x + dp(8), middle}, styles[expert], 9, true);
        draw_text(list, {at.min.x + dp(22), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))},
                  served ? TextStyle::Strong : TextStyle::Body, ink(served ? colors().text : colors().dim), heading(trace.experts[first + expert].name), name - dp(24));
        list.AddRectFilled({left, middle - dp(6)}, {left + bar * static_cast<float>(storm.served[expert]), middle + dp(6)}, hue(styles[expert], 0.28f), dp(3));
        list.AddRectFilled({left, middle - dp(3)}, {left + bar * static_cast<float>(storm.first[expert]), middle + dp(3)}, hue(styles[expert]), dp(3));
        float x = at.max.x - dp(4);
        at.put(list, x, TextStyle::Mono, format_score(storm.deviation[expert], 2), true);
        at.put(list, x, TextStyle::Mono, format_percent(storm.served[expert]), true);
        at.put(list, x, TextStyle::Mono, format_percent(storm.first[expert]));
        hover_text([&] { return heading(trace.experts[first + expert].name) + ": first choice of " + format_percent(storm.first[expert]) + " of the draws, serves " + format_percent(storm.served[expert]) +
                   "; its logit " + format_score(trace.gate.logits[expert], 2) + " moves by " + format_score(storm.deviation[expert], 2) + " (one standard deviation)."; });
        ImGui::PopID();
    }
}

void draw_ranks(const NoiseStorm& storm, const Selection& selected, Commands& out) {
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = std::min(ImGui::GetContentRegionAvail().x, dp(620)), figure = dp(72);
    const auto row = [&](const char* id, float height) {
        const bool pressed = ImGui::InvisibleButton(id, {width, height}, ImGuiButtonFlags_EnableNav);
        return std::pair{StormColumns{ImGui::GetItemRectMin(), ImGui::GetItemRectMax(), figure}, pressed};
    };
    {
        const StormColumns head = row("head ranks", line_height(TextStyle::Small) + dp(2)).first;
        float x = head.max.x - dp(4);
        for (const char* words : {"with all", "with one", "in the storm", "rank"}) head.put(list, x, TextStyle::Small, words, true);
    }
    for (std::size_t each = 0; each < storm.documents.size(); ++each) {
        const StormDocument& document = storm.documents[each];
        ImGui::PushID(static_cast<int>(each));
        const auto [at, pressed] = row("Storm document", dp(22));
        if (pressed) {
            Selection selection = selected;
            selection.document = document.id;
            out.emplace_back(Select{selection});
        }
        if (document.id == selected.document) list.AddRectFilled(at.min, at.max, ink(colors().accent, 0.16f), dp(4));
        else if (ImGui::IsItemHovered()) list.AddRectFilled(at.min, at.max, ink(colors().text, 0.05f), dp(4));
        focus_ring(at.min, at.max, dp(4));
        const float middle = (at.min.y + at.max.y) / 2;
        draw_their_text(list, {at.min.x + dp(4), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))}, TextStyle::Body, ink(colors().text),
                        document.title.empty() ? document.id : document.title, width - 4 * figure - dp(16));
        float x = at.max.x - dp(4);
        at.put(list, x, TextStyle::Mono, std::to_string(document.all), document.all == document.rank);
        at.put(list, x, TextStyle::Mono, std::to_string(document.top_1), document.top_1 == document.rank);
        at.put(list, x, TextStyle::Mono, rank_range(document));
        at.put(list, x, TextStyle::Mono, std::to_string(document.rank));
        hover_text(document.id + ": rank " + std::to_string(document.rank) + " as served; in nine of ten draws " + rank_range(document) + ", in the middle " +
                   format_score(document.p50, 0) + ". With one expert " + std::to_string(document.top_1) + ", with every expert " + std::to_string(document.all) +
                   ". Its own vector stays as it is.");
        ImGui::PopID();
    }
}

} // namespace

std::string storm_verdict(const NoiseStorm& storm) {
    const bool silent = std::ranges::all_of(storm.deviation, [](double deviation) { return deviation == 0; });
    if (silent) return "The block has no noise layer: every draw is the same.";
    const bool everyone = storm.chosen >= static_cast<std::int64_t>(storm.first.size());
    // Where every expert serves, the choice cannot change; what can is who leads, and with it the list.
    const double held = everyone ? *std::ranges::max_element(storm.first) : storm.same_choice;
    const std::string what = everyone ? "the same expert leads" : storm.chosen == 1 ? "the same expert is chosen" : "the same experts are chosen";
    std::string text = held >= 0.9 ? "A decision: in " : held >= 0.6 ? "It wavers: in " : "A coin toss: in only ";
    text += format_percent(held) + " of the draws " + what + ", and in " + format_percent(storm.same_first) + " the same document is first.";
    if (held < 0.6 && storm.same_first >= 0.9) text += " It hardly matters: the experts agree on what is first.";
    return text;
}

const NoiseStorm* storm_on_screen(const Snapshot& now) {
    const NoiseStorm* storm = now.storm.storm.get();
    return storm && now.trace && now.storm.of == now.trace->id && storm->first.size() == now.trace->gate.logits.size() ? storm : nullptr;
}

void draw_gate_storm(const Snapshot& now, std::size_t first, const std::vector<ExpertStyle>& styles, Commands& out) {
    if (!now.trace || now.trace->gate.logits.size() != styles.size() || styles.empty()) return;
    ImGui::PushID("storm");
    const NoiseStorm* storm = storm_on_screen(now);
    section("Noise storm", storm ? format_count(static_cast<std::int64_t>(storm->draws)) + " draws of the block's noise layer" : "is this a decision or a coin toss?");
    const bool own = now.storm.of == now.trace->id;
    if (own && now.storm.phase == Phase::Loading) {
        label("Drawing \u2026", TextStyle::Small, colors().dim);
    } else if (own && now.storm.phase == Phase::Failed) {
        if (strip(StripKind::Error, now.storm.error, "Draw again")) out.emplace_back(StormGate{});
    } else if (storm) {
        paragraph(storm_verdict(*storm), TextStyle::Body, colors().text);
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        draw_experts(*now.trace, *storm, first, styles);
        ImGui::Dummy({0, dp(space::kUnit)});
        draw_ranks(*storm, now.selection, out);
        ImGui::PopStyleVar();
        paragraph("A served query has no noise. A training with gate.noise off leaves the layer as it was made: then this is a shake of that size, not what training saw.",
                  TextStyle::Small, colors().dim);
    } else if (now.workbench.phase == Phase::Ready && now.workbench.model == now.trace->model && now.workbench.collection == now.trace->collection && now.workbench.index) {
        paragraph("A served query has no noise. Drawing from the block's noise layer a thousand times shows how near the gate was to choosing otherwise, and whether the list would differ.",
                  TextStyle::Small, colors().dim);
        if (button("Draw the noise", ButtonKind::Plain)) out.emplace_back(StormGate{});
    } else {
        label("It needs the result's model and collection: open them above.", TextStyle::Small, colors().dim);
    }
    ImGui::Dummy({0, dp(space::kUnit)});
    ImGui::PopID();
}

} // namespace cameo
