#include "app/cli/console.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <ostream>

namespace cameo {

namespace {

/// Written by a signal handler, read by the thread that watches: atomic, and without a lock.
std::atomic<bool> g_interrupted{false};
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void note_interrupt(int signal) {
    g_interrupted = true;
    std::signal(signal, SIG_DFL); // the second one ends the program
}

const char* word(Unit unit) {
    switch (unit) {
    case Unit::Documents:
        return " documents";
    case Unit::Queries:
        return " queries";
    case Unit::Bytes:
        return "";
    case Unit::Steps:
        return " steps";
    }
    return "";
}

std::string amount(Unit unit, double value) {
    return unit == Unit::Bytes ? in_bytes(value) : grouped(static_cast<std::int64_t>(value));
}

} // namespace

std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string in_bytes(double bytes) {
    constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; bytes >= 1000 && unit + 1 < std::size(kUnits); ++unit)
        bytes /= 1000;
    return fmt::format("{:.{}f} {}", bytes, unit == 0 || bytes >= 100 ? 0 : 1, kUnits[unit]);
}

std::string in_time(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::lround(seconds));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole / 60 % 60);
}

ConsoleProgress::ConsoleProgress(std::ostream& err, bool terminal)
    : ConsoleProgress(err, terminal, std::stop_source{}) {}

ConsoleProgress::ConsoleProgress(std::ostream& err, bool terminal, std::stop_source stop)
    : Progress(stop.get_token()), m_err(err), m_terminal(terminal), m_stop(std::move(stop)) {
    g_interrupted = false;
    std::signal(SIGINT, note_interrupt);
    std::signal(SIGTERM, note_interrupt);
    m_watcher = std::jthread([this](std::stop_token ended) { watch(std::move(ended)); });
}

ConsoleProgress::~ConsoleProgress() {
    m_watcher.request_stop();
    m_watcher.join();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    clear_line();
}

void ConsoleProgress::begin(std::string stage, Unit unit, std::optional<std::int64_t> total,
                            std::int64_t already) {
    const std::lock_guard lock(m_mutex);
    Progress::begin(stage, unit, total, already);
    const auto now = ProgressMeter::Clock::now();
    m_meter.restart(now, already);
    m_stage = std::move(stage);
    m_unit = unit;
    m_total = total;
    // What is over within moments leaves no trace; what lasts is shown twice a second, or every ten where
    // each showing is a line that stays.
    m_next_show = now + (m_terminal ? std::chrono::milliseconds(200) : std::chrono::milliseconds(1000));
}

void ConsoleProgress::watch(std::stop_token ended) {
    while (!ended.stop_requested()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        const std::lock_guard lock(m_mutex);
        if (g_interrupted && !m_stop.stop_requested()) {
            m_stop.request_stop();
            m_err << (m_shown ? "\n" : "") << "stopping; press Ctrl-C again to end at once\n" << std::flush;
            m_shown = false;
        }
        const auto now = ProgressMeter::Clock::now();
        m_meter.sample(now, done());
        if (!m_stage.empty() && now >= m_next_show && !m_stop.stop_requested()) show(now);
    }
}

void ConsoleProgress::show(ProgressMeter::Clock::time_point now) {
    std::string line = m_stage;
    if (m_total)
        line += fmt::format("  {} / {}{}", amount(m_unit, static_cast<double>(done())),
                            amount(m_unit, static_cast<double>(*m_total)), word(m_unit));
    else if (done() > 0)
        line += fmt::format("  {}{}", amount(m_unit, static_cast<double>(done())), word(m_unit));
    if (const double rate = m_meter.rate(); rate > 0)
        line += m_unit == Unit::Bytes ? fmt::format("  {}/s", in_bytes(rate))
                                      : fmt::format("  {:.{}f}/s", rate, rate < 10 ? 1 : 0);
    if (m_total)
        if (const auto left = m_meter.remaining(*m_total))
            line += in_time(left->low_s) == in_time(left->high_s)
                        ? fmt::format("  {} left", in_time(left->low_s))
                        : fmt::format("  {} to {} left", in_time(left->low_s), in_time(left->high_s));
    if (m_terminal) {
        m_err << "\r\033[K" << line << std::flush;
        m_shown = true;
        m_next_show = now + std::chrono::milliseconds(500);
    } else {
        m_err << line << '\n' << std::flush;
        m_next_show = now + std::chrono::seconds(10);
    }
}

void ConsoleProgress::clear_line() {
    const std::lock_guard lock(m_mutex);
    if (m_shown) m_err << "\r\033[K" << std::flush;
    m_shown = false;
    m_stage.clear();
}

} // namespace cameo
