#include "views/findings_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/training_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace cameo {
namespace {

Rgb severity_color(Severity severity) { return severity == Severity::Serious ? colors().error : severity == Severity::Warning ? colors().accent : colors().dim; }
const char* severity_icon(Severity severity) { return severity == Severity::Note ? icon::kInfo : icon::kAlert; }

std::string sureness_words(Sureness sureness) {
    switch (sureness) {
    case Sureness::Hint: return "a hint: one rough number says so";
    case Sureness::Likely: return "likely: another cause could look like it";
    case Sureness::Certain: return "certain: it follows from what was recorded";
    }
    return {};
}

} // namespace

FindingsView::FindingsView()
    : View("Findings",
           {.what = "What is wrong with the training that is looked at and with the model in use, or worth knowing.",
            .formula = "Each finding is a test on recorded numbers; its thresholds and what set them stand in docs/findings.md. `cameo diagnose` prints the same.",
            .reading = "Serious: the model does not do what it was made for. Warning: something is lost or idle. Note: worth knowing. \u201CTry it\u201D prepares a training with the changed settings; it is "
                       "started by you.",
            .healthy = "No finding, or notes only.",
            .sick = {}},
           true) {}

void FindingsView::draw_contents(const Snapshot& now, Commands& out) {
    const ShownTraining* const training = shown_training(now.trainings);
    const bool of_model = now.diagnosis.phase != Phase::Empty;
    if (!training && !of_model) {
        const bool measurable = !now.judged.splits.empty();
        if (empty_state(icon::kIdea, "Nothing to judge yet",
                        "A model is judged once its judged queries were measured, or its gate was read; a training by what it has recorded. What is looked for: collapse, dead experts, copies, a fusion "
                        "that loses to one of its experts, instability, and more.",
                        measurable ? "Measure the judged queries" : "New training")) {
            if (measurable) out.emplace_back(MeasureJudged{now.judged.split});
            else out.emplace_back(DraftTraining{});
        }
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##findings", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        if (training) {
            ImGui::PushID("training");
            draw_diagnosis(now.trainings.diagnosis, "Training " + training->name, training->folder, out);
            ImGui::PopID();
        }
        if (of_model) {
            ImGui::PushID("model");
            draw_diagnosis(now.diagnosis, "Model " + (now.diagnosis.of.empty() ? now.workbench.model : now.diagnosis.of), {}, out);
            ImGui::PopID();
        } else if (!now.judged.splits.empty()) {
            section("Model " + now.workbench.model, "It is judged once its judged queries were measured.");
            if (button("Measure the judged queries", ButtonKind::Plain, icon::kPlay)) out.emplace_back(MeasureJudged{now.judged.split});
        }
        ImGui::Dummy({0, dp(space::kUnit)});
    }
    ImGui::EndChild();
}

void FindingsView::draw_diagnosis(const Diagnosis& diagnosis, const std::string& heading_words, const std::filesystem::path& training, Commands& out) const {
    if (diagnosis.phase == Phase::Failed) {
        section(heading_words);
        strip(StripKind::Error, "It could not be judged: " + diagnosis.error);
        return;
    }
    if (!diagnosis.findings) {
        section(heading_words, "is being judged\u2026");
        return;
    }
    const auto& findings = *diagnosis.findings;
    std::string counts;
    for (const auto& [severity, words] : {std::pair{Severity::Serious, " serious"}, {Severity::Warning, " warnings"}, {Severity::Note, " notes"}})
        if (const auto count = std::ranges::count(findings, severity, &Finding::severity); count > 0) {
            std::string one = format_count(count) + words;
            if (count == 1 && severity != Severity::Serious) one.pop_back();
            counts += (counts.empty() ? "" : "  \u00B7  ") + one;
        }
    section(heading_words, findings.empty() ? "nothing that looks like a failure that is known here" : std::string_view(counts));
    for (const Finding& finding : findings) draw_finding(finding, training, out);
    ImGui::Dummy({0, dp(space::kUnit)});
}

void FindingsView::draw_finding(const Finding& finding, const std::filesystem::path& training, Commands& out) const {
    ImGui::PushID(finding.id.c_str());
    const float padding = dp(space::kPanel), width = ImGui::GetContentRegionAvail().x, inner = width - 2 * padding;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.ChannelsSplit(2);
    list.ChannelsSetCurrent(1);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    ImGui::SetCursorScreenPos({start.x + padding, start.y + padding});
    ImGui::BeginGroup();
    const ImVec2 at = ImGui::GetCursorScreenPos();
    draw_icon(list, {at.x + dp(9), at.y + line_height(TextStyle::Strong) / 2}, severity_icon(finding.severity), ink(severity_color(finding.severity)), 17);
    ImGui::Dummy({dp(24), 0});
    ImGui::SameLine(0, 0);
    paragraph(finding.title, TextStyle::Strong, colors().text, inner - dp(24));
    paragraph(heading(name(finding.severity)) + ", " + sureness_words(finding.sureness), TextStyle::Small, colors().dim, inner);
    ImGui::Dummy({0, dp(2)});
    paragraph(finding.meaning, TextStyle::Body, colors().text, inner);
    ImGui::Dummy({0, dp(4)});
    const float figure = dp(100);
    for (const Evidence& evidence : finding.evidence) {
        const ImVec2 row = ImGui::GetCursorScreenPos();
        const std::string value = std::isfinite(evidence.value) ? format_figure(evidence.value) : "\u2013";
        draw_text(list, {row.x + figure - dp(10), row.y + ascent(TextStyle::Mono)}, TextStyle::Mono, ink(colors().text), value, figure, Align::Right);
        ImGui::SetCursorScreenPos({row.x + figure, row.y});
        paragraph(evidence.words + (evidence.limit.empty() ? "" : "  \u00B7  " + evidence.limit), TextStyle::Small, colors().dim, inner - figure);
    }
    ImGui::Dummy({0, dp(4)});
    for (const Remedy& remedy : finding.remedies) {
        ImGui::PushID(&remedy);
        paragraph(remedy.words, TextStyle::Body, colors().text, inner);
        if (!remedy.set.empty() && !training.empty()) {
            std::string changes;
            for (const std::string& assignment : remedy.set) changes += (changes.empty() ? "" : ", ") + assignment;
            if (button("Try it", ButtonKind::Plain, icon::kPlay)) out.emplace_back(DraftTraining{.recipe = {}, .training = training, .step = -1, .set = remedy.set});
            hover_text([&] { return "Prepares a training with these settings and " + changes; });
            ImGui::SameLine(0, dp(10));
            ImGui::SetCursorPosY(ImGui::GetCursorPosY() + std::round((button_height() - line_height(TextStyle::Mono)) / 2));
            label(changes, TextStyle::Mono, colors().dim);
        }
        ImGui::PopID();
    }
    if (!finding.view.empty() && button("Show " + finding.view, ButtonKind::Quiet, icon::kView)) out.emplace_back(ShowView{finding.view});
    ImGui::EndGroup();
    const float height = ImGui::GetItemRectSize().y + 2 * padding;
    list.ChannelsSetCurrent(0);
    list.AddRectFilled(start, {start.x + width, start.y + height}, ink(colors().raised), dp(space::kCorner));
    list.ChannelsMerge();
    ImGui::SetCursorScreenPos(start);
    ImGui::Dummy({width, height + dp(space::kUnit)});
    ImGui::PopID();
}

std::optional<ViewTable> FindingsView::table(const Snapshot& now) const {
    ViewTable made{.title = title(), .columns = {"of", "finding", "severity", "sureness", "title", "meaning", "evidence", "value", "limit"}, .keys = {0, 1, 6}};
    const auto add = [&](const Diagnosis& diagnosis, const char* kind) {
        if (!diagnosis.findings || diagnosis.findings->empty()) return;
        made.about.emplace_back(kind, diagnosis.of);
        for (const Finding& finding : *diagnosis.findings) {
            const std::vector<Evidence> none(1, Evidence{.words = {}, .value = std::numeric_limits<double>::quiet_NaN(), .limit = {}});
            for (const Evidence& evidence : finding.evidence.empty() ? none : finding.evidence)
                made.rows.push_back({std::string(kind) + " " + diagnosis.of, finding.id, std::string(name(finding.severity)), std::string(name(finding.sureness)), finding.title, finding.meaning, evidence.words,
                                     evidence.value, evidence.limit});
        }
    };
    add(now.trainings.diagnosis, "training");
    add(now.diagnosis, "model");
    return made.rows.empty() ? std::nullopt : std::optional(std::move(made));
}

} // namespace cameo
