#include "views/builds.hpp"

#include "views/format.hpp"

#include <algorithm>

namespace cameo {
namespace {

bool builds(const JobSnapshot& job) { return job.tag == "demo" || job.tag == "index"; }

bool is_alive(const JobSnapshot& job) { return job.state == JobState::Running || job.state == JobState::Queued; }

} // namespace

const JobSnapshot* running_build(const Snapshot& now) {
    const auto found = std::ranges::find_if(now.jobs, [](const auto& job) { return builds(job) && is_alive(job); });
    return found == now.jobs.end() ? nullptr : &*found;
}

const JobSnapshot* failed_build(const Snapshot& now) {
    const auto newest = std::ranges::find_if(now.jobs, [](const auto& job) { return builds(job) && !is_alive(job); });
    return newest == now.jobs.end() || newest->state != JobState::Failed ? nullptr : &*newest;
}

bool is_not_indexed(const Workbench& bench) {
    return bench.phase == Phase::Ready && (!bench.index || (bench.index->documents == 0 && bench.index->expected > 0));
}

bool is_partly_indexed(const Workbench& bench) {
    return bench.index && bench.index->documents > 0 && bench.index->documents < bench.index->expected;
}

std::string indexed_words(const IndexInfo& index) {
    return format_count(index.documents) + " of " + format_count(index.expected) + " documents are indexed";
}

} // namespace cameo
