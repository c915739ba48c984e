#pragma once

#include "core/jobs/progress.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace cameo {

enum class JobState { Queued, Running, Done, Cancelled, Failed };

/// What is to be seen of a job at one moment; a copy, so that nobody who draws it can meet the worker.
struct JobSnapshot {
    std::uint64_t id = 0;
    std::string name;  ///< "Build the demo", "Grow the Debian collection"
    std::string tag;   ///< what kind of job it is, where it has one: "demo", "index", "open"
    std::string stage; ///< "encoding documents"
    Unit unit = Unit::Steps;
    JobState state = JobState::Queued;
    std::int64_t done = 0;
    std::optional<std::int64_t> total; ///< unknown totals are drawn as a spinner, never as an invented percentage
    double rate = 0;                   ///< units a second over the last seconds; 0: not known yet
    std::optional<double> eta_low_s, eta_high_s;
    double elapsed_s = 0;
    std::string error; ///< Failed: the one sentence
    bool cancellable = true;
    bool stopping = false; ///< cancel was asked for
};

} // namespace cameo
