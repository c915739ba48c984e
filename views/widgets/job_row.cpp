#include "views/widgets/job_row.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"

#include <algorithm>
#include <cmath>

namespace cameo {
namespace {

bool has_ended(const JobSnapshot& job) {
    return job.state == JobState::Done || job.state == JobState::Cancelled || job.state == JobState::Failed;
}

const char* state_icon(JobState state) {
    switch (state) {
    case JobState::Queued: return icon::kClock;
    case JobState::Running: return icon::kPlay;
    case JobState::Done: return icon::kCheck;
    case JobState::Cancelled: return icon::kStop;
    case JobState::Failed: break;
    }
    return icon::kAlert;
}

float words_room(float width) { return std::max(width - button_width("Cancel", false) - dp(12), dp(80)); }

std::string build_words(const JobSnapshot& job) {
    if (job.state == JobState::Queued || job.stopping) return state_words(job);
    return progress_words(job);
}

float build_words_height(const JobSnapshot& job, float width) {
    const FontScope small(TextStyle::Small);
    return ImGui::CalcTextSize(build_words(job).c_str(), nullptr, false, words_room(width)).y;
}

} // namespace

std::string progress_words(const JobSnapshot& job) {
    std::string words;
    const auto add = [&](const std::string& part) {
        if (!part.empty()) words += (words.empty() ? "" : "  ·  ") + part;
    };
    add(job.stage);
    if (job.total) {
        if (job.unit == Unit::Bytes)
            add(format_amount(job.done, job.unit) + " of " + format_amount(*job.total, job.unit));
        else
            add(format_count(job.done) + " of " + format_amount(*job.total, job.unit));
    } else if (job.done > 0) {
        add(format_amount(job.done, job.unit));
    }
    if (job.state == JobState::Running && !job.stopping) {
        add(format_rate(job.rate, job.unit));
        add(format_eta(job.eta_low_s, job.eta_high_s));
    }
    return words;
}

std::string state_words(const JobSnapshot& job) {
    const std::string took = job.elapsed_s < 9.95 ? format_ms(job.elapsed_s * 1000) : format_duration(job.elapsed_s);
    switch (job.state) {
    case JobState::Queued: return "waiting for the job before it";
    case JobState::Running: return job.stopping ? "stopping" : job.elapsed_s < 1 ? "just started" : "running for " + took;
    case JobState::Done: return "done in " + took;
    case JobState::Cancelled: return "cancelled after " + took;
    case JobState::Failed: return "failed after " + took;
    }
    return {};
}

void progress_bar(const JobSnapshot& job, float width, Commands& out) {
    const float height = dp(6);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(at, {at.x + width, at.y + height}, ink(colors().text, 0.10f), height / 2);
    const float strength = job.stopping ? 0.45f : 1.0f;
    if (job.total && *job.total > 0) {
        const double share = std::clamp(static_cast<double>(job.done) / static_cast<double>(*job.total), 0.0, 1.0);
        const float filled = std::max(width * static_cast<float>(share), share > 0 ? height : 0.0f);
        list.AddRectFilled(at, {at.x + filled, at.y + height}, ink(colors().accent, strength), height / 2);
    } else if (job.state == JobState::Running) {
        const float phase = theme().reduce_motion ? 0.35f : static_cast<float>(std::fmod(ImGui::GetTime() / 1.6, 1.0));
        const float piece = width * 0.25f;
        const float from = std::max(phase * (width + piece) - piece, 0.0f), to = std::min(phase * (width + piece), width);
        list.AddRectFilled({at.x + from, at.y}, {at.x + to, at.y + height}, ink(colors().accent, strength), height / 2);
        if (!theme().reduce_motion) out.emplace_back(KeepDrawing{});
    }
    ImGui::Dummy({width, height});
}

void build_progress(const JobSnapshot& job, float width, Commands& out) {
    const float left = ImGui::GetCursorPosX();
    progress_bar(job, width, out);
    const ImVec2 start{left, ImGui::GetCursorPosY()};
    const float words_height = build_words_height(job, width), height = std::max(button_height(), words_height);
    ImGui::SetCursorPos({start.x, start.y + std::round((height - words_height) / 2)});
    paragraph(build_words(job), TextStyle::Small, colors().dim, words_room(width));
    ImGui::SetCursorPos({start.x + width - button_width("Cancel", false), start.y});
    ImGui::BeginDisabled(job.stopping || !job.cancellable);
    if (button("Cancel", ButtonKind::Plain)) out.emplace_back(CancelJob{job.id});
    ImGui::EndDisabled();
    ImGui::SetCursorPos(start);
    ImGui::Dummy({width, height});
}

float build_progress_height(const JobSnapshot& job, float width) {
    return dp(6) + ImGui::GetStyle().ItemSpacing.y + std::max(button_height(), build_words_height(job, width));
}

void job_row(const JobSnapshot& job, Commands& out) {
    ImGui::PushID(static_cast<int>(job.id));
    const float width = ImGui::GetContentRegionAvail().x;
    const float padding = dp(space::kPanel);
    const ImVec2 start = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    ImDrawListSplitter splitter;
    splitter.Split(&list, 2);
    splitter.SetCurrentChannel(&list, 1);
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {dp(8), dp(6)});
    ImGui::BeginGroup();
    const bool ended = has_ended(job);
    const bool failed = job.state == JobState::Failed;

    // First line: what it is, how it stands, and what can be done about it.
    const ImVec2 corner{start.x + padding, start.y + dp(12)};
    const float line = button_height();
    const float middle = corner.y + line / 2;
    const float baseline = std::round(middle - line_height(TextStyle::Strong) / 2 + ascent(TextStyle::Strong));
    draw_icon(list, {corner.x + dp(8), middle}, state_icon(job.state),
              ink(failed ? colors().error : job.state == JobState::Running ? colors().accent : colors().dim), 17);
    const std::string_view first_action = failed ? "Copy message" : ended ? std::string_view() : "Cancel";
    float actions = ended ? dp(28) + dp(4) : 0;
    if (!first_action.empty() && (failed || job.cancellable)) actions += button_width(first_action, failed) + dp(8);
    const float name_room = width - padding * 2 - dp(26) - actions;
    const std::string state = state_words(job);
    const float state_width = text_width(TextStyle::Small, state);
    bool name_cut = false, state_cut = false;
    const float name = draw_text(list, {corner.x + dp(26), baseline}, ended && !failed ? TextStyle::Body : TextStyle::Strong,
                                 ink(colors().text), job.name, std::max(name_room - state_width - dp(20), name_room * 0.55f),
                                 Align::Left, &name_cut);
    draw_text(list, {corner.x + dp(26) + name + dp(12), baseline}, TextStyle::Small, ink(failed ? colors().error : colors().dim),
              state, name_room - name - dp(16), Align::Left, &state_cut);
    ImGui::SetCursorScreenPos({corner.x + dp(26), corner.y});
    ImGui::Dummy({std::max(name_room, 1.0f), line});
    if (name_cut || state_cut) hover_text(job.name + "\n" + state);
    float x = start.x + width - padding - actions + dp(8);
    if (failed) {
        ImGui::SetCursorScreenPos({x, corner.y});
        if (button("Copy message", ButtonKind::Plain, icon::kCopy)) out.emplace_back(CopyText{job.name + ": " + job.error});
        x += button_width("Copy message", true) + dp(4);
    } else if (!ended && job.cancellable) {
        ImGui::SetCursorScreenPos({x, corner.y});
        ImGui::BeginDisabled(job.stopping);
        if (button("Cancel", ButtonKind::Plain)) out.emplace_back(CancelJob{job.id});
        ImGui::EndDisabled();
    }
    if (ended) {
        ImGui::SetCursorScreenPos({start.x + width - padding - dp(28), corner.y + dp(2)});
        if (icon_button("Forget", icon::kClose, "Take it off the list")) out.emplace_back(ForgetJob{job.id});
    }
    float bottom = corner.y + line + dp(4);
    const float inner_left = corner.x + dp(26), inner_width = width - padding * 2 - dp(26);
    if (job.state == JobState::Running) {
        ImGui::SetCursorScreenPos({inner_left, bottom});
        progress_bar(job, inner_width, out);
        bottom += dp(14);
    }
    const std::string words = job.state == JobState::Done || job.state == JobState::Queued ? std::string() : progress_words(job);
    if (!words.empty()) {
        // Wrapped: what would be cut first is the time left.
        ImGui::SetCursorScreenPos({inner_left, bottom});
        bottom += paragraph(words, TextStyle::Small, colors().dim, inner_width);
    }
    if (failed) {
        ImGui::SetCursorScreenPos({inner_left, bottom});
        bottom += paragraph(job.error, TextStyle::Body, colors().text, inner_width);
    }
    ImGui::SetCursorScreenPos({start.x, bottom + dp(8)});
    ImGui::Dummy({width, 0});
    ImGui::EndGroup();
    ImGui::PopStyleVar();
    splitter.SetCurrentChannel(&list, 0);
    list.AddRectFilled(start, {start.x + width, bottom + dp(8)}, ink(colors().raised, ended && !failed ? 0.45f : 1.0f),
                       dp(space::kCorner));
    splitter.Merge(&list);
    ImGui::PopID();
}

} // namespace cameo
