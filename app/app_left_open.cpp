#include "app/app.hpp"

#include "core/base/now_ms.hpp"

#include <algorithm>
#include <fmt/format.h>

// What is said after a window that did not come to its end, and what is noted for the case that this one does not.

namespace cameo {

void App::say_left_open(const LeftOpen& left) {
    const std::string sentence = left_open_words(left, now_ms());
    m_notices.add(Notice::Level::Warning, sentence, unfinished_words(left.unfinished));
    m_left_open_notice = std::ranges::find(m_notices.notices(), sentence, &Notice::sentence)->id;
    if (!left.unfinished.query.empty()) m_shell.offer({m_left_open_notice, "Run it again", RunQuery{left.unfinished.query}});
    m_can_go_on = left.unfinished.jobs;
}

/// A build needs its model and its collection, which are opened after the start.
void App::offer_to_go_on() {
    if (m_can_go_on.empty() || m_now.workbench.phase == Phase::Loading) return;
    for (const Unfinished::Job& job : m_can_go_on) {
        const std::string index = fmt::format("Index {} for {}", m_now.workbench.collection, m_now.workbench.model);
        if (job.tag == "index" && job.name == index) m_shell.offer({m_left_open_notice, "Go on indexing", BuildIndex{}});
        if (job.tag == "demo") m_shell.offer({m_left_open_notice, "Go on building", BuildDemo{.all = job.name == "Grow the Debian collection"}});
    }
    m_can_go_on.clear();
}

Unfinished App::unfinished() const {
    Unfinished now{.query = m_now.running_query, .jobs = {}};
    for (const JobSnapshot& job : m_now.jobs) {
        const bool is_going = job.state == JobState::Running || job.state == JobState::Queued;
        const bool is_opening = job.tag == "open" || job.tag == "session"; // the next start does that anyway
        if (is_going && !is_opening) now.jobs.push_back({job.tag, job.name});
    }
    return now;
}

void App::note_unfinished() {
    Unfinished now = unfinished();
    if (now == m_noted) return;
    m_noted = now;
    m_keeper.note(std::move(now));
}

} // namespace cameo
