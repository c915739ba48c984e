#include "views/findings_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/training_words.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <cmath>

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
           {.what = "What is wrong with the training that is looked at, or worth knowing.",
            .formula = "Each finding is a test on recorded numbers; its thresholds and what set them stand in docs/findings.md. `cameo diagnose TRAINING --json` prints the same.",
            .reading = "Serious: the model does not do what it was made for. Warning: something is lost or idle. Note: worth knowing. \u201CTry it\u201D prepares a training with the changed settings; it is "
                       "started by you.",
            .healthy = "No finding, or notes only.",
            .sick = {}},
           true) {}

void FindingsView::draw_contents(const Snapshot& now, Commands& out) {
    const ShownTraining* const training = shown_training(now.trainings);
    if (!training) {
        if (empty_state(icon::kIdea, "Nothing to judge yet", "A training's record is searched for what goes wrong with experts, gates and competitions: collapse, dead experts, instability and more.", "New training"))
            out.emplace_back(DraftTraining{});
        return;
    }
    if (now.trainings.findings_phase == Phase::Failed) {
        failed_state("The record could not be judged", now.trainings.findings_error, {}, {}, out);
        return;
    }
    if (!now.trainings.findings) return loading_state("Judging " + training->name, {}, out);
    const auto& findings = *now.trainings.findings;
    if (findings.empty()) {
        empty_state(icon::kCheck, "Nothing found", "Nothing in the record of " + training->name + " looks like a failure that is known here.");
        return;
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##findings", {0, 0}, ImGuiChildFlags_NavFlattened);
    ImGui::PopStyleVar();
    if (visible) {
        const auto of = [&](Severity severity) { return std::ranges::count(findings, severity, &Finding::severity); };
        std::string counts;
        for (const auto& [severity, words] : {std::pair{Severity::Serious, " serious"}, {Severity::Warning, " warnings"}, {Severity::Note, " notes"}})
            if (const auto count = of(severity); count > 0) {
                std::string one = format_count(count) + words;
                if (count == 1 && severity != Severity::Serious) one.pop_back();
                counts += (counts.empty() ? "" : "  \u00B7  ") + one;
            }
        section(training->name, counts);
        for (const Finding& finding : findings) draw_finding(now, finding, out);
    }
    ImGui::EndChild();
}

void FindingsView::draw_finding(const Snapshot& now, const Finding& finding, Commands& out) const {
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
        if (!remedy.set.empty()) {
            std::string changes;
            for (const std::string& assignment : remedy.set) changes += (changes.empty() ? "" : ", ") + assignment;
            if (button("Try it", ButtonKind::Plain, icon::kPlay)) out.emplace_back(DraftTraining{.recipe = {}, .training = shown_training(now.trainings)->folder, .step = -1, .set = remedy.set});
            hover_text([&] { return "Prepares a training with these settings and " + changes; });
            ImGui::SameLine(0, dp(10));
            label(changes, TextStyle::Mono, colors().dim);
        }
        ImGui::PopID();
    }
    if (!finding.view.empty()) {
        if (button("Show " + finding.view, ButtonKind::Quiet, icon::kView)) out.emplace_back(ShowView{finding.view});
    }
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
    const ShownTraining* const training = shown_training(now.trainings);
    if (!training || !now.trainings.findings || now.trainings.findings->empty()) return {};
    ViewTable made{.title = title(), .columns = {"finding", "severity", "sureness", "title", "meaning", "evidence", "value", "limit"}, .keys = {0, 5}};
    made.about = {{"training", training->folder.string()}};
    for (const Finding& finding : *now.trainings.findings)
        for (const Evidence& evidence : finding.evidence)
            made.rows.push_back({finding.id, std::string(name(finding.severity)), std::string(name(finding.sureness)), finding.title, finding.meaning, evidence.words, evidence.value, evidence.limit});
    return made;
}

} // namespace cameo
