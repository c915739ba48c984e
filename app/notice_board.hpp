#pragma once

#include "views/snapshot.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace cameo {

/// What has to be said. Warnings and errors stay until they are dismissed; what is only good to know goes by itself, once
/// there was time to read it. A sentence that still stands is not said twice.
class NoticeBoard {
public:
    using Clock = std::chrono::steady_clock;

    void add(Notice::Level level, std::string sentence, std::string remedy = {}, Clock::time_point now = Clock::now()) {
        for (const auto& notice : m_notices)
            if (notice.sentence == sentence) return;
        const auto letters = static_cast<int>(sentence.size() + remedy.size());
        m_until.push_back(level == Notice::Level::Info ? now + kToNotice + letters * kALetter : Clock::time_point::max());
        m_notices.push_back({m_next_id++, level, std::move(sentence), std::move(remedy)});
    }
    void error(std::string sentence, std::string remedy = {}) {
        add(Notice::Level::Error, std::move(sentence), std::move(remedy));
    }
    void dismiss(std::uint64_t id) {
        const auto found = std::ranges::find(m_notices, id, &Notice::id);
        if (found == m_notices.end()) return;
        m_until.erase(m_until.begin() + (found - m_notices.begin()));
        m_notices.erase(found);
    }
    /// Takes away what was there for long enough. @returns whether there was anything.
    bool expire(Clock::time_point now) {
        const std::size_t before = m_notices.size();
        for (std::size_t at = before; at-- > 0;)
            if (m_until[at] <= now) dismiss(m_notices[at].id);
        return m_notices.size() != before;
    }
    /// Seconds until expire() has something to do; nothing: it never has.
    std::optional<double> expires_in_s(Clock::time_point now) const {
        const auto next = std::ranges::min_element(m_until);
        if (next == m_until.end() || *next == Clock::time_point::max()) return {};
        return std::max(0.0, std::chrono::duration<double>(*next - now).count());
    }
    const std::vector<Notice>& notices() const { return m_notices; }

private:
    static constexpr std::chrono::seconds kToNotice{5};
    static constexpr std::chrono::milliseconds kALetter{60}; ///< about 170 words a minute: slow readers too
    std::vector<Notice> m_notices;
    std::vector<Clock::time_point> m_until; ///< of each
    std::uint64_t m_next_id = 1;
};

} // namespace cameo
