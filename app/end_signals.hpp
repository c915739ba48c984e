#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace cameo {

/// A logout, a shutdown or Ctrl+C in the terminal asks the window to close as a person does: SIGTERM, SIGINT and SIGHUP, for as long as this lives.
/// There is one at a time.
class EndSignals {
public:
    /// @param wake called from another thread when there was one
    explicit EndSignals(std::function<void()> wake);
    ~EndSignals();
    EndSignals(const EndSignals&) = delete;
    EndSignals& operator=(const EndSignals&) = delete;

    bool asked() const { return m_asked; }

private:
    std::atomic<bool> m_asked{false};
    std::thread m_listener;
};

} // namespace cameo
