#include "views/fusion_view.hpp"

#include "core/search/trace.hpp"
#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/fusion_chooser.hpp"
#include "views/icons.hpp"
#include "views/judged_states.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"
#include "views/words.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

/// Whether the mixes that were tried are of the model and the method on screen: others would be painted under these names. After a
/// change of the method it takes a while until they are.
bool field_fits(const Snapshot& now) {
    if (!now.judged.field || !judged_fits(now)) return false;
    const FusionSpec shown = shown_fusion(now);
    const FusionFieldOptions& of = now.judged.field->options;
    return of.method == mixing_method(shown.method) && (of.method != FusionMethod::Rrf || of.rrf_k == shown.rrf_k);
}

} // namespace

std::vector<double> mix_of(const FusionSpec& spec, std::span<const double> query_weights, std::size_t experts) {
    std::vector<double> weights = weights_used(spec, query_weights);
    if (weights.empty() && spec.method != FusionMethod::Adaptive) weights.assign(experts, 1);
    return weights.size() == experts ? weights : std::vector<double>();
}

std::string mix_verdict(const FusionField& field, int measure, std::size_t queries, const std::vector<std::string>& experts) {
    const BestMix& best = field.best[static_cast<std::size_t>(measure)];
    const std::vector<double>& weights = field.points[best.point].weights;
    std::string mix;
    for (std::size_t expert_idx = 0; expert_idx < experts.size(); ++expert_idx)
        mix.append(mix.empty() ? "" : ", ").append(heading(experts[expert_idx])).append(1, ' ').append(format_score(weights[expert_idx], 2));
    std::string text = "On these " + format_count(static_cast<std::int64_t>(queries)) + " queries the best mix is " + mix + " with " +
                       format_score(value(field.points[best.point].mean, measure), 3) +
                       ". Mixes chosen without the queries they are measured on come to " + format_score(best.cross_validated, 3) +
                       ", equal weights to " + format_score(best.plain, 3) + ": " +
                       format_signed(best.cross_validated - best.plain, 3) + ", 95 % between " + format_signed(best.low, 3) + " and " +
                       format_signed(best.high, 3) + ". ";
    if (best.low > 0) return text.append("Other weights than equal ones are worth having.");
    if (best.high < 0) return text.append("Choosing weights does harm here: there are too few queries to choose by.");
    return text.append("These queries cannot tell them apart: equal weights will do.");
}

FusionView::FusionView()
    : View("Fusion",
           {.what = "Every mix of the experts at once, and what each is worth.",
            .formula = "A mix adds up what the fusion makes of each expert's score (raw, min\u2013max, z-score or rank) times its weight. "
                       "A corner is one expert alone, the middle is equal weights. The optimum is cross-validated over five folds: "
                       "for each fifth of the queries the mix that is best for the others; its interval is a bootstrap over queries.",
            .reading = "Drag the dot: the lists follow. Strong paint is a high measure; \u201CWho is first\u201D shows which document the "
                       "query on screen would answer with under each mix, green where it is judged relevant. M and S silence an "
                       "expert, or all others.",
            .healthy = "A broad strong region around the middle: the experts complement each other and the weights hardly matter.",
            .sick = "Strongest in a corner: one expert is as good as the mix, and the others only take away."},
           true) {}

FusionView::Paint FusionView::paint(const Snapshot& now) const {
    const Paint wanted = m_paint.value_or(now.judged.field ? Paint::Measure : Paint::First);
    return wanted == Paint::First && (!now.trace || m_names.size() != 3) ? Paint::Measure : wanted;
}

void FusionView::follow(const Snapshot& now) {
    m_names.clear();
    std::vector<ExpertKind> kinds;
    for (const auto& expert : shown_experts(now)) {
        m_names.push_back(heading(expert.name));
        kinds.push_back(expert.kind);
    }
    m_styles = expert_styles(kinds);
    const Paint wanted = paint(now);
    const auto field = field_fits(now) && now.judged.field->experts == m_names.size() ? now.judged.field : nullptr;
    if (now.trace == m_trace && field == m_field && now.judged.measure == m_measure && wanted == m_painted) return;
    // Of one query and one method who is first is the same under whatever mix is in use: a drag repaints nothing.
    const std::string of = now.trace ? now.trace->id + to_string(FusionSpec{.method = mixing_method(now.trace->fusion.method), .rrf_k = now.trace->fusion.rrf_k}) : std::string();
    const bool same_first = wanted == Paint::First && m_painted == Paint::First && of == m_first_of;
    m_trace = now.trace;
    m_field = field;
    m_measure = now.judged.measure;
    m_painted = wanted;
    if (same_first) return;
    m_painting = {};
    m_first_of.clear();
    if (wanted == Paint::Measure && m_field) paint_measure();
    if (wanted == Paint::First && m_trace && m_trace->experts.size() == 3 && !m_trace->documents.empty()) {
        paint_first();
        m_first_of = of;
    }
}

void FusionView::draw_contents(const Snapshot& now, Commands& out) {
    follow(now);
    if (m_names.size() < 2) {
        empty_state(icon::kFusion, m_names.empty() ? "No experts yet" : "One expert: nothing to mix",
                    m_names.empty() ? "Open a model first: its experts' mixes stand here." : "A fusion needs two experts at least.");
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##fusion", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        draw_paint_choice(now, out);
        const float width = ImGui::GetContentRegionAvail().x;
        const bool beside = width > dp(760) && m_names.size() == 3;
        const float picture = beside ? width * 0.54f : width;
        const float height = beside ? std::clamp(ImGui::GetContentRegionAvail().y - dp(16), dp(260), dp(620))
                                    : std::min(width * 0.9f, dp(440));
        if (m_names.size() == 3) draw_picture(now, picture, height, out);
        else if (m_names.size() == 2) draw_line(now, picture, out);
        if (beside) {
            ImGui::SameLine(0, dp(space::kSection));
            ImGui::BeginGroup();
        }
        // Within a group beside the picture, what wraps needs to know its width.
        ImGui::PushItemWidth(beside ? width - picture - dp(space::kSection) : width);
        draw_faders(now, out);
        if (now.judged.scores && !judged_fits(now)) {
            ImGui::Dummy({0, dp(space::kUnit)});
            paragraph(judged_misfit_words(now), TextStyle::Small, colors().dim, ImGui::CalcItemWidth());
        } else if (now.judged.scores) {
            draw_verdict(now, out);
            draw_fusions(now, out);
        } else {
            judged_state(now, "what every mix is worth", JudgedPlace::Inline, out);
        }
        ImGui::PopItemWidth();
        if (beside) ImGui::EndGroup();
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void FusionView::draw_paint_choice(const Snapshot& now, Commands& out) {
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(6), dp(6)});
    const Paint shown = paint(now);
    if (m_names.size() == 3) {
        if (text_chip("Paint measure", "What each mix is worth", shown == Paint::Measure)) m_paint = Paint::Measure;
        hover_text("Painted by the measure over all judged queries.");
        ImGui::SameLine(0, dp(6));
        if (text_chip("Paint first", "Who is first", shown == Paint::First)) m_paint = Paint::First;
        hover_text("Painted by the document that would be first for the query on screen.");
    }
    if (now.judged.scores) measure_chips(now, out);
    ImGui::PopStyleVar();
    ImGui::Dummy({0, dp(2)});
}

void FusionView::draw_faders(const Snapshot& now, Commands& out) {
    const float width = ImGui::CalcItemWidth();
    const FusionSpec used = shown_fusion(now);
    FusionSpec changed = used;
    if (changed.method == FusionMethod::Sum) changed.method = FusionMethod::Weighted;
    changed.weights.resize(m_names.size(), 1.0);
    bool any = false;
    label("Weights", TextStyle::Strong, colors().text);
    const float name_width = dp(96), button = dp(28);
    for (std::size_t expert_idx = 0; expert_idx < m_names.size(); ++expert_idx) {
        ImGui::PushID(static_cast<int>(expert_idx));
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = ImGui::GetFrameHeight();
        draw_mark(*ImGui::GetWindowDrawList(), {at.x + dp(6), at.y + height / 2}, m_styles[expert_idx], 9, true);
        draw_text(*ImGui::GetWindowDrawList(), {at.x + dp(20), at.y + (height - line_height(TextStyle::Body)) / 2 + ascent(TextStyle::Body)},
                  TextStyle::Body, ink(colors().text), m_names[expert_idx], name_width - dp(22));
        ImGui::SetCursorScreenPos({at.x + name_width, at.y});
        const float figure = text_width(TextStyle::Mono, "0.00") + dp(10);
        const float slider = std::max(width - name_width - 2 * button - dp(16) - figure, dp(60));
        ImGui::SetNextItemWidth(slider);
        auto weight = static_cast<float>(changed.weights[expert_idx]);
        if (ImGui::SliderFloat("##weight", &weight, 0.0f, 2.0f, "", ImGuiSliderFlags_AlwaysClamp | ImGuiSliderFlags_NoRoundToFormat)) {
            changed.weights[expert_idx] = std::round(static_cast<double>(weight) * 100) / 100;
            any = true;
        }
        // Beside the slider: its knob would stand on the figure.
        draw_text(*ImGui::GetWindowDrawList(), {at.x + name_width + slider + figure - dp(2), at.y + (height - line_height(TextStyle::Mono)) / 2 + ascent(TextStyle::Mono)}, TextStyle::Mono,
                  ink(colors().text), format_score(changed.weights[expert_idx], 2), figure, Align::Right);
        hover_text("What " + m_names[expert_idx] + " is multiplied by" +
                   (used.method == FusionMethod::Adaptive ? ", on top of what the model has learned for each query." : ". Ctrl and press types it."));
        ImGui::SameLine(0, dp(8) + figure);
        const auto heard = std::ranges::count_if(changed.weights, [](double one) { return one > 0; });
        const bool muted = changed.weights[expert_idx] == 0, last = !muted && heard == 1;
        m_before_mute.resize(m_names.size(), 1.0);
        if (!muted) m_before_mute[expert_idx] = changed.weights[expert_idx];
        if (text_chip("Mute", "M", muted) && !last) {
            changed.weights[expert_idx] = muted ? m_before_mute[expert_idx] : 0;
            any = true;
        }
        hover_text(muted ? "Let it speak again, with the weight it had." : last ? "The last one that is heard: there would be nothing to rank by." : "Mute: fuse without this expert.");
        ImGui::SameLine(0, dp(6));
        const bool solo = last && m_names.size() > 1;
        if (text_chip("Solo", "S", solo)) {
            if (solo) {
                const bool known = m_before_solo.size() == m_names.size() && m_before_solo[expert_idx] > 0;
                changed.weights = known ? m_before_solo : std::vector<double>(m_names.size(), 1.0);
            } else {
                if (heard > 1) m_before_solo = changed.weights;
                changed.weights.assign(m_names.size(), 0.0);
                changed.weights[expert_idx] = 1;
            }
            any = true;
        }
        hover_text(solo ? "Bring the others back." : "Solo: this expert alone.");
        ImGui::PopID();
    }
    if (any && !hears_nobody(changed)) out.emplace_back(SetFusion{changed});
}

void FusionView::draw_verdict(const Snapshot& now, Commands& out) {
    if (!m_field && !(judged_fits(now) && (now.judged.field || !now.judged.field_trouble.empty()))) return;
    ImGui::Dummy({0, dp(space::kUnit)});
    label("Is another mix better?", TextStyle::Strong, colors().text);
    if (!m_field) {
        if (now.judged.field_trouble.empty()) label("Trying every mix of this fusion \u2026", TextStyle::Small, colors().dim);
        else if (strip(StripKind::Error, "The mixes were not tried: " + now.judged.field_trouble, "Try again")) out.emplace_back(MeasureJudged{now.judged.split});
        return;
    }
    paragraph(mix_verdict(*m_field, m_measure, now.judged.scores->queries.size(), m_names), TextStyle::Body, colors().text,
              ImGui::CalcItemWidth());
}

std::optional<ViewTable> FusionView::table(const Snapshot& now) const {
    if (!now.judged.field) return {};
    const FusionField& field = *now.judged.field;
    const auto& experts = now.judged.scores->experts;
    ViewTable made{.title = title(), .columns = {"mix"}, .about = judged_about(*now.judged.scores)};
    made.about.emplace_back("mixes of", to_string(FusionSpec{.method = field.options.method, .rrf_k = field.options.rrf_k}));
    made.about.emplace_back("fusion in use", to_string(now.fusion));
    for (const std::string& expert : experts)
        made.columns.push_back("weight of " + expert);
    for (int measure = 0; measure < kMeasureCount; ++measure)
        made.columns.emplace_back(measure_name(measure));
    const auto add = [&](std::string name, const std::vector<double>& weights, const Measures& mean) {
        auto& row = made.rows.emplace_back();
        row.emplace_back(std::move(name));
        for (const double weight : weights) row.emplace_back(weight);
        for (int measure = 0; measure < kMeasureCount; ++measure) row.emplace_back(value(mean, measure));
    };
    for (const FusionPoint& point : field.points) {
        std::string name;
        for (const double weight : point.weights) name.append(name.empty() ? "" : " : ").append(format_score(weight, 2));
        add(std::move(name), point.weights, point.mean);
    }
    // One that differs by query has no weights of its own to write down.
    const auto used = mix_of(now.fusion, {}, experts.size());
    if (now.judged.fusion) add("in use", used.empty() ? std::vector<double>(experts.size(), std::nan("")) : used, *now.judged.fusion);
    return made;
}

} // namespace cameo
