#include "app/shell/status_bar.hpp"

#include "app/shell/frame.hpp"
#include "app/shell/layouts.hpp"
#include "views/format.hpp"

#include <algorithm>
#include <string>

namespace cameo {

namespace {

constexpr float kHeight = 28, kBarWidth = 120;
constexpr double kShowJobAfterS = 0.2;

/// Lays words out from one end of the line; each is an item of its own, so that it can be hovered.
class Line {
public:
    Line(ImVec2 at, float height) : m_at(at), m_height(height) {}

    float center() const { return m_at.y + m_height / 2; }
    float x() const { return m_at.x; }
    void skip(float design_pixels) { m_at.x += dp(design_pixels); }

    /// @returns whether it was clicked; IsItemHovered() then tells of it.
    bool word(const char* name, std::string_view text, TextStyle style, Rgb color, float limit) {
        const float width = std::min(text_width(style, text), std::max(0.0f, limit - m_at.x));
        if (width <= 0) return false;
        ImGui::SetCursorScreenPos(m_at);
        const bool clicked = ImGui::InvisibleButton(name, {width, m_height});
        const float baseline = center() - line_height(style) / 2 + ascent(style);
        draw_text(*ImGui::GetWindowDrawList(), {m_at.x, baseline}, style, ink(color), text, width + 1);
        m_at.x += width;
        return clicked;
    }

private:
    ImVec2 m_at;
    float m_height;
};

std::string percent(const JobSnapshot& job) {
    if (!job.total || *job.total <= 0) return format_amount(job.done, job.unit);
    const auto share = static_cast<double>(job.done) / static_cast<double>(*job.total);
    return std::to_string(static_cast<int>(std::clamp(share, 0.0, 1.0) * 100)) + " %";
}

const JobSnapshot* foremost(const Snapshot& now) {
    for (const auto& job : now.jobs)
        if (job.state == JobState::Running && job.elapsed_s > kShowJobAfterS) return &job;
    return nullptr;
}

std::string memory_text(std::uint64_t bytes) { return bytes == 0 ? std::string() : format_bytes(bytes); }

/// Device, threads, precision, memory, index. @returns where it ends.
float draw_machine(const Snapshot& now, Line line, float limit, Commands& out) {
    const auto& device = now.status.device;
    const auto field = [&](const char* name, const std::string& text, std::string_view hover, std::string_view more = {}) {
        if (text.empty()) return false;
        const bool clicked = line.word(name, text, TextStyle::Small, colors().dim, limit);
        if (ImGui::IsItemHovered()) tooltip(hover, more);
        line.skip(space::kGroup);
        return clicked;
    };
    const bool cpu = device.device == "cpu";
    field("device", cpu ? "CPU" : device.device, device.name.empty() ? "Where models compute" : device.name, device.remark);
    field("threads", std::to_string(device.threads) + (device.threads == 1 ? " thread" : " threads"), "Threads that compute");
    field("precision", device.precision,
          "What bulk encoding computes in" + (device.instructions.empty() ? "" : "; this processor has " + device.instructions));
    field("memory", memory_text(now.status.resident_bytes), "Memory that this program holds now",
          format_count(static_cast<std::int64_t>(now.status.resident_bytes)) + " bytes resident");
    if (const auto& index = now.workbench.index) {
        const bool partial = index->documents < index->expected, building = now.workbench.building;
        const std::string text = partial ? format_count(index->documents) + " of " + format_count(index->expected) + " documents"
                                         : format_count(index->documents) + " documents";
        field("index", text,
              partial && building ? "The index is still being made: a search sees what is there so far"
              : partial           ? "The build of the index was stopped before its end: a search sees what is there"
                                  : "Documents that a search sees",
              now.workbench.collection + ", searched with " + now.workbench.model);
    } else if (now.workbench.phase == Phase::Ready) {
        field("index", now.workbench.building ? "nothing indexed so far" : "not indexed",
              "Before a query can run, the experts have to read the documents once",
              now.workbench.collection + ", for " + now.workbench.model);
    } else if (now.workbench.phase == Phase::Loading) {
        field("index", "opening " + now.workbench.collection + " …", "The model, the collection and their index are being opened");
    }
    if (now.trace && now.trace_recorded)
        field("recorded", "recorded result", "What is shown was recorded in an earlier session; nothing was computed for it now");
    (void)out;
    return line.x();
}

/// Of all that stands there of a job, with its words.
float job_width(const JobSnapshot& job, const std::string& text) {
    return text_width(TextStyle::Small, text) + dp(kBarWidth + 3 * space::kUnit) + (job.cancellable ? dp(24) : 0);
}

/// @param width for all of it: the name gives way to the progress, the tooltip has the whole of it
void draw_job(const JobSnapshot& job, const std::string& progress, std::size_t others, Line line, float width, Commands& out) {
    auto& list = *ImGui::GetWindowDrawList();
    const float right = line.x() + width;
    bool pressed = line.word("job", job.name, TextStyle::Small, colors().text, right - job_width(job, progress)), hovered_words = ImGui::IsItemHovered();
    pressed = line.word("progress", progress, TextStyle::Small, colors().text, right - job_width(job, {})) || pressed;
    hovered_words = ImGui::IsItemHovered() || hovered_words;
    if (pressed) out.push_back(ShowView{view_title::kJobs});
    if (hovered_words) {
        std::string more = format_amount(job.done, job.unit);
        if (job.total) more += " of " + format_count(*job.total);
        if (job.rate > 0) more += ", " + format_rate(job.rate, job.unit);
        tooltip(job.stage.empty() ? job.name : job.name + ": " + job.stage,
                more + (others > 0 ? "; " + std::to_string(others) + " more in the list of jobs" : "; click for the list of jobs"));
    }
    line.skip(space::kUnit);
    const float y = line.center();
    const ImVec2 from{line.x(), y - dp(2)}, to{line.x() + dp(kBarWidth), y + dp(2)};
    list.AddRectFilled(from, to, ink(colors().line), dp(2));
    if (job.total && *job.total > 0) {
        const float share = std::clamp(static_cast<float>(job.done) / static_cast<float>(*job.total), 0.0f, 1.0f);
        list.AddRectFilled(from, {from.x + (to.x - from.x) * share, to.y}, ink(colors().accent), dp(2));
    } else {
        // Not known how much: a piece that wanders with the work that was done, and stands still when the work does.
        const auto step = static_cast<float>(job.elapsed_s - static_cast<double>(static_cast<long>(job.elapsed_s / 3)) * 3) / 3;
        const float begin = from.x + (to.x - from.x) * 0.75f * step;
        list.AddRectFilled({begin, from.y}, {begin + (to.x - from.x) * 0.25f, to.y}, ink(colors().accent), dp(2));
    }
    line.skip(kBarWidth + space::kHalf);
    if (!job.cancellable) return;
    ImGui::SetCursorScreenPos({line.x(), y - dp(10)});
    ImGui::BeginDisabled(job.stopping);
    if (ImGui::InvisibleButton("Cancel the job", {dp(20), dp(20)})) out.push_back(CancelJob{job.id});
    const bool hovered = ImGui::IsItemHovered();
    ImGui::EndDisabled();
    if (hovered) tooltip("Cancel: " + job.name);
    draw_icon(list, {line.x() + dp(10), y}, icon::kClose, ink(hovered ? colors().text : colors().dim), 14);
}

} // namespace

float StatusBar::height() { return dp(kHeight); }

void StatusBar::draw(const Snapshot& now, std::string_view layout, Commands& out) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float right = at.x + ImGui::GetContentRegionAvail().x;
    float limit = right;
    if (const JobSnapshot* job = foremost(now)) {
        std::string progress = "  " + percent(*job);
        if (job->stopping) progress = "  stopping";
        else if (const auto eta = format_eta(job->eta_low_s, job->eta_high_s); !eta.empty()) progress += "  " + eta;
        const auto running = std::ranges::count(now.jobs, JobState::Running, &JobSnapshot::state) +
                             std::ranges::count(now.jobs, JobState::Queued, &JobSnapshot::state);
        const float width = std::min(job_width(*job, job->name + progress), (right - at.x) / 2);
        limit = right - width;
        draw_job(*job, progress, static_cast<std::size_t>(running - 1), Line({limit, at.y}, height()), width, out);
    } else if (!layout.empty()) {
        limit = right - text_width(TextStyle::Small, layout);
        Line line({limit, at.y}, height());
        line.word("layout", layout, TextStyle::Small, colors().dim, right + 1);
        if (ImGui::IsItemHovered()) tooltip("The layout in use", "Ctrl+1 to Ctrl+4 switch; View, Reset the layout puts it back");
    }
    draw_machine(now, Line(at, height()), limit - dp(space::kUnit), out);
}

} // namespace cameo
