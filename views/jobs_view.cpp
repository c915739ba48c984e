#include "views/jobs_view.hpp"

#include "views/draw.hpp"
#include "views/format.hpp"
#include "views/icons.hpp"
#include "views/widgets/controls.hpp"
#include "views/widgets/job_row.hpp"
#include "views/widgets/states.hpp"

#include <algorithm>
#include <utility>

namespace cameo {

JobsView::JobsView()
    : View("Jobs", {.what = "What works in the background. A cancelled job keeps what it has saved so far, and starting it again "
                            "goes on from there. Closing the window stops them."}) {}

void JobsView::draw_contents(const Snapshot& now, Commands& out) {
    if (now.jobs.empty()) {
        empty_state(icon::kClock, "Nothing runs",
                    "Building an index, fetching a model and reading a collection show up here, with how far they are, how "
                    "long they will take, and a button that stops them.");
        return;
    }
    const auto alive = [](const JobSnapshot& job) { return job.state == JobState::Running || job.state == JobState::Queued; };
    const auto running = std::count_if(now.jobs.begin(), now.jobs.end(), alive);
    const auto ended = static_cast<std::ptrdiff_t>(now.jobs.size()) - running;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool visible = ImGui::BeginChild("##jobs", {0, 0}, ImGuiChildFlags_None);
    ImGui::PopStyleVar(); // the child's own padding, which tooltips must not inherit
    if (visible) {
        bool first_ended = true;
        if (running > 0) section("Now", format_count(running) + (running == 1 ? " job" : " jobs"));
        for (const JobSnapshot& job : now.jobs) {
            if (!alive(job) && std::exchange(first_ended, false)) {
                if (running > 0) ImGui::Dummy({0, dp(space::kUnit)});
                const float top = ImGui::GetCursorPosY(), right = ImGui::GetCursorPosX() + ImGui::GetContentRegionAvail().x;
                section("Ended", format_count(ended));
                const std::string_view forget = "Forget all";
                const float after = ImGui::GetCursorPosY();
                ImGui::SetCursorPos({right - button_width(forget, false), top - dp(6)});
                if (button(forget, ButtonKind::Quiet))
                    for (const JobSnapshot& each : now.jobs)
                        if (!alive(each)) out.emplace_back(ForgetJob{each.id});
                ImGui::SetCursorPosY(after);
                ImGui::Dummy({0, 0});
            }
            job_row(job, out);
        }
    }
    ImGui::EndChild();
}

} // namespace cameo
