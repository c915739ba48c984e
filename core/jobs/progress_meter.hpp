#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace cameo {

/// Turns counts at moments into a rate and a range of remaining time. Rates start anew with every stage, and what a
/// resumed job found done already is not counted as speed. Not thread-safe.
class ProgressMeter {
public:
    using Clock = std::chrono::steady_clock;

    /// A stage begins with `already` units done.
    void restart(Clock::time_point now, std::int64_t already);
    /// Called now and again; samples closer than 100 ms are dropped, those older than 10 s forgotten.
    void sample(Clock::time_point now, std::int64_t done);

    /// Units a second over the last 10 s, 0 before there is half a second to judge from.
    double rate() const;

    struct Range {
        double low_s = 0, high_s = 0;
    };
    /// Between the pace of the last seconds and that of the whole stage, and at least a tenth to either side; nothing
    /// before two seconds or without any progress.
    std::optional<Range> remaining(std::int64_t total) const;

private:
    struct Sample {
        Clock::time_point at;
        std::int64_t done = 0;
    };
    static double pace(const Sample& from, const Sample& to);

    Sample m_first;
    std::deque<Sample> m_recent;
};

} // namespace cameo
