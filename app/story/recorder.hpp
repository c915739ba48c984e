#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace cameo {

/// Finds what is worth a step while somebody investigates: every place that is looked at for a while, once.
class StoryRecorder {
public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds kLooksFor{2000}; ///< who passes through a place does not stay so long

    /// @param place what is on screen, in any words that tell two places apart; empty: nothing that could be a step
    /// @return whether it has become worth a step; once, as long as somebody stays there
    bool look(const std::string& place, Clock::time_point now);
    /// Seconds until it does, if somebody stays; nothing: it is a step already, or can be none.
    std::optional<double> looks_in_s(Clock::time_point now) const;
    /// Somebody has made it a step himself.
    void taken() { m_is_step = true; }

private:
    std::string m_place;
    Clock::time_point m_since{};
    bool m_is_step = true;
};

} // namespace cameo
