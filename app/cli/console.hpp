#pragma once

#include "core/jobs/progress.hpp"
#include "core/jobs/progress_meter.hpp"

#include <iosfwd>
#include <mutex>
#include <string>
#include <thread>

namespace cameo {

/// What a verb reads and writes.
struct Console {
    std::istream& in;
    std::ostream& out; ///< results only
    std::ostream& err; ///< everything else
};

/// Shows the progress of one verb on standard error, as a line that renews itself on a terminal and as a
/// plain line now and again elsewhere, and turns Ctrl-C into the wish to stop. A second Ctrl-C ends the
/// program at once. One at a time.
class ConsoleProgress final : public Progress {
public:
    explicit ConsoleProgress(std::ostream& err, bool terminal);
    ~ConsoleProgress() override;

    void begin(std::string stage, Unit unit, std::optional<std::int64_t> total = {},
               std::int64_t already = 0) override;
    /// Takes the line away, so that something else can be printed.
    void clear_line();

private:
    ConsoleProgress(std::ostream& err, bool terminal, std::stop_source stop);
    void watch(std::stop_token ended);
    void show(ProgressMeter::Clock::time_point now);

    std::ostream& m_err;
    bool m_terminal;
    std::stop_source m_stop;
    std::mutex m_mutex;
    ProgressMeter m_meter;
    ProgressMeter::Clock::time_point m_next_show;
    std::string m_stage;
    Unit m_unit = Unit::Steps;
    std::optional<std::int64_t> m_total;
    bool m_shown = false; ///< a line is on the terminal
    std::jthread m_watcher;
};

/// "1,234,567", "1.2 MB", "3 min 20 s": numbers as tables and progress lines print them.
std::string grouped(std::int64_t number);
std::string in_bytes(double bytes);
std::string in_time(double seconds);

} // namespace cameo
