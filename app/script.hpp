#pragma once

#include "app/platform_window.hpp"

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <string>

namespace cameo {

/// Drives the real window without a person: steps that begin, wait for something, and may leave a picture.
class Script {
public:
    struct Step {
        std::string what;                     ///< for the message when it takes too long
        std::function<void()> begin;          ///< may be empty
        std::function<bool()> done;           ///< looked at after each frame; empty: at once. May throw Error
        std::filesystem::path picture;        ///< to write when it is done; empty: none
        double limit_s = 60;
    };
    void add(Step step) { m_steps.push_back(std::move(step)); }
    /// Frames for so long: animations come to rest.
    void settle(double seconds, std::filesystem::path picture = {});

    /// After each frame. @returns false when everything is done or something failed; then exit_code() tells which.
    bool advance();
    bool wants_picture() const { return m_picture_due; }
    void take_picture(const Pixels& pixels);
    int exit_code() const { return m_failed ? 1 : 0; }

private:
    using Clock = std::chrono::steady_clock;
    void fail(const std::string& sentence);

    std::deque<Step> m_steps;
    Clock::time_point m_began{};
    bool m_running = false;
    bool m_picture_due = false;
    bool m_failed = false;
};

} // namespace cameo
