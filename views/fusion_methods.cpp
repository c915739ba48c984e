// Every way to fuse and what it is worth on the judged queries: FusionView's list below the weights.
#include "views/fusion_view.hpp"

#include "views/draw.hpp"
#include "views/evaluation_words.hpp"
#include "views/format.hpp"
#include "views/fusion_chooser.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cameo {
namespace {

/// A way to fuse, one row.
struct Method {
    const char* id;
    std::string name;
    double figure = 0;
    const MeanInterval* interval = nullptr; ///< null: not found out
    std::string more;
    bool chosen = false, quiet = false;
};

/// The part of the scale that any row is on: their differences are small, and from 0 on all would look alike.
struct Scale {
    double low = std::numeric_limits<double>::infinity(), high = -low;

    void take(const Method& method) {
        low = std::min(low, method.interval ? method.interval->low : method.figure);
        high = std::max(high, method.interval ? method.interval->high : method.figure);
    }
    float place(double value, float from, float to) const {
        return high > low ? from + (to - from) * static_cast<float>((value - low) / (high - low)) : (from + to) / 2;
    }
};

bool draw_row(const Method& method, const Scale& scale, float width) {
    const bool pressed = ImGui::InvisibleButton(method.id, {width, dp(26)}, ImGuiButtonFlags_EnableNav);
    const ImVec2 min = ImGui::GetItemRectMin(), max = ImGui::GetItemRectMax();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (method.chosen) list.AddRectFilled(min, max, ink(colors().accent, 0.16f), dp(4));
    else if (ImGui::IsItemHovered() && !method.quiet) list.AddRectFilled(min, max, ink(colors().text, 0.05f), dp(4));
    focus_ring(min, max, dp(4));
    const float middle = (min.y + max.y) / 2, figure_width = text_width(TextStyle::Mono, "0.000") + dp(8);
    const float name_room = std::min(width * 0.5f, dp(210));
    draw_text(list, {min.x + dp(4), std::round(middle - line_height(TextStyle::Body) / 2 + ascent(TextStyle::Body))},
              method.chosen ? TextStyle::Strong : TextStyle::Body, ink(method.quiet ? colors().dim : colors().text), method.name, name_room - dp(8));
    const float from = min.x + name_room + dp(6), to = max.x - figure_width - dp(10);
    if (to - from > dp(30)) {
        const ImU32 color = method.quiet ? ink(colors().dim) : ink(colors().accent, method.chosen ? 1.0f : 0.75f);
        if (method.interval)
            list.AddRectFilled({scale.place(method.interval->low, from, to), middle - dp(1.5f)}, {scale.place(method.interval->high, from, to), middle + dp(1.5f)}, color, dp(1));
        list.AddCircleFilled({scale.place(method.figure, from, to), middle}, dp(4), color);
    }
    draw_text(list, {max.x - dp(2), std::round(middle - line_height(TextStyle::Mono) / 2 + ascent(TextStyle::Mono))}, TextStyle::Mono,
              ink(colors().text), format_score(method.figure, 3), figure_width, Align::Right);
    hover_text([&] {
        std::string exact = "Exact: " + format_exact(method.figure);
        if (method.interval)
            exact.append(", 95 % between ").append(format_score(method.interval->low, 3)).append(" and ").append(format_score(method.interval->high, 3));
        if (!method.more.empty()) exact.append(1, '\n').append(method.more);
        return exact;
    });
    return pressed;
}

} // namespace

void FusionView::draw_fusions(const Snapshot& now, Commands& out) {
    ImGui::Dummy({0, dp(space::kUnit)});
    const float width = ImGui::CalcItemWidth();
    label("Fusions", TextStyle::Strong, colors().text);
    if (!now.judged.evaluation) {
        if (now.judged.evaluation_trouble.empty()) label("Being measured.", TextStyle::Small, colors().dim);
        else if (strip(StripKind::Error, now.judged.evaluation_trouble, "Try again")) out.emplace_back(MeasureJudged{now.judged.split});
        return;
    }
    const Evaluation& evaluation = *now.judged.evaluation;
    const FusionSpec used = shown_fusion(now);
    const int measure = now.judged.measure;
    std::vector<Method> methods;
    std::vector<std::optional<FusionSpec>> presses; // of each
    bool listed = false;
    const auto add = [&](std::size_t system_idx) -> Method& {
        const SystemResult& system = evaluation.systems[system_idx];
        const bool known = now.judged.intervals && system_idx < now.judged.intervals->size();
        presses.emplace_back();
        return methods.emplace_back(Method{.id = system.name.c_str(), .name = system_title(system), .figure = value(system.mean, measure),
                                           .interval = known ? &(*now.judged.intervals)[system_idx][static_cast<std::size_t>(measure)] : nullptr, .more = {}});
    };
    for (std::size_t system_idx = 0; system_idx < evaluation.systems.size(); ++system_idx) {
        if (evaluation.systems[system_idx].kind != "fusion") continue;
        const FusionSpec spec = parse_fusion(evaluation.systems[system_idx].name.substr(7));
        Method& method = add(system_idx);
        method.chosen = simplified(spec) == simplified(used);
        method.more = std::string(fusion_words(spec.method).plain) + ". Press to fuse by it.";
        listed = listed || method.chosen;
        presses.back() = spec;
    }
    if (!listed && now.judged.fusion) {
        methods.push_back({.id = "Fusion in use", .name = "The mix in use", .figure = value(*now.judged.fusion, measure), .more = describe_fusion(used, m_names.size()), .chosen = true});
        presses.emplace_back();
    }
    for (std::size_t system_idx = 0; system_idx < evaluation.systems.size(); ++system_idx) {
        if (evaluation.systems[system_idx].kind != "oracle") continue;
        Method& method = add(system_idx);
        method.id = "Oracle";
        method.quiet = true;
        method.more = "What a fusion could reach that knew for every query which expert to trust.";
    }
    Scale scale;
    for (const Method& method : methods) scale.take(method);
    for (std::size_t each = 0; each < methods.size(); ++each)
        if (draw_row(methods[each], scale, width) && presses[each]) out.emplace_back(SetFusion{*presses[each]});
}

} // namespace cameo
